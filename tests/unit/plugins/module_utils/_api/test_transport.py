# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests over real sockets: their content, proxies, TLS, retries, the rate limit."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from ansible_collections.community.northflank.plugins.module_utils._api import transport as transport_module
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    NorthflankError,
    RateLimitReached,
)
from ansible_collections.community.northflank.plugins.module_utils._version import VERSION
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.connections import (
    CLOSE,
    DATA,
    PATH,
    SILENCE,
    TOKEN,
    Connect,
    Server,
    error_response,
    failure,
    http,
    options,
)

TIME_OF_DAY = r"\d\d:\d\d:\d\d UTC"


def test_the_requests(server: Server, connect: Connect) -> None:
    server.responses = [DATA, DATA]
    transport = connect()
    assert transport.request("GET", PATH, query={"per_page": 100}, hints={}) == {"data": {"id": "abc"}}
    transport.request("POST", PATH, body={"minute": [0]}, hints={})
    get, post = server.received
    assert get.startswith(f"GET {PATH}?per_page=100 HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}\r\n" in get
    assert "Accept: application/json\r\n" in get
    assert f"User-Agent: community.northflank/{VERSION}\r\n" in get
    assert "Content-Type: application/json\r\n" in post
    assert post.endswith('\r\n\r\n{"minute": [0]}')
    assert server.connections == 1
    assert transport.usage() == {"requests": 2, "rate_limit": None}


def test_netrc_does_not_replace_the_token(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.responses = [DATA]
    connect().request("GET", PATH, hints={})
    assert f"Authorization: Bearer {TOKEN}\r\n" in server.received[0]


@pytest.mark.parametrize(("no_proxy", "by_proxy"), [("", True), ("localhost,.invalid", False)])
def test_the_proxies_of_the_environment_are_used(
    server: Server,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    no_proxy: str,
    by_proxy: bool,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    server.responses = [CLOSE]
    failure(connect("https://api.invalid"))
    assert [text.split(" HTTP")[0] for text in server.received] == ["CONNECT api.invalid:443"] * by_proxy


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_never_goes_through_a_proxy(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    """It may be plain HTTP, and the proxy may be anywhere."""
    proxy = Server()
    monkeypatch.setenv(variable, proxy.url)
    server.responses = [DATA]
    connect(server.url.replace("127.0.0.1", host)).request("GET", PATH, hints={})
    proxy.close()
    assert (len(server.received), proxy.received) == (1, [])


def test_a_response_that_is_too_large_is_not_read_to_its_end(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "_MAX_BODY_BYTES", 1024**2)
    server.responses = [http(body=b"x" * 3 * 1024**2)]
    error = failure(connect())
    assert "the response is larger than 1 MiB" in str(error)
    assert error.outcome_unknown


def test_a_response_that_takes_too_long_is_not_read_to_its_end(server: Server, connect: Connect) -> None:
    """Each part arrives in time, but there are too many of them."""
    times = iter(range(0, 10_000, 4))
    transport = Transport(options(server.url), print, clock=lambda: float(next(times)))
    server.responses = [http(body={"data": {"text": "x" * 5 * 1024**2}})]
    error = failure(transport)
    assert "the response was not complete after 10 times the timeout" in str(error)
    assert error.outcome_unknown


@pytest.mark.parametrize("error", [ValueError("port out of range"), RecursionError(), MemoryError(), KeyError("x")])
@pytest.mark.parametrize("where", ["send", "_read"])
def test_the_outcome_is_unknown_after_an_exception_of_any_type(
    server: Server,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    where: str,
) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise error

    server.responses = [DATA]
    monkeypatch.setattr(requests.adapters.HTTPAdapter if where == "send" else Transport, where, fail)
    caught = failure(connect(), "POST", body={})
    assert caught.outcome_unknown
    assert type(error).__name__ in str(caught)


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def secure(self, authority: trustme.CA) -> Iterator[Server]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server = Server(context)
        server.responses = [DATA]
        yield server
        server.close()

    @pytest.fixture
    def ca_file(self, authority: trustme.CA, tmp_path: Path) -> str:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        return str(tmp_path / "ca.pem")

    def test_an_unknown_certificate_authority(self, secure: Server, connect: Connect) -> None:
        error = failure(connect(secure.url, retries=3))
        assert str(error).startswith(f"GET {PATH} failed: the TLS connection to {secure.address} failed (")
        assert "certificate" in str(error)
        assert str(error).endswith("). Set ca_path to the CA certificate, or check api_url.")
        assert secure.connections == 1
        assert secure.received == []
        assert not error.outcome_unknown

    def test_a_server_without_tls(self, server: Server, connect: Connect) -> None:
        server.responses = [error_response(400)]
        error = failure(connect(server.url.replace("http", "https")), "POST")
        assert str(error).startswith(f"POST {PATH} failed: the TLS connection to {server.address} failed (")
        # TLS may also fail after a request was sent.
        assert error.outcome_unknown

    def test_ca_path(self, secure: Server, connect: Connect, ca_file: str) -> None:
        assert connect(secure.url, ca_path=ca_file).request("GET", PATH, hints={}) == {"data": {"id": "abc"}}

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_the_ca_bundle_of_the_environment(
        self,
        secure: Server,
        connect: Connect,
        ca_file: str,
        name: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv(name, ca_file)
        assert connect(secure.url).request("GET", PATH, hints={})

    @pytest.mark.filterwarnings("error")
    def test_certificates_need_not_be_valid(self, secure: Server, connect: Connect) -> None:
        assert connect(secure.url, validate_certs=False).request("GET", PATH, hints={})


class TestRetries:
    @pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
    @pytest.mark.parametrize(
        "first",
        [
            CLOSE,
            error_response(502),
            error_response(503),
            error_response(504),
            http(200, b"garbage"),
            http(502, b"<html>"),
        ],
    )
    def test_a_request_is_repeated_after_a_transient_failure(
        self, server: Server, connect: Connect, slept: list[float], method: str, first: bytes
    ) -> None:
        server.responses = [first, first, DATA]
        assert connect(retries=2).request(method, PATH, hints={})
        assert len(server.received) == 3
        assert 0.25 <= slept[0] <= 0.5 <= slept[1] <= 1.0

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 501])
    def test_a_request_is_not_repeated_after_a_permanent_failure(
        self, server: Server, connect: Connect, slept: list[float], status: int
    ) -> None:
        server.responses = [error_response(status)]
        assert failure(connect(retries=5)).status == status
        assert slept == []

    def test_a_request_is_repeated_as_often_as_retries_allows(
        self, server: Server, connect: Connect, slept: list[float]
    ) -> None:
        server.responses = [error_response(503)] * 7
        assert failure(connect(retries=6)).status == 503
        assert len(server.received) == 7
        assert len(slept) == 6
        assert slept[5] <= 8

    @pytest.mark.parametrize("first", [CLOSE, SILENCE, error_response(502), http(200, b"garbage")])
    def test_a_post_that_may_have_taken_effect_is_not_repeated(
        self, server: Server, connect: Connect, first: bytes | None
    ) -> None:
        server.responses = [first, DATA]
        assert failure(connect(retries=5), "POST").outcome_unknown
        assert len(server.received) == 1

    @pytest.mark.parametrize("first", [CLOSE, error_response(502), http(200, b"garbage")])
    def test_an_idempotent_post_is_repeated(self, server: Server, connect: Connect, first: bytes | None) -> None:
        server.responses = [first, DATA]
        assert connect(retries=1).request("POST", PATH, hints={}, idempotent=True)
        assert len(server.received) == 2

    @pytest.mark.parametrize("method", ["DELETE", "POST"])
    def test_a_request_that_must_not_be_repeated(
        self, server: Server, connect: Connect, slept: list[float], method: str
    ) -> None:
        server.responses = [None, DATA]
        with pytest.raises(ApiError) as caught:
            connect(retries=5).request(method, PATH, hints={}, repeat=False)
        assert caught.value.outcome_unknown
        assert len(server.received) == 1
        server.close()
        with pytest.raises(ApiError) as caught:
            connect(retries=5).request(method, PATH, hints={}, repeat=False)
        assert caught.value.transient
        assert not slept

    def test_a_post_that_was_certainly_not_received_is_repeated(
        self, server: Server, connect: Connect, slept: list[float]
    ) -> None:
        server.close()
        assert not failure(connect(retries=3), "POST").outcome_unknown
        assert len(slept) == 3

    def test_the_outcome_stays_unknown_whatever_a_later_response_says(self, server: Server, connect: Connect) -> None:
        server.responses = [CLOSE, error_response(403)]
        assert failure(connect(retries=1), "DELETE").outcome_unknown


class TestRateLimit:
    LIMITED = http(
        429,
        {"error": {"message": "Too many"}},
        x_ratelimit_limit="1000",
        x_ratelimit_remaining="0",
        x_ratelimit_reset="9",
    )

    def test_a_request_waits_for_the_reset_and_is_repeated(
        self, server: Server, connect: Connect, slept: list[float]
    ) -> None:
        server.responses = [self.LIMITED, DATA]
        assert connect(rate_limit_max_wait=10).request("POST", PATH, hints={}) == {"data": {"id": "abc"}}
        assert slept == pytest.approx([10], abs=0.5)

    def test_each_time_that_a_request_is_sent_is_reported(
        self, server: Server, connect: Connect, slept: list[float]
    ) -> None:
        server.responses = [self.LIMITED, DATA]
        transport, sent = connect(rate_limit_max_wait=10), []
        transport.request("POST", PATH, hints={}, on_send=lambda: sent.append((len(slept), len(server.received))))
        # The second time, after the wait.
        assert sent == [(0, 0), (1, 1)]

    @pytest.mark.parametrize(
        ("reserve", "reason", "hint"),
        [
            (0, "", "Run the task again then, or set rate_limit_max_wait to 10 or more to wait (currently 5)."),
            (
                20,
                "; rate_limit_reserve leaves 20 requests to others",
                "Run the task again then, or set rate_limit_max_wait to 10 or more to wait (currently 5).",
            ),
            (
                1000,
                "; rate_limit_reserve leaves 1000 requests to others",
                "Set rate_limit_reserve to less than the limit of 1000.",
            ),
        ],
    )
    def test_a_wait_that_exceeds_rate_limit_max_wait(
        self, server: Server, connect: Connect, reserve: int, reason: str, hint: str
    ) -> None:
        server.responses = [self.LIMITED]
        error = failure(connect(rate_limit_max_wait=5, rate_limit_reserve=reserve))
        assert isinstance(error, RateLimitReached)
        assert error.status == 429
        assert re.sub(TIME_OF_DAY, "TIME", str(error)) == (
            f"GET {PATH} failed with status 429: the API's rate limit of 1000 requests per hour is used up until TIME"
            f" (in 10 s){reason}. {hint}"
        )

    def test_a_refusal_without_headers(self, server: Server, connect: Connect) -> None:
        server.responses = [http(429, {"error": {"message": "Too many"}})]
        assert re.sub(TIME_OF_DAY, "TIME", str(failure(connect(rate_limit_max_wait=5, rate_limit_reserve=2)))) == (
            f"GET {PATH} failed with status 429: the API's rate limit is used up until TIME (in 61 s);"
            " rate_limit_reserve leaves 2 requests to others."
            " Run the task again then, or set rate_limit_max_wait to 61 or more to wait (currently 5)."
        )

    def test_the_hint_counts_what_the_task_has_already_waited(
        self, server: Server, connect: Connect, slept: list[float]
    ) -> None:
        server.responses = [self.LIMITED, self.LIMITED]
        assert str(failure(connect(rate_limit_max_wait=19))).endswith(
            " Run the task again then, or set rate_limit_max_wait to 20 or more to wait (currently 19)."
        )
        assert len(slept) == 1
        server.responses = [self.LIMITED, self.LIMITED, DATA]
        assert connect(rate_limit_max_wait=20).request("GET", PATH, hints={}) == {"data": {"id": "abc"}}

    def test_a_reservation_that_does_not_fit(self, server: Server, connect: Connect) -> None:
        server.responses = [
            http(body={"data": {}}, x_ratelimit_limit="9", x_ratelimit_remaining="2", x_ratelimit_reset="9")
        ]
        transport = connect()
        reservation = transport.reserve(3, lambda: transport.request("GET", PATH, hints={}), "DELETE", "/path")
        message = "^DELETE /path failed with status 429: the API's rate limit of 9 requests per hour is used up until "
        with pytest.raises(RateLimitReached, match=message), reservation:
            pytest.fail("only two requests are left")


def test_a_missing_requests_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "HAS_REQUESTS", False)
    with pytest.raises(NorthflankError, match="library requests is missing. Install it"):
        Transport(options("https://api.northflank.com"), lambda text: None)


def test_pauses_between_attempts_do_not_grow_beyond_8_seconds(connect: Connect, slept: list[float]) -> None:
    assert sum(1 for _attempt in connect(retries=1100).attempts()) == 1101
    assert max(slept) <= 8
