# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of responses, and of missing ones, with their complete messages, over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from ansible_collections.community.northflank.plugins.module_utils._api.responses import unexpected_response
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.connections import (
    CLOSE,
    PATH,
    SILENCE,
    TOKEN,
    Connect,
    Server,
    error_response,
    failure,
    http,
)

NETWORK_HINT = "Check api_url and the network between this machine and the API."
PROXY_HINT = "Check api_url and whether a proxy responds in place of the API."
UPGRADE_HINT = "If the API has changed, upgrade community.northflank."

UNEXPECTED = "returned an unexpected response with status 200: the response is not the API's JSON: it"


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (
            error_response(401, "Invalid token"),
            "failed with status 401: Invalid token. Check api_token (or NORTHFLANK_API_TOKEN, NF_API_TOKEN): the API"
            " does not accept it.",
        ),
        (error_response(403, "Forbidden"), "failed with status 403: Forbidden. Ask for the permission."),
        (error_response(404, "Addon not found."), "failed with status 404: Addon not found. Check the IDs."),
        (
            error_response(400, "Invalid body", id="bad", details={"minute": ["too large"]}),
            'failed with status 400: Invalid body (details: {"minute": ["too large"]}).',
        ),
        (
            error_response(409, "It exists"),
            "failed with status 409: It exists. Another client may have changed it at the same time: run the task"
            " again. If not, see the API's message.",
        ),
        (
            error_response(500, "Oops"),
            "failed with status 500: Oops. The error is on Northflank's side: run the task again later.",
        ),
        (http(400, {"error": {}}), "failed with status 400: Because."),
        (
            http(503, b"<html>\n <h1>Busy</h1>", content_type="text/html"),
            "failed with status 503: the response is not the API's JSON: it is text/html and starts with"
            f" '<html> <h1>Busy</h1>'. The server failed: run the task again later. {PROXY_HINT}",
        ),
        (
            http(401, b"<html>Log in", content_type="text/html"),
            "failed with status 401: the response is not the API's JSON: it is text/html and starts with"
            f" '<html>Log in'. {PROXY_HINT}",
        ),
        (
            http(404, [], content_type="application/json"),
            "failed with status 404: the response is not the API's JSON: it is application/json and starts with '[]'."
            f" {PROXY_HINT}",
        ),
        (
            http(302, b""),
            "failed with status 302: the response is a redirect without a Location header."
            " Check api_url. The token was not sent to the new location.",
        ),
        (
            http(200, b"<html>Log in first", content_type="text/html"),
            f"{UNEXPECTED} is text/html and starts with '<html>Log in first'. {PROXY_HINT}",
        ),
        (
            http(200, b""),
            f"{UNEXPECTED} is application/json and is empty. {PROXY_HINT}",
        ),
        (
            http(200, [1, 2]),
            f"{UNEXPECTED} is application/json and starts with '[1, 2]'. {PROXY_HINT}",
        ),
        (
            http(200, b"[" * 100_000),
            f"{UNEXPECTED} is application/json and starts with '{'[' * 200}... (99800 more characters)'. {PROXY_HINT}",
        ),
        (
            http(302, b"", location="https://example.org/login"),
            "failed with status 302: the response is a redirect to 'https://example.org/login'."
            " Check api_url. The token was not sent to the new location.",
        ),
    ],
)
def test_the_message_of_a_failure(server: Server, connect: Connect, response: bytes, message: str) -> None:
    server.responses = [response]
    assert str(failure(connect())) == f"GET {PATH} {message}"
    assert len(server.received) == 1


def test_an_unexpected_response_may_have_taken_effect() -> None:
    error = unexpected_response("POST", PATH, "has\x1b[0m no ID")
    assert str(error) == (
        f"POST {PATH} returned an unexpected response with status 200: the response has [0m no ID. {UPGRADE_HINT}"
    )
    assert (error.status, error.hint, error.outcome_unknown) == (200, UPGRADE_HINT, True)


def test_a_failure_as_a_result(server: Server, connect: Connect) -> None:
    server.responses = [error_response(400, "Invalid body", id="bad", details=["minute"])]
    assert failure(connect()).to_result() == {
        "msg": f'GET {PATH} failed with status 400: Invalid body (details: ["minute"]).',
        "error": {
            "status": 400,
            "method": "GET",
            "path": PATH,
            "message": "Invalid body",
            "id": "bad",
            "details": ["minute"],
        },
    }


def test_a_dropped_connection(server: Server, connect: Connect) -> None:
    server.responses = [CLOSE]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: the connection to {server.address} was closed before the response was complete"
        f" (Remote end closed connection without response). {NETWORK_HINT}"
    )


