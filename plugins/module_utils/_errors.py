# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this collection fails with on purpose, told so that a tired person knows what to do next.

Every error turns into a module's failure with to_result(); nothing below a module's main() exits.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class NorthflankError(Exception):
    """Anything that ends a task, or the work on one addon."""

    def to_result(self) -> dict[str, Any]:
        """Give what a module fails with: ``msg`` and what the kind of error adds to it."""
        return {"msg": str(self)}


class InvalidOptions(NorthflankError):
    """Options that break a rule, all of them at once. Raised before the first request.

    problems: one sentence each, which begins with the name of the option.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        count = "a problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(
            f"Nothing was sent to Northflank because of {count} in the options: {'; '.join(self.problems)}"
        )

    def to_result(self) -> dict[str, Any]:
        return {**super().to_result(), "problems": self.problems}


class ApiError(NorthflankError):
    """A request that was not answered as it should have been.

    status: the HTTP status; None when there was no answer.
    method, path: the request.
    message, id, details: the API's own words, as far as it gave any.
    hint: what to do next, a sentence.
    unclear: the request may have taken effect all the same.
    passing: the same request may well succeed when it is sent again.
    """

    def __init__(
        self,
        method: str,
        path: str,
        message: str,
        *,
        status: int | None = None,
        id: str | None = None,  # the API's name for it
        details: Any = None,
        hint: str = "",
        unclear: bool = False,
        passing: bool = False,
    ) -> None:
        self.method = method
        self.path = path
        self.message = message
        self.status = status
        self.id = id
        self.details = details
        self.hint = hint
        self.unclear = unclear
        self.passing = passing
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        answer = f"{self.method} {self.path} failed"
        if self.status is not None:
            answer += f" with status {self.status}"
        answer += f": {self.message.rstrip('.')}"
        if self.details not in (None, {}, [], ""):
            answer += f" (details: {self.details})"
        return f"{answer}. {self.hint}".rstrip()

    def to_result(self) -> dict[str, Any]:
        error = {name: getattr(self, name) for name in ("status", "method", "path", "message", "id", "details")}
        return {**super().to_result(), "error": error}


class Interrupted(NorthflankError):
    """A request that was not sent, or work that was not begun, because the task was asked to stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Interrupted by {reason}.")


class RateLimitReached(ApiError):
    """The requests of the rate-limit window are used up, and the wait for the next is longer than allowed."""


class TaskFailed(NorthflankError):
    """A task that failed although part of it may be done: the result tells both."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        super().__init__(result["msg"])

    def to_result(self) -> dict[str, Any]:
        return self.result
