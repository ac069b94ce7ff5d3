# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.plugin_utils import _supervision
from ansible_collections.community.northflank.plugins.plugin_utils._supervision import supervise_work

LOST = {"scheduling": {"interval": "hourly", "minute": [15]}, "backup_type": "snapshot", "retention_time": 2}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is written to the terminal."""
    written: list[str] = []
    monkeypatch.setattr(_supervision, "write_to_terminal", written.append)
    return written


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the signals that reach the usual handler of SIGTERM."""
    signals: list[int] = []
    handler = signal.signal(signal.SIGTERM, lambda signum, _frame: signals.append(signum))
    yield signals
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize(
    "result",
    [
        {"lost_schedules": [LOST]},
        {"addons": [{"changed": False}, {"lost_schedules": [LOST]}]},
        {"volumes": [{"changed": False}, {"lost_schedules": [LOST]}]},
    ],
    ids=["addon_backup_schedule", "addon_backup_schedules", "volume_backup_schedules"],
)
def test_the_terminal_shows_the_lost_schedules_of_an_interrupted_task(
    terminal: list[str], received: list[int], result: dict[str, Any]
) -> None:
    def work(interruption: Interruption) -> dict[str, Any]:
        signal.raise_signal(signal.SIGTERM)
        assert interruption.requested
        return {"msg": "Interrupted by SIGTERM.", **result}

    supervise_work(work, "shop")
    (line,) = terminal
    assert line.startswith("[shop] Interrupted by SIGTERM. lost_schedules: ")
    assert '"minute": [15]' in line
    assert received == [signal.SIGTERM]


def test_the_terminal_shows_no_lost_schedules_if_there_are_none(terminal: list[str], received: list[int]) -> None:
    def work(interruption: Interruption) -> dict[str, Any]:
        signal.raise_signal(signal.SIGTERM)
        return {"msg": "Interrupted by SIGTERM.", "volumes": [{"changed": False}]}

    supervise_work(work, "shop")
    assert terminal == ["[shop] Interrupted by SIGTERM."]
