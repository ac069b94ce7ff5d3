# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that select a backup to restore or to fork. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  backup_type:
    description:
      - Choose only a V(snapshot), or only a V(dump). Mutually exclusive with O(backup_id).
      - If omitted, both are allowed.
    type: str
    choices: [dump, snapshot]
    aliases: [backupType]
  max_age:
    description:
      - Choose only a backup that began at most this many minutes ago, from V(1) to V(5256000) (ten years). Mutually
        exclusive with O(backup_id).
      - If omitted, the age does not matter.
    type: int
"""
