# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and whatever comes back, over real sockets: each class of failure with its whole message."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from ansible_collections.community.northflank.plugins.module_utils import _connection
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    NorthflankError,
    RateLimitReached,
)

TOKEN = "token-0123456789"
PATH = "/v1/projects/shop/addons"
HINTS = {403: "Ask for the permission.", 404: "Check the ids."}
NETWORK_HINT = "Check api_url, and what stands between this machine and the API."

TLS_HELLO = b"\x16\x03"
CLOSE = b""  # close the connection without an answer
SILENCE = None  # keep it open, and say nothing


def http(status: int = 200, body: object = None, **headers: str) -> bytes:
    """An HTTP answer; a body that is not bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(raw))}
    lines.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Because\r\n{head}\r\n".encode() + raw


def refusal(status: int, message: str = "No", **more: object) -> bytes:
    return http(status, {"error": {"status": status, "message": message, **more}})


DATA = http(body={"data": {"id": "abc"}})


class Server:
    """Answers one request after the other from a list, and keeps what it was sent."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[bytes | None] = []
        self.received: list[str] = []
        self.connections = 0
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def close(self) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := self._read(connection):
                    self.received.append(request)
                    answer = self.answers.pop(0)
                    if answer is SILENCE:
                        self._over.wait(30)
                        return
                    connection.sendall(answer)
                    if not answer or b"connection: close" in answer:
                        return
        except OSError:
            return

    @staticmethod
    def _read(connection: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return ""
            data += part
            if data.startswith(TLS_HELLO):
                return "a TLS hello"
        head, _end, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        return (head + b"\r\n\r\n" + body).decode()


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


def options(url: str, **changes: Any) -> ConnectionOptions:
    params: dict[str, Any] = {
        "api_token": TOKEN,
        "api_url": url,
        "timeout": 1,
        "retries": 0,
        "validate_certs": True,
        "ca_path": None,
        "rate_limit_max_wait": 0,
        "rate_limit_reserve": 0,
    }
    return ConnectionOptions.from_params({**params, **changes})


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def connect(server: Server, slept: list[float]) -> Iterator[Callable[..., Transport]]:
    opened = []

    def connect(url: str | None = None, **changes: Any) -> Transport:
        opened.append(Transport(options(url or server.url, **changes), lambda text: None, sleep=slept.append))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def failure(connection: Transport, method: str = "GET", **how: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        connection.call(method, PATH, hints=HINTS, **how)
    return caught.value


def test_what_is_sent(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [DATA, DATA]
    connection = connect()
    assert connection.call("GET", PATH, query={"per_page": 100}, hints={}) == {"data": {"id": "abc"}}
    connection.call("POST", PATH, body={"minute": [0]}, hints={})
    get, post = server.received
    assert get.startswith(f"GET {PATH}?per_page=100 HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}\r\n" in get
    assert "Accept: application/json\r\n" in get
    assert f"User-Agent: community.northflank/{_connection.VERSION}\r\n" in get
    assert "Content-Type: application/json\r\n" in post
    assert post.endswith('\r\n\r\n{"minute": [0]}')
    assert server.connections == 1
    assert connection.usage() == {"requests": 2, "rate_limit": None}


def test_no_content_is_an_answer_without_data(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [b"HTTP/1.1 204 No Content\r\n\r\n"]
    assert connect().call("DELETE", PATH, hints={}) == {"data": {}}


def test_netrc_does_not_replace_the_token(
    server: Server, connect: Callable[..., Transport], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.answers = [DATA]
    connect().call("GET", PATH, hints={})
    assert f"Authorization: Bearer {TOKEN}\r\n" in server.received[0]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            refusal(401, "Invalid token"),
            "with status 401: Invalid token. Check api_token (or NORTHFLANK_API_TOKEN, NF_API_TOKEN): the API does not"
            " know it.",
        ),
        (refusal(403, "Forbidden"), "with status 403: Forbidden. Ask for the permission."),
        (refusal(404, "Addon not found."), "with status 404: Addon not found. Check the ids."),
        (
            refusal(400, "Invalid body", id="bad", details={"minute": ["too large"]}),
            "with status 400: Invalid body (details: {'minute': ['too large']}).",
        ),
        (
            refusal(409, "It exists"),
            "with status 409: It exists. Something else changed the addon at the same time: run the task again.",
        ),
        (
            refusal(500, "Oops"),
            "with status 500: Oops. The fault is on Northflank's side: run the task again later.",
        ),
        (http(400, {"error": {}}), "with status 400: Because."),
        (
            http(503, b"<html>\n <h1>Busy</h1>", content_type="text/html"),
            "with status 503: the answer is not the API's JSON but text/html that begins '<html> <h1>Busy</h1>'."
            " The fault is on Northflank's side: run the task again later.",
        ),
        (
            http(200, b"<html>Log in first", content_type="text/html"),
            "with status 200: the answer is not the API's JSON but text/html that begins '<html>Log in first'."
            " Check api_url and whether a proxy answers in the API's place.",
        ),
        (
            http(200, b""),
            "with status 200: the answer is not the API's JSON but application/json, empty."
            " Check api_url and whether a proxy answers in the API's place.",
        ),
        (
            http(200, [1, 2]),
            "with status 200: the answer is not the API's JSON but application/json that begins '[1, 2]'."
            " Check api_url and whether a proxy answers in the API's place.",
        ),
        (
            http(200, b"[" * 100_000),
            f"with status 200: the answer is not the API's JSON but application/json that begins"
            f" '{'[' * 200}... (99800 more characters)'."
            " Check api_url and whether a proxy answers in the API's place.",
        ),
        (
            http(302, b"", location="https://example.org/login"),
            "with status 302: the answer redirects to 'https://example.org/login'."
            " Check api_url; the token was not sent on.",
        ),
    ],
)
def test_answers_that_are_failures(
    server: Server, connect: Callable[..., Transport], answer: bytes, message: str
) -> None:
    server.answers = [answer]
    assert str(failure(connect())) == f"GET {PATH} failed {message}"
    assert len(server.received) == 1


def test_a_failure_tells_its_parts(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [refusal(400, "Invalid body", id="bad", details=["minute"])]
    assert failure(connect()).to_result() == {
        "msg": f"GET {PATH} failed with status 400: Invalid body (details: ['minute']).",
        "error": {
            "status": 400,
            "method": "GET",
            "path": PATH,
            "message": "Invalid body",
            "id": "bad",
            "details": ["minute"],
        },
    }


def test_a_dropped_connection(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [CLOSE]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: the connection to {server.address} broke off before the answer was whole"
        f" (Remote end closed connection without response). {NETWORK_HINT}"
    )


def test_a_truncated_answer(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [http(200, b'{"data"', content_length="100", connection="close")]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: the connection to {server.address} broke off before the answer was whole"
        f" (IncompleteRead(7 bytes read, 93 more expected)). {NETWORK_HINT}"
    )


def test_no_answer_in_time(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [SILENCE]
    assert str(failure(connect())) == (
        f"GET {PATH} failed: no answer from {server.address} within 1 s."
        " Run the task again, with a longer timeout if this comes back."
    )


def test_a_refused_connection(server: Server, connect: Callable[..., Transport]) -> None:
    connection = connect()
    server.close()
    assert str(failure(connection)) == (
        f"GET {PATH} failed: no connection to {server.address} ([Errno 111] Transport refused). {NETWORK_HINT}"
    )


def test_an_unknown_host(connect: Callable[..., Transport]) -> None:
    error = failure(connect("https://api.northflank.invalid"))
    assert str(error).startswith(f"GET {PATH} failed: no connection to api.northflank.invalid (")
    assert str(error).endswith(f"). {NETWORK_HINT}")
    assert (error.outcome_unknown, error.transient) == (False, True)


def test_a_proxy_that_does_not_answer(connect: Callable[..., Transport], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    assert str(failure(connect("https://api.northflank.com"))) == (
        f"GET {PATH} failed: the proxy did not connect to api.northflank.com ([Errno 111] Transport refused)."
        " Check HTTPS_PROXY and NO_PROXY."
    )


@pytest.mark.parametrize(("no_proxy", "by_proxy"), [("", True), ("localhost,.invalid", False)])
def test_the_proxies_of_the_environment_count(
    server: Server,
    connect: Callable[..., Transport],
    monkeypatch: pytest.MonkeyPatch,
    no_proxy: str,
    by_proxy: bool,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    server.answers = [CLOSE]
    failure(connect("https://api.invalid"))
    assert [text.split(" HTTP")[0] for text in server.received] == ["CONNECT api.invalid:443"] * by_proxy


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_never_goes_through_a_proxy(
    server: Server, connect: Callable[..., Transport], monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    """It may be plain HTTP, and the proxy may be anywhere."""
    proxy = Server()
    monkeypatch.setenv(variable, proxy.url)
    server.answers = [DATA]
    connect(server.url.replace("127.0.0.1", host)).call("GET", PATH, hints={})
    proxy.close()
    assert (len(server.received), proxy.received) == (1, [])


@pytest.mark.parametrize(
    "proxy",
    [
        "http://me:pass#word@proxy.example:3128",
        "http://me:pass/word@proxy.example:3128",
        "http://me:password@proxy.example:99999",
        "http://me:password@proxy.example:port",
        "http://me:password@",
        "ftp://me:password@proxy.example",
        "http://me:pass word@proxy.example",
        "http://me:password@[proxy.example",
    ],
)
def test_a_malformed_proxy_is_named_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    (problem,) = options("https://api.northflank.com").validation_errors()
    assert problem.startswith("HTTPS_PROXY: is not a URL like http://proxy.example.com:3128")
    assert "word" not in problem.replace("and the password", "").replace("contain a password", "")
    assert options("http://127.0.0.1:8080").validation_errors() == []


@pytest.mark.parametrize(
    "proxy", ["proxy.example:3128", "http://proxy.example", "socks5h://me:secret@proxy.example:1/"]
)
def test_a_proxy_that_is_one(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert options("https://api.northflank.com").validation_errors() == []
    assert options("https://api.northflank.com").proxies() == {"https": proxy}


def test_the_password_of_a_proxy_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:p%40ssword@proxy.example:3128")
    text = "http://me:p%40ssword@proxy.example:3128, me:p%40ssword, p@ssword"
    assert options("https://api.northflank.com").scrub(text) == "********, ********, ********"


def raw(head: str, body: bytes = b"") -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "answer",
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
def test_the_outcome_is_unknown_whatever_comes_back(
    server: Server, connect: Callable[..., Transport], answer: bytes, method: str
) -> None:
    """No exception of requests, urllib3 or Python may escape: between a DELETE and its POST a backup is at stake."""
    server.answers = [answer]
    assert failure(connect(), method, body={}).outcome_unknown


def test_a_read_that_is_answered_without_content_has_failed(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [raw("HTTP/1.1 204 No Content"), raw("HTTP/1.1 204 No Content")]
    assert failure(connect()).status == 204
    assert connect().call("DELETE", PATH, hints={}) == {"data": {}}


@pytest.mark.parametrize("error", [ValueError("port out of range"), RecursionError(), MemoryError(), KeyError("x")])
@pytest.mark.parametrize("where", ["send", "_content"])
def test_an_exception_of_any_kind_is_an_unknown_outcome(
    server: Server,
    connect: Callable[..., Transport],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    where: str,
) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise error

    server.answers = [DATA]
    monkeypatch.setattr(requests.adapters.HTTPAdapter if where == "send" else Transport, where, fail)
    caught = failure(connect(), "POST", body={})
    assert caught.outcome_unknown
    assert type(error).__name__ in str(caught)


def test_a_long_text_of_the_api_is_cut(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [refusal(400, "x" * 20_000_00, id="y" * 5000, details={"minute": ["z" * 100_000] * 20})]
    error = failure(connect())
    assert len(str(error)) < 5000
    assert len(json.dumps(error.to_result())) < 10_000
    assert "more characters)" in str(error)


def test_control_characters_of_the_api_are_not_shown(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [refusal(400, "a\x1b[31mb\x07\u202ec\r\nd", details={"\x1b]0;": "\x9b"})]
    error = failure(connect())
    assert error.message == "a [31mb c d"
    assert str(error).isprintable()


@pytest.mark.parametrize("body", [b'{"data": {"x": "a TOKEN b"}}', b'{"data": {"TOKEN": [1]}}'])
def test_a_token_that_the_api_repeats_goes_no_further(
    server: Server, connect: Callable[..., Transport], body: bytes
) -> None:
    server.answers = [http(body=body.replace(b"TOKEN", TOKEN.encode()))]
    data = connect().call("GET", PATH, hints={})["data"]
    assert TOKEN not in str(data)
    assert "********" in str(data)


def test_what_no_json_can_say_is_replaced(server: Server, connect: Callable[..., Transport]) -> None:
    server.answers = [http(body=b'{"data": {"a": "\\ud800x\\ud83d\\ude00", "b": NaN, "c": [1e999, -Infinity, 1.5]}}')]
    data = connect().call("GET", PATH, hints={})["data"]
    assert data == {"a": "\ufffdx\U0001f600", "b": None, "c": [None, None, 1.5]}
    json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def test_an_endless_answer_is_not_read_to_its_end(
    server: Server, connect: Callable[..., Transport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "_MAX_BODY", 1024**2)
    server.answers = [http(body=b"x" * 3 * 1024**2)]
    error = failure(connect())
    assert "the answer is larger than 1 MiB" in str(error)
    assert error.outcome_unknown


def test_an_answer_that_comes_too_slowly_is_given_up_on(server: Server, connect: Callable[..., Transport]) -> None:
    """Each part comes in time, but they are too many."""
    times = iter(range(0, 10_000, 4))
    connection = Transport(options(server.url), print, clock=lambda: float(next(times)))
    server.answers = [http(body={"data": {"text": "x" * 5 * 1024**2}})]
    error = failure(connection)
    assert "the answer was not complete after 10 times the timeout" in str(error)
    assert error.outcome_unknown


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def secure(self, authority: trustme.CA) -> Iterator[Server]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server = Server(context)
        server.answers = [DATA]
        yield server
        server.close()

    @pytest.fixture
    def ca_file(self, authority: trustme.CA, tmp_path: Path) -> str:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        return str(tmp_path / "ca.pem")

    def test_an_unknown_authority(self, secure: Server, connect: Callable[..., Transport]) -> None:
        error = failure(connect(secure.url, retries=3))
        assert str(error).startswith(f"GET {PATH} failed: TLS with {secure.address} failed (")
        assert "certificate" in str(error)
        assert str(error).endswith("). Give the CA certificate with ca_path, or check api_url.")
        assert secure.connections == 1
        assert secure.received == []
        assert not error.outcome_unknown

    def test_a_server_that_speaks_no_tls(self, server: Server, connect: Callable[..., Transport]) -> None:
        server.answers = [refusal(400)]
        error = failure(connect(server.url.replace("http", "https")), "POST")
        assert str(error).startswith(f"POST {PATH} failed: TLS with {server.address} failed (")
        # TLS may as well break after a request was sent.
        assert error.outcome_unknown

    def test_ca_path(self, secure: Server, connect: Callable[..., Transport], ca_file: str) -> None:
        assert connect(secure.url, ca_path=ca_file).call("GET", PATH, hints={}) == {"data": {"id": "abc"}}

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_the_bundle_of_the_environment(
        self,
        secure: Server,
        connect: Callable[..., Transport],
        ca_file: str,
        name: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv(name, ca_file)
        assert connect(secure.url).call("GET", PATH, hints={})

    @pytest.mark.parametrize("name", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_a_bundle_that_is_not_there(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, "/no/such/file")
        changes = {"ca_path": "/no/such/file"} if name == "ca_path" else {}
        problems = options("https://api.northflank.com", **changes).validation_errors()
        assert problems == [f"{name}: '/no/such/file' does not exist"]

    @pytest.mark.filterwarnings("error")
    def test_without_validation(self, secure: Server, connect: Callable[..., Transport]) -> None:
        assert connect(secure.url, validate_certs=False).call("GET", PATH, hints={})


class TestRepeats:
    @pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
    @pytest.mark.parametrize(
        "first", [CLOSE, refusal(502), refusal(503), refusal(504), http(200, b"garbage"), http(502, b"<html>")]
    )
    def test_what_passes_is_sent_again(
        self, server: Server, connect: Callable[..., Transport], slept: list[float], method: str, first: bytes
    ) -> None:
        server.answers = [first, first, DATA]
        assert connect(retries=2).call(method, PATH, hints={})
        assert len(server.received) == 3
        assert 0.25 <= slept[0] <= 0.5 <= slept[1] <= 1.0

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 501])
    def test_what_does_not_pass_is_not(
        self, server: Server, connect: Callable[..., Transport], slept: list[float], status: int
    ) -> None:
        server.answers = [refusal(status)]
        assert failure(connect(retries=5)).status == status
        assert slept == []

    def test_as_often_as_it_says(self, server: Server, connect: Callable[..., Transport], slept: list[float]) -> None:
        server.answers = [refusal(503)] * 7
        assert failure(connect(retries=6)).status == 503
        assert len(server.received) == 7
        assert len(slept) == 6
        assert slept[5] <= 8

    @pytest.mark.parametrize("first", [CLOSE, SILENCE, refusal(502), http(200, b"garbage")])
    def test_a_post_that_may_have_taken_effect_is_not(
        self, server: Server, connect: Callable[..., Transport], first: bytes | None
    ) -> None:
        server.answers = [first, DATA]
        assert failure(connect(retries=5), "POST").outcome_unknown
        assert len(server.received) == 1

    def test_a_post_that_was_certainly_not_received_is(
        self, server: Server, connect: Callable[..., Transport], slept: list[float]
    ) -> None:
        server.close()
        assert not failure(connect(retries=3), "POST").outcome_unknown
        assert len(slept) == 3

    def test_a_clear_answer_does_not_settle_what_an_attempt_before_it_did(
        self, server: Server, connect: Callable[..., Transport]
    ) -> None:
        server.answers = [CLOSE, refusal(403)]
        assert failure(connect(retries=1), "DELETE").outcome_unknown


class TestRateLimit:
    LIMITED = http(
        429,
        {"error": {"message": "Too many"}},
        x_ratelimit_limit="1000",
        x_ratelimit_remaining="0",
        x_ratelimit_reset="9",
    )

    def test_a_refusal_is_waited_out(
        self, server: Server, connect: Callable[..., Transport], slept: list[float]
    ) -> None:
        server.answers = [self.LIMITED, DATA]
        assert connect(rate_limit_max_wait=10).call("POST", PATH, hints={}) == {"data": {"id": "abc"}}
        assert slept == pytest.approx([10], abs=0.5)

    @pytest.mark.parametrize(
        ("reserve", "told", "hint"),
        [
            (0, "", "Run the rest then, or let the task wait with rate_limit_max_wait: 10 or more (it is 5)."),
            (
                20,
                "; 20 requests are left to others by rate_limit_reserve",
                "Run the rest then, or let the task wait with rate_limit_max_wait: 10 or more (it is 5).",
            ),
            (
                1000,
                "; 1000 requests are left to others by rate_limit_reserve",
                "rate_limit_reserve must be less than the limit, 1000.",
            ),
        ],
    )
    def test_a_wait_that_is_too_long(
        self, server: Server, connect: Callable[..., Transport], reserve: int, told: str, hint: str
    ) -> None:
        server.answers = [self.LIMITED]
        error = failure(connect(rate_limit_max_wait=5, rate_limit_reserve=reserve))
        assert isinstance(error, RateLimitReached)
        assert error.status == 429
        before, at, after = str(error).partition(", at ")
        assert before == (
            f"GET {PATH} failed with status 429:"
            " not sent, the rate limit of 1000 requests is used up and resets in 10 s"
        )
        assert at
        assert after[8:] == f" UTC{told}. {hint}"

    def test_a_hold_that_does_not_fit(self, server: Server, connect: Callable[..., Transport]) -> None:
        server.answers = [
            http(body={"data": {}}, x_ratelimit_limit="9", x_ratelimit_remaining="2", x_ratelimit_reset="9")
        ]
        connection = connect()
        told = "^DELETE /path failed with status 429: not sent, "
        hold = connection.hold(3, lambda: connection.call("GET", PATH, hints={}), "DELETE", "/path")
        with pytest.raises(RateLimitReached, match=told), hold:
            pytest.fail("there are only two left")


class TestOptions:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            (
                {"api_token": None},
                "api_token: is missing, give it or set NORTHFLANK_API_TOKEN or NF_API_TOKEN where the task runs",
            ),
            (
                {"api_token": " \t"},
                "api_token: is missing, give it or set NORTHFLANK_API_TOKEN or NF_API_TOKEN where the task runs",
            ),
            ({"api_token": "1234567"}, "api_token: is shorter than 8 characters, which no token is"),
            *(
                (
                    {"api_token": token},
                    "api_token: holds white space or a character that no token has; did a line end come with it?",
                )
                for token in ("token with space", "token-and-line-end\n", "tökentöken", "token\x00token")
            ),
            *(
                ({"api_url": url}, f"api_url: {url!r} is not a URL like https://api.northflank.com")
                for url in (
                    "",
                    "api.northflank.com",
                    "ftp://api.northflank.com",
                    "https://[::1",
                    "https://host:0",
                    "https://host:x",
                    "https://host?query",
                    "https://host#part",
                )
            ),
            ({"api_url": "https://me:secret@host"}, "api_url: must hold no user name or password"),
            *(
                ({"api_url": url}, f"api_url: {url!r} would send the token in the clear, use https")
                for url in ("http://api.northflank.com", "http://10.0.0.1", "http://localhost.example")
            ),
            ({"timeout": 0}, "timeout: 0 is less than 1"),
            ({"retries": -1}, "retries: -1 is less than 0"),
            ({"rate_limit_max_wait": -1}, "rate_limit_max_wait: -1 is less than 0"),
            ({"rate_limit_reserve": -1}, "rate_limit_reserve: -1 is less than 0"),
        ],
    )
    def test_a_problem(self, changes: dict[str, Any], problem: str) -> None:
        changes = {"api_url": "https://api.northflank.com", **changes}
        assert options(changes.pop("api_url"), **changes).validation_errors() == [problem]

    @pytest.mark.parametrize(
        "url",
        [
            "https://api.northflank.com",
            "https://host:8443/prefix/",
            "http://localhost:1",
            "http://127.8.8.8",
            "http://[::1]",
        ],
    )
    def test_no_problem(self, url: str) -> None:
        assert options(url, api_token="12345678", timeout=1).validation_errors() == []

    def test_a_slash_at_the_end_of_the_url_does_not_count(self) -> None:
        assert options("https://host/prefix/").api_url == "https://host/prefix"

    def test_all_problems_at_once(self) -> None:
        assert len(options("host", api_token="", timeout=0, retries=-1).validation_errors()) == 4


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, f"Bad token {TOKEN}", id=TOKEN, details={"headers": [f"Bearer {TOKEN}"]}),
        http(400, f"<html>{TOKEN}".encode(), content_type="text/html"),
        http(302, b"", location=f"https://example.org/?token={TOKEN}"),
    ],
)
def test_an_echoed_token_is_scrubbed(server: Server, connect: Callable[..., Transport], answer: bytes) -> None:
    server.answers = [answer]
    error = failure(connect())
    assert TOKEN not in json.dumps(error.to_result())
    assert "********" in str(error)


def test_requests_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "HAS_REQUESTS", False)
    with pytest.raises(NorthflankError, match="library requests is missing: install it"):
        Transport(options("https://api.northflank.com"), lambda text: None)
