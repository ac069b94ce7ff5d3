# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a connection are validated, and its secrets are known."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.connections import TOKEN, options

TOKEN_REQUIRED = (
    "api_token: required; set the option, or the environment variable NORTHFLANK_API_TOKEN or NF_API_TOKEN where the"
    " task runs"
)


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
def test_an_invalid_proxy_is_reported_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    (error,) = options("https://api.northflank.com").validation_errors()
    assert error.startswith("HTTPS_PROXY: is not a URL like http://proxy.example.com:3128")
    assert "word" not in error.replace("and the password", "").replace("contain a password", "")
    assert options("http://127.0.0.1:8080").validation_errors() == []


@pytest.mark.parametrize(
    ("proxy", "url"),
    [
        ("http://proxy.example", "http://proxy.example"),
        ("socks5h://me:secret@proxy.example:1/", "socks5h://me:secret@proxy.example:1/"),
        # Without a scheme, requests would read the host as one.
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("localhost:3128", "http://localhost:3128"),
        ("me:secret@127.0.0.1:3128", "http://me:secret@127.0.0.1:3128"),
    ],
)
def test_a_valid_proxy(proxy: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert options("https://api.northflank.com").validation_errors() == []
    assert options("https://api.northflank.com").proxies() == {"https": url}


def test_the_password_of_a_proxy_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:p%40ssword@proxy.example:3128")
    text = "http://me:p%40ssword@proxy.example:3128, me:p%40ssword, p@ssword"
    assert options("https://api.northflank.com").secrets().scrub(text) == "********, ********, ********"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"api_token": None}, TOKEN_REQUIRED),
        ({"api_token": " \t"}, TOKEN_REQUIRED),
        ({"api_token": "1234567"}, "api_token: has fewer than 8 characters, so it cannot be a token"),
        *(
            (
                {"api_token": token},
                "api_token: contains whitespace or invalid characters; check for a trailing newline",
            )
            for token in ("token with space", "token-and-newline\n", "tökentöken", "token\x00token")
        ),
        *(
            (
                {"api_url": url},
                f"api_url: {url!r} is not a URL such as https://api.northflank.com; it must not contain a query, a"
                " fragment or special characters",
            )
            for url in (
                "",
                "api.northflank.com",
                "ftp://api.northflank.com",
                "https://[::1",
                "https://host:0",
                "https://host:x",
                "https://host?query",
                "https://host#part",
                "https://host?",
                "https://host/#",
                "https://host/a b",
                "https://host/%zz",
                "https://ho*st",
                "https://host\n",
            )
        ),
        ({"api_url": "https://me:secret@host"}, "api_url: must not contain a user name or password"),
        *(
            ({"api_url": url}, f"api_url: {url!r} would send the token unencrypted; use https")
            for url in ("http://api.northflank.com", "http://10.0.0.1", "http://localhost.example")
        ),
        ({"timeout": 0}, "timeout: 0 is less than the minimum of 1"),
        ({"timeout": 3601}, "timeout: 3601 is greater than the maximum of 3600"),
        ({"timeout": 10**300}, f"timeout: 1{'0' * 199}... (101 more characters) is greater than the maximum of 3600"),
        ({"timeout": 10**5000}, "timeout: a very large int is greater than the maximum of 3600"),
        ({"retries": -1}, "retries: -1 is less than the minimum of 0"),
        ({"retries": 101}, "retries: 101 is greater than the maximum of 100"),
        ({"rate_limit_max_wait": 604801}, "rate_limit_max_wait: 604801 is greater than the maximum of 604800"),
        ({"rate_limit_reserve": 1000001}, "rate_limit_reserve: 1000001 is greater than the maximum of 1000000"),
        ({"rate_limit_max_wait": -1}, "rate_limit_max_wait: -1 is less than the minimum of 0"),
        ({"rate_limit_reserve": -1}, "rate_limit_reserve: -1 is less than the minimum of 0"),
    ],
)
def test_an_invalid_option(changes: dict[str, Any], error: str) -> None:
    changes = {"api_url": "https://api.northflank.com", **changes}
    assert options(changes.pop("api_url"), **changes).validation_errors() == [error]


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
def test_a_valid_url(url: str) -> None:
    assert options(url, api_token="12345678", timeout=1).validation_errors() == []


def test_a_trailing_slash_of_the_url_is_removed() -> None:
    assert options("https://host/prefix/").api_url == "https://host/prefix"


def test_all_errors_are_reported_at_once() -> None:
    assert len(options("host", api_token="", timeout=0, retries=-1).validation_errors()) == 4


@pytest.mark.parametrize("name", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_ca_bundle_that_does_not_exist(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/no/such/file")
    changes = {"ca_path": "/no/such/file"} if name == "ca_path" else {}
    errors = options("https://api.northflank.com", **changes).validation_errors()
    assert errors == [f"{name}: '/no/such/file' does not exist"]


@pytest.mark.parametrize("token", ["none", "NONE", "null"])
def test_a_token_from_a_null_value_is_reported_as_such(token: str) -> None:
    assert options("https://api.northflank.com", api_token=token).validation_errors() == [
        f"api_token: is {token!r}, probably from a null value in environment; set the token itself"
    ]


def test_the_token_is_masked() -> None:
    assert options("https://api.northflank.com").secrets().scrub(f"Bearer {TOKEN}") == "Bearer ********"


def test_a_short_password_of_a_proxy_is_masked_only_together_with_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masking it everywhere would mangle every message."""
    monkeypatch.setenv("HTTPS_PROXY", "http://me:abc@proxy.example:3128")
    secrets = options("https://api.northflank.com").secrets()
    assert secrets.scrub("abc, me:abc, http://me:abc@proxy.example:3128") == "abc, ********, ********"
