# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of the module in a process of its own, which real signals can reach: as action plugin and as module.

Forked from a process that has imported everything, which makes thousands of them possible. What ansible-playbook does
around it (a worker's handlers, the alarm of the task keyword timeout) is done here as ansible-core does it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from unittest import mock

from ansible.module_utils import basic
from ansible_collections.community.northflank.plugins.action import addon_backup_schedules as action
from ansible_collections.community.northflank.plugins.modules import addon_backup_schedules as module
from ansible_collections.community.northflank.plugins.plugin_utils import _supervision

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, "requests", "concurrent.futures.thread"])

# What a process leaves behind: its result, and all that it printed.
RESULT = "result.json"
TERMINAL = "terminal.txt"


class TaskTimeout(BaseException):
    """As ansible-core's TaskTimeoutError, which is no Exception either."""


def as_worker(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the action plugin as a worker of ansible-core does.

    dies_at_once: whether the worker's own handlers end it, as since 2.19; before, Python's own are in place.
    """
    _enter(folder)
    signal.signal(signal.SIGALRM, _raise_timeout)
    if dies_at_once:
        signal.signal(signal.SIGINT, _die)
        signal.signal(signal.SIGTERM, _die)
    task = mock.Mock(
        args=dict(options), async_val=0, check_mode=False, environment=[], action="addon_backup_schedules", timeout=60
    )
    connection = mock.Mock(transport="local", become=None)
    templar = mock.Mock(template=lambda value: value)
    plugin = action.ActionModule(task, connection, mock.Mock(), mock.Mock(), templar, mock.Mock())
    result = plugin.run(task_vars={"inventory_hostname": "localhost"})
    # The worker sends it on now; what arrives later finds a task that has ended. To block signals would not do: those
    # that another thread receives are handled in this one.
    for each in HANDLED:
        signal.signal(each, signal.SIG_IGN)
    Path(folder, RESULT).write_text(json.dumps(result))


def as_module(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the module as its wrapper does; it prints its result."""
    _enter(folder)
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    module.main()


def as_worker_without_handlers(options: Mapping[str, Any], folder: str, dies_at_once: bool) -> None:
    """Run the action plugin as if it did not know of signals: this loses schedules, and the tests must find that."""
    with mock.patch.object(_supervision, "signals_as_interruption", lambda *_arguments, **_options: nullcontext()):
        as_worker(options, folder, dies_at_once)


HANDLED = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

WAYS: dict[str, Callable[[Mapping[str, Any], str, bool], None]] = {"in-process": as_worker, "module": as_module}


BROKEN_WAYS = {"without handlers": as_worker_without_handlers}


def start(way: str, options: Mapping[str, Any], folder: Path, dies_at_once: bool) -> ForkServerProcess:
    """Start a process that leaves its result in the folder."""
    process = CONTEXT.Process(target={**WAYS, **BROKEN_WAYS}[way], args=(options, str(folder), dies_at_once))
    process.start()
    return process


def result_in(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """Give the result that a process left, None if it left none, and what it printed.

    Raises AssertionError for a part of a result.
    """
    terminal = (folder / TERMINAL).read_text() if (folder / TERMINAL).exists() else ""
    if (folder / RESULT).exists():
        return json.loads((folder / RESULT).read_text()), terminal
    for line in terminal.splitlines():
        if line.startswith("{") and '"invocation"' in line:
            try:
                return json.loads(line), terminal
            except ValueError as error:
                raise AssertionError(f"the result is cut off: {line}") from error
    return None, terminal


def _enter(folder: str) -> None:
    os.setsid()
    file = os.open(os.path.join(folder, TERMINAL), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for each in HANDLED:
        signal.signal(each, signal.SIG_DFL if each != signal.SIGINT else signal.default_int_handler)


def _raise_timeout(number: int, frame: FrameType | None) -> NoReturn:
    raise TaskTimeout("The task timed out.")


def _die(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    os.killpg(os.getpid(), number)
    os._exit(1)
