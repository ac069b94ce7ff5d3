# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the webhook, byte by byte, valid and not."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from typing import Any

SECRET = "secret-of-the-tests-0123456789"
HEADER = "X-Northflank-Notification-Integration-"


def body(event: str = "addon-backup:failure", **data: Any) -> bytes:
    """Return a body with the data that Northflank is expected to send. data: additional, or replaces it."""
    about = {"project": {"id": "shop"}, "addon": {"id": "orders-db"}, "backup": {"id": "b1"}}
    return json.dumps({"event": event, "data": {**about, **data}}).encode()


def request(
    content: bytes,
    event_id: str | None = None,
    secret: str | None = SECRET,
    method: str = "POST",
    path: str = "/northflank",
    headers: Mapping[str, str] | None = None,
    chunked: bool = False,
) -> bytes:
    """Return the bytes of a request."""
    sent = {"Host": "localhost", "Content-Type": "application/json", f"{HEADER}Id": "on-call", **(headers or {})}
    if event_id is not None:
        sent[f"{HEADER}Event-Id"] = event_id
    if secret is not None:
        sent[f"{HEADER}Token"] = secret
    if chunked:
        sent["Transfer-Encoding"] = "chunked"
        content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
    else:
        sent.setdefault("Content-Length", str(len(content)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


async def call(port: int, data: bytes, tls: ssl.SSLContext | None = None) -> int | None:
    """Send bytes, wait until the connection is closed, and return the status of the response, None if there is none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    except ConnectionError:
        # It was closed during the TLS handshake.
        return None
    try:
        writer.write(data)
        await writer.drain()
        response = await reader.read()
        return int(response.split()[1]) if response else None
    except (ConnectionError, ssl.SSLError):
        return None
    finally:
        writer.transport.abort()
