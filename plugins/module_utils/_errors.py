# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that end a task, or the work on one resource, with messages that say what to do next.

Each becomes the failure of a module with to_result(); nothing below a module's main() exits.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


class NorthflankError(Exception):
    """Base class of the errors that this collection raises on purpose."""

    def to_result(self) -> dict[str, Any]:
        """Return the failure of a module: ``msg``, and what the type of error adds."""
        return {"msg": str(self)}


class InvalidOptions(NorthflankError):
    """Reports all invalid options at once, before the first request, or at least before the first write.

    validation_errors: one sentence each, which begins with the name of the option. effect: of the task so far.
    """

    def __init__(self, validation_errors: Sequence[str], effect: str = "no request was sent") -> None:
        self.validation_errors = list(validation_errors)
        count = len(self.validation_errors)
        options = "1 invalid option" if count == 1 else f"{count} invalid options"
        super().__init__(f"{options} ({effect}): {'; '.join(self.validation_errors)}")

    def to_result(self) -> dict[str, Any]:
        """Return the failure of a module, with ``validation_errors``."""
        return {**super().to_result(), "validation_errors": self.validation_errors}


class ApiError(NorthflankError):
    """A request that failed, or whose response cannot be used.

    status: the HTTP status; None without a response.
    method, path: of the request.
    message, id, details: the API's own words, if any.
    hint: what to do next, a sentence.
    outcome_unknown: whether the request may have taken effect all the same.
    transient: whether the same request may succeed when it is repeated.
    is_from_api: whether the status is the API's own, and not that of a proxy or another server.
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
        outcome_unknown: bool = False,
        transient: bool = False,
        is_from_api: bool = True,
    ) -> None:
        self.method = method
        self.path = path
        self.message = message
        self.status = status
        self.id = id
        self.details = details
        self.hint = hint
        self.outcome_unknown = outcome_unknown
        self.transient = transient
        self.is_from_api = is_from_api
        super().__init__(self._sentence())

    @property
    def is_not_found(self) -> bool:
        """Whether the API itself says that the object does not exist. The 404 of a proxy proves nothing."""
        return self.status == 404 and self.is_from_api

    @property
    def was_accepted(self) -> bool:
        """Whether the request seems to be accepted, although the response lacks what it should contain."""
        return self.status is not None and 200 <= self.status < 300

    def _sentence(self) -> str:
        failure = f"{self.method} {self.path} failed"
        if self.was_accepted:
            failure = f"{self.method} {self.path} returned an unexpected response"
        if self.status is not None:
            failure += f" with status {self.status}"
        failure += f": {self.message.rstrip('.')}"
        if self.details not in (None, {}, [], ""):
            failure += f" (details: {json.dumps(self.details)})"
        return f"{failure}. {self.hint}".rstrip()

    def to_result(self) -> dict[str, Any]:
        """Return the failure of a module, with ``error``."""
        error = {name: getattr(self, name) for name in ("status", "method", "path", "message", "id", "details")}
        return {**super().to_result(), "error": error}


class Interrupted(NorthflankError):
    """A request that was not sent, or work that was not started, because the task was asked to stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Interrupted by {reason}.")


class RateLimitReached(ApiError):
    """The rate limit is used up, and the wait for its reset is longer than allowed."""


class TaskFailed(NorthflankError):
    """A task that failed although part of its work may be done; the result reports both."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        super().__init__(result["msg"])

    def to_result(self) -> dict[str, Any]:
        """Return the result, which includes ``msg``."""
        return self.result
