# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work on a long operation of the API, such as a backup: what is known at any time, and the wait for its end.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from .._api.resources import Resource
from .._api.transport import Transport
from .._errors import ApiError, NorthflankError
from .._interruption import Interruption
from .._model.text import printable
from .waiting import WaitTimeout, wait_until


class Operation(Protocol):
    """A long operation, as the API returns it."""

    @property
    def status(self) -> str:
        """The status in the words of the API."""

    @property
    def has_ended(self) -> bool:
        """Whether its status is final."""

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""


AnyOperation = TypeVar("AnyOperation", bound=Operation)


@dataclass(frozen=True)
class Waiting:
    """How to wait for the end of an operation.

    timeout: in seconds; None not to wait. interval: seconds before the first read.
    show_progress: called with the status after each read.
    """

    timeout: int | None
    interval: int
    show_progress: Callable[[str], None]


@dataclass(frozen=True)
class WorkState(Generic[AnyOperation]):
    """What is known of an operation: what to report if nothing more becomes known.

    subject: the operation as it was last read; None if there is none.
    changed: whether anything was changed, or may have been.
    before, after: what was changed, for a diff.
    note: sentences that complete an error. hint: what to do next, a sentence that follows them.
    details: what a result has besides the operation.
    """

    subject: AnyOperation | None = None
    changed: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    hint: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Work(Generic[AnyOperation]):
    """The work on one operation on a resource.

    check_mode: whether to send only GET requests.
    state: replaced as a whole, before a write is sent and when its effect is known. So no exception, and no other
    thread that reads it, finds only half of a change.
    """

    transport: Transport
    resource: Resource
    waiting: Waiting
    interruption: Interruption
    check_mode: bool
    state: WorkState[AnyOperation] = field(default_factory=WorkState)

    def describe(self, subject: AnyOperation) -> str:
        """Return an operation for a message: what it is, and its ID."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return what was done, in a sentence."""
        state = self.state
        if self.check_mode or not state.changed or state.subject is None:
            return "Nothing was changed."
        name = self.describe(state.subject)
        if state.before and not state.after:
            return f"{name} was deleted."
        return f"{name} has the status {printable(state.subject.status, 100)!r}."

    def wait_until_ended(self, read: Callable[[], AnyOperation], noun: str, name: str, hint: str) -> None:
        """Wait until the operation has ended.

        read: reads it. noun: what it is, in messages. name: the noun and its ID. hint: how to wait for it again.

        Sends no request if it has ended already, in check mode, and if no wait is wanted. Raises NorthflankError if it
        has not ended by the deadline, or if that could not be read; the state then has a note and a hint.
        """
        subject = self.state.subject
        if subject is None or subject.has_ended or self.check_mode or self.waiting.timeout is None:
            return
        # It was just read: the first request follows after an interval.
        known = [subject]

        def observe(operation: AnyOperation, seconds: float) -> None:
            status = f"its status is {printable(operation.status, 100)!r}"
            note = f"{name} continues in Northflank: {status}."
            self.state = replace(self.state, subject=operation, note=note, hint=hint)
            self.waiting.show_progress(f"{name}: {status} after {seconds:.0f} s")

        try:
            wait_until(
                lambda: known.pop() if known else read(),
                lambda each: each.has_ended,
                timeout=self.waiting.timeout,
                interval=self.waiting.interval,
                sleep=self.transport.sleep,
                clock=self.transport.clock,
                show_progress=observe,
            )
        except WaitTimeout as timeout:
            raise NorthflankError(f"The {noun} has not ended after {timeout.seconds:.0f} s.") from timeout
        except ApiError as error:
            if error.is_not_found:
                self.state = replace(self.state, note=f"{name} no longer exists.", hint="")
            raise
        self.state = replace(self.state, note="", hint="")
