# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The context of a task: what its work needs to know, report and share.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._api.rate_limit import SharedWindow
from .._interruption import Interruption


def no_progress(text: str) -> None:
    """Show nothing: nobody sees the progress of a module."""


def uncached(name: str, read: Callable[[], Any]) -> Any:
    """Read without a cache: a module has none to share with other tasks."""
    return read()


def no_shared_window(account: str) -> SharedWindow | None:
    """Share no rate-limit window: a module has none to share with other tasks."""
    return None


@dataclass(frozen=True)
class Context:
    """What a module or an action plugin provides to the work of a task.

    check_mode: whether the work must send only GET requests.
    warn: called with each warning, and with a sentence before a wait.
    show_progress: called with the progress of the work.
    cached: called with a name and a function, returns the function's result, and calls it once per name for all tasks
    of a run that can share it. The result must survive JSON.
    shared_window: called with an account, returns what the tasks of the run know of its rate limit, if they share it.
    tasks_in_parallel: how many tasks of the run may send requests at the same time, this one included.
    interruption: whether the task is to stop.
    no_log: whether the task has no_log, so that Ansible hides its result.
    """

    check_mode: bool
    warn: Callable[[str], None]
    show_progress: Callable[[str], None] = no_progress
    cached: Callable[[str, Callable[[], Any]], Any] = uncached
    shared_window: Callable[[str], SharedWindow | None] = no_shared_window
    tasks_in_parallel: int = 1
    interruption: Interruption = field(default_factory=Interruption)
    no_log: bool = False
