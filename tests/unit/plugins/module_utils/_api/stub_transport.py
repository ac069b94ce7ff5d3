# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets


class StubTransport:
    """Returns prepared responses, one per request, and records the requests."""

    def __init__(self, *responses: dict[str, Any] | Exception) -> None:
        self.responses = list(responses)
        self.requests: list[tuple[Any, ...]] = []
        self.hints: dict[int, str] = {}
        self.secrets = Secrets()

    def attempts(self) -> range:
        return range(1)

    def request(self, method: str, path: str, *, hints: dict[int, str], **options: Any) -> dict[str, Any]:
        self.hints = hints
        self.requests.append((method, path, *options.values()))
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


class RunCache:
    """What the tasks of a run share, as JSON. Of a read that fails, nothing is stored."""

    def __init__(self) -> None:
        self.stored: dict[str, str] = {}

    def cached(self, name: str, read: Callable[[], Any]) -> Any:
        if name not in self.stored:
            self.stored[name] = json.dumps(read())
        return json.loads(self.stored[name])


def page(field: str, *items: Any, **pagination: Any) -> dict[str, Any]:
    """Return a response with a list of this name."""
    return {"data": {field: list(items)}, **({"pagination": pagination} if pagination else {})}
