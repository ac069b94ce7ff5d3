# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the module of this name inside ansible-core, where it runs on this machine."""

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._argspec import ADDON_BACKUP_SCHEDULE_INFO
from ansible_collections.community.northflank.plugins.module_utils._schedule_info import schedule_info
from ansible_collections.community.northflank.plugins.plugin_utils._in_process import InProcess


class ActionModule(InProcess):
    validator = ArgumentSpecValidator(ADDON_BACKUP_SCHEDULE_INFO["argument_spec"])
    work = staticmethod(schedule_info)
