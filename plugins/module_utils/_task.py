# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task that work is done for: what the work may ask of it and tell it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption


def unseen(text: str) -> None:
    """Show nothing: a module has nobody who would see it while it runs."""


def alone(name: str, ask: Callable[[], Any]) -> Any:
    """Ask: a module that runs by itself has nobody to share an answer with."""
    return ask()


@dataclass(frozen=True)
class Task:
    """What a module or an action plugin gives to the work that it does.

    check_mode: whether nothing may be changed.
    say: called with a sentence before a wait, and with each warning.
    show: called with how far the work is.
    share: called with a name and a function, gives what the function returns, and calls it once for all tasks of a
    run that can know of each other. What it returns must survive JSON.
    interruption: whether the task is to stop.
    """

    check_mode: bool
    say: Callable[[str], None]
    show: Callable[[str], None] = unseen
    share: Callable[[str, Callable[[], Any]], Any] = alone
    interruption: Interruption = field(default_factory=Interruption)
