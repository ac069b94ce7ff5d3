# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, on demand: rules that say which requests meet which fault."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

# Valid or nearly valid JSON that a client may fail on, by name.
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

HTML = b"<html><head><title>Bad Gateway</title></head><body>The proxy is tired.</body></html>"


class Fault(BaseModel):
    """One fault, and the requests that meet it: those of a method and path, after some that do not, so many times.

    kind:
      status: the answer is an error with this status; drop: the connection is closed without an answer;
      truncate: half of the answer, then the connection is closed; garbage: an answer that is not JSON;
      html: a proxy's page; empty: no body; no_content: status 204; slow: the answer takes so many seconds;
      redirect: status 302, or the given 3xx, to another host, or where the location in headers points;
      text: the body is this text, whatever it is; ODD_JSON has some that JSON parsers stumble over;
      chunks: the body comes in chunks, and text is what stands in place of the first chunk's length;
      large: the body is JSON of this size, in bytes; drip: each byte of the body comes after so many seconds;
      call: a Python function is called with the store before the request takes effect (in tests only).
    after_commit: whether the request takes effect all the same.
    path: a regular expression, searched in the path.
    status: of an error, of a redirect, and of html; with text the status is 200 unless it is given.
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

    def meets(self, method: str, path: str) -> bool:
        return self.method in (None, method) and re.search(self.path, path) is not None


class Faults:
    """The rules that stand, and which of them a request meets: the first that does and is not used up."""

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
        with self._lock:
            for rule in self._rules:
                if rule.times <= 0 or not rule.meets(method, path):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule
        return None
