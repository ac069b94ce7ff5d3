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

HTML = b"<html><head><title>Bad Gateway</title></head><body>The proxy is tired.</body></html>"


class Fault(BaseModel):
    """One fault, and the requests that meet it: those of a method and path, after some that do not, so many times.

    kind:
      status: the answer is an error with this status; drop: the connection is closed without an answer;
      truncate: half of the answer, then the connection is closed; garbage: an answer that is not JSON;
      html: a proxy's page; empty: no body; redirect: to another host; slow: the answer takes so many seconds;
      call: a Python function is called with the store before the request takes effect (in tests only).
    after_commit: whether the request takes effect all the same.
    path: a regular expression, searched in the path.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    kind: Literal["status", "drop", "truncate", "garbage", "html", "empty", "redirect", "slow", "call"]
    method: str | None = None
    path: str = ""
    status: int = 500
    headers: dict[str, str] = {}
    body: Any = None
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
