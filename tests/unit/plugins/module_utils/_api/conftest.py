# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests of _api."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.connections import (
    Connect,
    Server,
    options,
)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    with contextlib.suppress(OSError):
        server.close()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def connect(server: Server, slept: list[float]) -> Iterator[Connect]:
    opened = []

    def connect(url: str | None = None, **changes: Any) -> Transport:
        opened.append(Transport(options(url or server.url, **changes), lambda text: None, sleep=slept.append))
        return opened[-1]

    yield connect
    for transport in opened:
        transport.close()