def test_a_truncated_response(server: Server, connect: Connect) -> None:
    server.responses = [http(200, b'{"data"', content_length="100", connection="close")]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: the connection to {server.address} was closed before the response was complete"
        f" (IncompleteRead(7 bytes read, 93 more expected)). {NETWORK_HINT}"
    )


def test_no_response_in_time(server: Server, connect: Connect) -> None:
    server.responses = [SILENCE]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: no response from {server.address} within 1 s."
        " Run the task again, with a longer timeout if the error persists."
    )


def test_a_refused_connection(server: Server, connect: Connect) -> None:
    transport = connect()
    server.close()
    assert str(failure(transport)) == (
        f"GET {PATH} failed: could not connect to {server.address} ([Errno 111] Connection refused). {NETWORK_HINT}"
    )


def test_an_unknown_host(connect: Connect) -> None:
    error = failure(connect("https://api.northflank.invalid"))
    assert str(error).startswith(f"GET {PATH} failed: could not connect to api.northflank.invalid (")
    assert str(error).endswith(f"). {NETWORK_HINT}")
    assert (error.outcome_unknown, error.transient) == (False, True)


def test_a_proxy_that_does_not_connect(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    assert str(failure(connect("https://api.northflank.com"))) == (
        f"GET {PATH} failed: the proxy could not connect to api.northflank.com ([Errno 111] Connection refused)."
        " Check HTTPS_PROXY and NO_PROXY."
    )


def raw(head: str, body: bytes = b"") -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "response",
    [
        raw("HTTP/1.1 302 Found\nLocation: http://[bad\nContent-Length: 0"),
        raw("HTTP/1.1 307 Again\nLocation: http://127.0.0.1:99999/\nContent-Length: 0"),
        raw("HTTP/1.1 301 Moved\nContent-Length: 0"),
        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close", b"-5\r\n{}\r\n0\r\n\r\n"),
        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close", b"zz\r\n{}\r\n"),
        raw("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 4", b"junk"),
        raw("HTTP/1.1 200 OK\nContent-Length: -1\nConnection: close", b"{"),
        raw("HTTP/1.1 abc OK\nConnection: close"),
        raw("HTTP/9.9 200 OK\nConnection: close"),
        raw("HTTP/1.1 200 OK\nContent-Length: 2", b"[]"),
        b"\xff\xfe\r\n\r\n",
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_outcome_is_unknown_after_any_malformed_response(
    server: Server, connect: Connect, response: bytes, method: str
) -> None:
    """No exception of requests, urllib3 or Python may escape: between a DELETE and its POST, a schedule is at risk."""
    server.responses = [response]
    assert failure(connect(), method, body={}).outcome_unknown


def test_a_get_without_content_has_failed(server: Server, connect: Connect) -> None:
    server.responses = [raw("HTTP/1.1 204 No Content"), raw("HTTP/1.1 204 No Content")]
    assert failure(connect()).status == 204
    assert connect().request("DELETE", PATH, hints={}) == {"data": {}}


def test_a_long_text_from_the_api_is_truncated(server: Server, connect: Connect) -> None:
    server.responses = [error_response(400, "x" * 20_000_00, id="y" * 5000, details={"minute": ["z" * 100_000] * 20})]
    error = failure(connect())
    assert len(str(error)) < 5000
    assert len(json.dumps(error.to_result())) < 10_000
    assert "more characters)" in str(error)


def test_control_characters_from_the_api_are_removed(server: Server, connect: Connect) -> None:
    server.responses = [error_response(400, "a\x1b[31mb\x07\u202ec\r\nd", details={"\x1b]0;": "\x9b"})]
    error = failure(connect())
    assert error.message == "a [31mb c d"
    assert str(error).isprintable()


@pytest.mark.parametrize("body", [b'{"data": {"x": "a TOKEN b"}}', b'{"data": {"TOKEN": [1]}}'])
def test_a_token_in_a_response_is_masked(server: Server, connect: Connect, body: bytes) -> None:
    server.responses = [http(body=body.replace(b"TOKEN", TOKEN.encode()))]
    data = connect().request("GET", PATH, hints={})["data"]
    assert TOKEN not in str(data)
    assert "********" in str(data)


def test_values_that_strict_json_cannot_represent_are_replaced(server: Server, connect: Connect) -> None:
    server.responses = [http(body=b'{"data": {"a": "\\ud800x\\ud83d\\ude00", "b": NaN, "c": [1e999, -Infinity, 1.5]}}')]
    data = connect().request("GET", PATH, hints={})["data"]
    assert data == {"a": "\ufffdx\U0001f600", "b": None, "c": [None, None, 1.5]}
    json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    "response",
    [
        error_response(400, f"Bad token {TOKEN}", id=TOKEN, details={"headers": [f"Bearer {TOKEN}"]}),
        http(400, f"<html>{TOKEN}".encode(), content_type="text/html"),
        http(302, b"", location=f"https://example.org/?token={TOKEN}"),
    ],
)
def test_a_token_in_an_error_is_masked(server: Server, connect: Connect, response: bytes) -> None:
    server.responses = [response]
    error = failure(connect())
    assert TOKEN not in json.dumps(error.to_result())
    assert "********" in str(error)


def test_a_response_without_a_content_type(server: Server, connect: Connect) -> None:
    server.responses = [raw("HTTP/1.1 200 OK\nContent-Length: 2", b"no")]
    assert failure(connect()).message == (
        "the response is not the API's JSON: it has no content type and starts with 'no'"
    )


def test_no_content_is_a_response_without_data(server: Server, connect: Connect) -> None:
    server.responses = [b"HTTP/1.1 204 No Content\r\n\r\n"]
    assert connect().request("DELETE", PATH, hints={}) == {"data": {}}


def test_a_secret_that_was_added_later_is_masked(server: Server, connect: Connect) -> None:
    """A task may send other secrets than those of the connection."""
    server.responses = [error_response(400, "Invalid key a-secret-key")]
    transport = connect()
    transport.secrets.add("a-secret-key")
    assert failure(transport).message == "Invalid key ********"


def test_data_is_not_masked(server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions depend on it: a proxy's password may be an ordinary word."""
    monkeypatch.setenv("HTTP_PROXY", "http://me:bucket@proxy.example:3128")
    server.responses = [http(body={"data": {"id": "our-bucket", "key": "a-secret-key"}})]
    transport = connect()
    transport.secrets.add("a-secret-key")
    assert transport.request("GET", PATH, hints={}) == {"data": {"id": "our-bucket", "key": "a-secret-key"}}


@pytest.mark.parametrize("token", [TOKEN, TOKEN.replace("t", "\\u0074"), TOKEN.replace("-", "\\u002d")])
def test_the_token_is_masked_in_data(server: Server, connect: Connect, token: str) -> None:
    server.responses = [http(body=f'{{"data": {{"id": "my {token}"}}}}'.encode())]
    assert connect().request("GET", PATH, hints={}) == {"data": {"id": "my ********"}}


@pytest.mark.parametrize(
    ("response", "is_from_api"),
    [(error_response(404), True), (http(404, b"<html>"), False), (http(404, {"data": {}}), False)],
)
def test_a_status_may_be_that_of_a_proxy(server: Server, connect: Connect, response: bytes, is_from_api: bool) -> None:
    server.responses = [response]
    assert failure(connect()).is_from_api == is_from_api


class Tunnel:
    """A proxy that establishes all requested connections to one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                while b"\r\n\r\n" not in client.recv(65536):
                    pass
                host, port = self._server.address.split(":")
                upstream = socket.create_connection((host, int(port)))
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                for source, sink in ((client, upstream), (upstream, client)):
                    threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    @staticmethod
    def _forward(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def behind_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """Yield a server that is only reached through a proxy, and the file with its CA certificate."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.example.test").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = Server(context)
    tunnel = Tunnel(server)
    monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
    yield server, str(tmp_path / "ca.pem")
    for each in (tunnel, server):
        with contextlib.suppress(OSError):
            each.close()


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
def test_the_outcome_is_unknown_if_a_connection_through_a_proxy_ends(
    behind_proxy: tuple[Server, str], connect: Connect, method: str
) -> None:
    """urllib3 raises a proxy error then, as if the proxy had not connected."""
    server, ca_file = behind_proxy
    server.responses = [CLOSE]
    error = failure(connect("https://api.example.test", ca_path=ca_file), method)
    assert len(server.received) == 1
    assert error.outcome_unknown
    assert "the proxy could not connect" not in str(error)


def test_a_request_through_a_proxy(behind_proxy: tuple[Server, str], connect: Connect) -> None:
    server, ca_file = behind_proxy
    server.responses = [http(body={"data": {"id": "abc"}})]
    transport = connect("https://api.example.test", ca_path=ca_file)
    assert transport.request("GET", PATH, hints={}) == {"data": {"id": "abc"}}
