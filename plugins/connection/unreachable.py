# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unreachable
short_description: Report a host as unreachable
version_added: 0.1.0
description:
  - Never connects. Tasks that need the connection report the host as unreachable, with a reason, and
    C(ansible-playbook) exits with code 4.
  - The inventory plugin P(community.northflank.northflank#inventory) sets it for the hosts that represent projects and
    inventory files that could not be read. Plays over these hosts therefore fail instead of ignoring them.
author:
  - The community.northflank authors (@ansible-collections)
options:
  reason:
    description: Why the host is unreachable.
    type: str
    default: The host cannot be reached.
    vars:
      - name: northflank_unreachable_reason
"""

from typing import NoReturn

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase


class Connection(ConnectionBase):
    transport = "community.northflank.unreachable"

    def _connect(self) -> NoReturn:
        raise AnsibleConnectionFailure(str(self.get_option("reason")))

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> NoReturn:
        self._connect()

    def put_file(self, in_path: str, out_path: str) -> NoReturn:
        self._connect()

    def fetch_file(self, in_path: str, out_path: str) -> NoReturn:
        self._connect()

    def close(self) -> None:
        """Do nothing: there is no connection to close."""
