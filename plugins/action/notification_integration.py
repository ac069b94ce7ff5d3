# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the module of the same name in-process, if it would run on this machine."""

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._tasks import notification_integration as task
from ansible_collections.community.northflank.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    validator = ArgumentSpecValidator(task.ARGUMENT_SPEC)
    run_task = staticmethod(task.run)
