# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run work that an interruption must not leave half done, in-process or as a module, and report its outcome.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import RESOURCE_TYPES
from ansible_collections.community.northflank.plugins.module_utils._interruption import (
    SIGNALS,
    Interruption,
    signals_as_interruption,
)
from ansible_collections.community.northflank.plugins.plugin_utils._terminal import write_to_terminal

_POLL_SECONDS = 0.5


def supervise_work(work: Callable[[Interruption], dict[str, Any]], host: Any) -> dict[str, Any]:
    """Do work in this process and return its result, which reports an interruption by the task keyword timeout.

    Other interruptions end Ansible as a whole, which accepts no result any more: what was done, not done and lost is
    written to the terminal. Then the signal is passed to its usual handler.
    """
    parent = os.getppid()
    interruption = Interruption(is_abandoned=lambda: os.getppid() != parent)
    # Work that is done must not time out any more: its result would be lost. ansible-core sets a handler for each task.
    with signals_as_interruption(interruption, ignored_afterwards=[signal.SIGALRM]):
        result = work(interruption)
        if interruption.requested and interruption.signal != signal.SIGALRM:
            write_to_terminal(_interruption_summary(host, result))
    _reraise_signal(interruption)
    return result


def supervise_module(execute: Callable[[], dict[str, Any]], host: Any) -> dict[str, Any]:
    """Run a module, and forward what interrupts this process, so that the module ends and returns its result.

    Before ansible-core 2.19, a worker has no process group of its own: only signals from the terminal (Ctrl-C, hangup)
    reach the module. Otherwise the module notices that nobody reads its result, and writes to the system log.
    """
    has_own_group = os.getpgrp() == os.getpid()
    interruption = Interruption()

    def forward(signum: int) -> None:
        if has_own_group:
            os.killpg(os.getpgrp(), signal.SIGTERM if signum == signal.SIGALRM else signum)
        elif signum == signal.SIGTERM:
            _abandon_module(host)

    signals = SIGNALS if has_own_group else [each for each in SIGNALS if each != signal.SIGALRM]
    with _watch_parent(interruption, host), signals_as_interruption(interruption, signals, forward):
        result = execute()
        if interruption.requested and interruption.signal != signal.SIGALRM:
            write_to_terminal(_interruption_summary(host, result))
    _reraise_signal(interruption)
    return result


@contextmanager
def _watch_parent(interruption: Interruption, host: Any) -> Iterator[None]:
    """Abandon the module if ansible-playbook ends while the block runs, unless the module has been interrupted."""
    parent, ended = os.getppid(), threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_SECONDS):
            if os.getppid() != parent and not interruption.requested:
                _abandon_module(host)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _abandon_module(host: Any) -> None:
    """End this process. The module notices, and starts no new work."""
    write_to_terminal(
        f"[{host}] ansible-playbook has ended. The module finishes or rolls back the write in flight, and writes the"
        " outcome to the system log of the machine where it runs."
    )
    os._exit(1)


def _reraise_signal(interruption: Interruption) -> None:
    """Raise the signal again: its usual handler was only postponed."""
    if interruption.signal not in (None, signal.SIGALRM):
        signal.raise_signal(interruption.signal)


def _interruption_summary(host: Any, result: Mapping[str, Any]) -> str:
    """Return what a user must know about the result of an interrupted task."""
    text = f"[{host}] {result.get('msg', '')}"
    reports = [result, *(entry for type_ in RESOURCE_TYPES for entry in result.get(type_.collection, ()))]
    lost = [schedule for report in reports for schedule in report.get("lost_schedules", ())]
    return f"{text} lost_schedules: {json.dumps(lost)}" if lost else text
