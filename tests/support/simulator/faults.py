# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault injection: rules that determine which requests meet which fault."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

# Valid or nearly valid JSON that clients may fail on, by name.
ODD_JSON = {
    "no list": '{"data": {}}',
    "null data": '{"data": null}',
    "null schedule": '{"data": {"schedules": [null], "backupSchedules": [null], "id": null}}',
    "lone surrogate": '{"data": {"id": "\\ud800", "schedules": [{"id": "\\ud800"}], "backupSchedules": ["\\udfff"]}}',
    "lone surrogate in an error": '{"error": {"status": 400, "message": "\\ud800", "id": "\\udfff"}}',
    "NaN": '{"data": {"id": NaN, "schedules": [{"retentionTime": NaN}], "backupSchedules": NaN}}',
    "Infinity": '{"data": {"id": Infinity, "schedules": [-Infinity], "backupSchedules": Infinity}}',
    "1e999": '{"data": {"id": 1e999, "schedules": 1e999, "backupSchedules": [1e999]}}',
    "long number": '{"data": {"id": ' + "9" * 5000 + "}}",
    "deep nesting": '{"data": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "an unknown next page": '{"data": {"schedules": []}, "pagination": {"hasNextPage": true, "cursor": {"a": []}}}',
}

HTML = b"<html><head><title>Bad Gateway</title></head><body>The upstream server did not respond.</body></html>"


class Fault(BaseModel):
    """A fault, and the requests that meet it.

    kind:
      status: an error response, with body as its body if given; html: the error page of a proxy;
      redirect: a redirect to another host, or to the location in headers;
      empty: no body; no_content: status 204; garbage: a body that is not JSON;
      text: text as the body, such as one of ODD_JSON; large: a JSON body of size bytes;
      chunks: chunked encoding, with text as the length of the first chunk;
      drop: the connection is closed without a response; truncate: it is closed after half of the body;
      slow: the response is delayed by seconds; drip: each byte of the body is delayed by seconds;
      call: the function call is called with the store before the request takes effect (in Python only).
    method, path: which requests meet the fault; path is a regular expression, searched in the path.
    skip, times: how many of these requests do not meet the fault at first, and how many do after that.
    after_commit: whether the request takes effect. Requests with the kinds slow and call always do.
    status: of the kinds status, html, redirect (302 unless it is 3xx) and text (200 if omitted).
    headers: added to the response.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    kind: Literal[
        "status",
        "drop",
        "truncate",
        "garbage",
        "html",
        "empty",
        "no_content",
        "redirect",
        "text",
        "chunks",
        "large",
        "drip",
        "slow",
        "call",
    ]
    method: str | None = None
    path: str = ""
    status: int = 500
    headers: dict[str, str] = {}
    body: Any = None
    text: str = ""
    size: int = 0
    after_commit: bool = False
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    call: Callable[[Any], None] | None = None

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and re.search(self.path, path) is not None


class Faults:
    """The current rules. A request meets the first fault that matches it and is not used up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []

    def set(self, rules: list[Fault]) -> None:
        with self._lock:
            self._rules = [rule.model_copy() for rule in rules]

    def add(self, **rule: Any) -> None:
        with self._lock:
            self._rules.append(Fault(**rule))

    def next_for(self, method: str, path: str) -> Fault | None:
        """Return the fault that the next request meets, and count it."""
        with self._lock:
            for rule in self._rules:
                if rule.times <= 0 or not rule.matches(method, path):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
        return None
