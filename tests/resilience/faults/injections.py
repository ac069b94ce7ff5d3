# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inject exceptions around requests and at the lines of the code that applies a plan or takes a backup."""

from __future__ import annotations

import inspect
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import requests
from ansible_collections.community.northflank.plugins.module_utils._reconcile import (
    apply,
    apply_object,
    apply_patch,
    backup_work,
    change_backup,
    create_once,
    fork_backup,
    outcome,
    restore_backup,
    take_backup,
    work,
)
from simulator.adapter import InProcessAdapter


class Interruption(BaseException):
    """Not an `Exception`, like the exception that ansible-core raises for the task keyword `timeout`."""


EXCEPTIONS: tuple[type[BaseException], ...] = (
    ValueError,
    RuntimeError,
    MemoryError,
    RecursionError,
    OSError,
    KeyboardInterrupt,
    SystemExit,
    Interruption,
)

# Where a request can raise: in Session.request and Session.send, before and after the server has committed the request,
# and while the body is read.
REQUEST_PLACES = ("request", "send", "adapter", "committed", "reading")

_TRACED_FILES = {
    inspect.getsourcefile(module)
    for module in (
        apply,
        apply_object,
        apply_patch,
        backup_work,
        change_backup,
        create_once,
        fork_backup,
        outcome,
        restore_backup,
        take_backup,
        work,
    )
}


@dataclass(frozen=True)
class Injection:
    """An exception that is raised once.

    place: one of REQUEST_PLACES, or "line". position: how often the place is passed before. method: of the request,
    None for any. function: whose lines count, if the place is "line".
    """

    place: str
    position: int
    exception: type[BaseException]
    method: str | None = None
    function: str | None = None


class Injector:
    """Raises injected exceptions.

    raised: the number of raised exceptions by type and place. lines: the number of lines of each function that ran in
    count_lines().
    """

    def __init__(self) -> None:
        self.raised: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._pending: list[Injection] = []
        self._reached: Counter[Injection] = Counter()

    @contextmanager
    def inject(self, injections: tuple[Injection, ...]) -> Iterator[None]:
        """Raise the exceptions while the block runs, in all of its threads."""
        self._pending, self._reached = list(injections), Counter()
        try:
            with self._traced() if any(each.place == "line" for each in injections) else nullcontext():
                yield
        finally:
            self._pending = []

    @contextmanager
    def count_lines(self) -> Iterator[None]:
        """Count the lines that run in the block."""
        self.lines.clear()
        with self._traced():
            yield

    def random_line(self, rng: random.Random, exception: type[BaseException]) -> Injection:
        """Return an injection at a random counted line. Each function has the same probability."""
        function = rng.choice(sorted(self.lines))
        return Injection("line", rng.randrange(self.lines[function]), exception, function=function)

    @contextmanager
    def _traced(self) -> Iterator[None]:
        before = sys.gettrace()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(before)
            threading.settrace(before)  # type: ignore[arg-type]

    def reach(self, place: str, method: str | None = None, function: str | None = None) -> None:
        """Raise the exception that is injected here, if any."""
        with self._lock:
            for each in self._pending:
                if each.place != place or each.method not in (None, method) or each.function not in (None, function):
                    continue
                self._reached[each] += 1
                if self._reached[each] > each.position:
                    break
            else:
                return
            self._pending.remove(each)
            self.raised[f"{each.exception.__name__} at {place}{f' in {function}' if function else ''}"] += 1
        raise each.exception("injected")

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        return self._trace_line if frame.f_code.co_filename in _TRACED_FILES else None

    def _trace_line(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        if event == "line":
            self.lines[frame.f_code.co_name] += 1
            self.reach("line", function=frame.f_code.co_name)
        return self._trace_line


class FaultySession(requests.sessions.Session):
    """A session of requests with injected exceptions."""

    def __init__(self, injector: Injector, adapter: InProcessAdapter) -> None:
        super().__init__()
        self._injector = injector
        self.mount("http://", FaultyAdapter(injector, adapter))

    def request(self, method: Any, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        self._injector.reach("request", method)
        return super().request(method, *args, **options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self._injector.reach("send", request.method)
        return super().send(request, **options)


class FaultyAdapter(requests.adapters.BaseAdapter):
    """An adapter with injected exceptions before and after sending, and while the body is read."""

    def __init__(self, injector: Injector, adapter: InProcessAdapter) -> None:
        super().__init__()
        self._injector = injector
        self._adapter = adapter

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self._injector.reach("adapter", request.method)
        response = self._adapter.send(request, **options)
        self._injector.reach("committed", request.method)
        try:
            self._injector.reach("reading", request.method)
        except BaseException as error:  # noqa: BLE001  # raised when the body is read
            fail_to_read(response, error)
        return response

    def close(self) -> None:
        self._adapter.close()


def fail_to_read(response: requests.Response, error: BaseException) -> None:
    """Make every method that reads the body raise the error."""

    def fail(*args: Any, **options: Any) -> NoReturn:
        raise error

    for name in ("read", "read1", "stream", "readinto", "read_chunked"):
        setattr(response.raw, name, fail)
