# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many hosts may run a task at the same time. tests/playbooks tests the rest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible import context as cli_context
from ansible_collections.community.northflank.plugins.plugin_utils._in_process import tasks_in_parallel


@pytest.mark.parametrize(
    ("hosts", "run_once", "forks", "expected"), [(1, False, 5, 1), (3, False, 5, 3), (9, False, 5, 5), (9, True, 5, 1)]
)
def test_tasks_in_parallel(
    monkeypatch: pytest.MonkeyPatch, hosts: int, run_once: bool, forks: int, expected: int
) -> None:
    monkeypatch.setattr(cli_context, "CLIARGS", {"forks": forks})
    variables = {"ansible_play_batch": [f"host{index}" for index in range(hosts)]}
    assert tasks_in_parallel(SimpleNamespace(run_once=run_once), variables) == expected


def test_without_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_context, "CLIARGS", {})
    assert tasks_in_parallel(SimpleNamespace(run_once=False), {"ansible_play_batch": ["host"] * 99}) == 5
    assert tasks_in_parallel(SimpleNamespace(run_once=False), {}) == 1
