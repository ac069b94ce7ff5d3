# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach the API: the options of a connection, the rules that they must keep, and the secrets among them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

# Scrubbing a shorter secret would mangle every result.
_SHORTEST_TOKEN = 8
_SHORTEST_PASSWORD = 4

_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


@dataclass(frozen=True)
class ConnectionOptions:
    """How to reach the API.

    timeout: seconds to wait for a connection, and for each part of an answer.
    retries: how often a request that may be repeated is repeated.
    ca_path: a file or directory of CA certificates; None for those that the environment or requests names.
    rate_limit_max_wait: seconds that the task may wait for the rate limit in all.
    rate_limit_reserve: requests of each window that are left to others.
    """

    api_token: str
    api_url: str
    timeout: int
    retries: int
    validate_certs: bool
    ca_path: str | None
    rate_limit_max_wait: int
    rate_limit_reserve: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ConnectionOptions:
        """Take them from the options of a module or plugin, by the same names."""
        return cls(
            api_token=params["api_token"] or "",
            api_url=params["api_url"].rstrip("/"),
            timeout=params["timeout"],
            retries=params["retries"],
            validate_certs=params["validate_certs"],
            ca_path=params["ca_path"],
            rate_limit_max_wait=params["rate_limit_max_wait"],
            rate_limit_reserve=params["rate_limit_reserve"],
        )

    def problems(self) -> list[str]:
        """Say every rule that they break, each naming its option; the token itself is never told."""
        lowest = {"timeout": 1, "retries": 0, "rate_limit_max_wait": 0, "rate_limit_reserve": 0}
        numbers = {name: (getattr(self, name), low) for name, low in lowest.items()}
        return [
            *self._token_problems(),
            *self._url_problems(),
            *self._proxy_problems(),
            *self._ca_problems(),
            *(f"{name}: {value} is less than {low}" for name, (value, low) in numbers.items() if value < low),
        ]

    def _token_problems(self) -> list[str]:
        token = self.api_token
        if not token.strip():
            return ["api_token: is missing, give it or set NORTHFLANK_API_TOKEN or NF_API_TOKEN where the task runs"]
        if " " in token or not (token.isascii() and token.isprintable()):
            return ["api_token: holds white space or a character that no token has; did a line end come with it?"]
        if token.lower() in ("none", "null"):
            return [
                f"api_token: is the text {token!r}, which a null value becomes in environment; give the token itself"
            ]
        if len(token) < _SHORTEST_TOKEN:
            return [f"api_token: is shorter than {_SHORTEST_TOKEN} characters, which no token is"]
        return []

    def _url_problems(self) -> list[str]:
        try:
            url = urlsplit(self.api_url)
            host, complete = url.hostname or "", url.port != 0 and url.scheme in ("http", "https")
            host.encode("idna")
        except ValueError:
            host, complete = "", False
        if not host or not complete or url.query or url.fragment:
            return [f"api_url: {self.api_url!r} is not a URL like https://api.northflank.com"]
        if url.username is not None:
            return ["api_url: must hold no user name or password"]
        if url.scheme == "http" and not _is_loopback(host):
            return [f"api_url: {self.api_url!r} would send the token in the clear, use https"]
        return []

    def _ca_problems(self) -> list[str]:
        name, path = self.ca_bundle()
        return [] if path is None or os.path.exists(path) else [f"{name}: {path!r} does not exist"]

    def _proxy_problems(self) -> list[str]:
        # What is wrong with a proxy's URL is not quoted: it may hold a password.
        return [
            f"{name}: is not a URL like http://proxy.example.com:3128; percent-encode special characters in the user"
            " name and the password (the value is not shown, because it may contain a password)"
            for name, url in self._proxies_by_variable()
            if not _is_proxy(url)
        ]

    def proxies(self) -> dict[str, str]:
        """Return the proxies for api_url by scheme, as requests takes them; none for this machine itself."""
        return {urlsplit(self.api_url).scheme: url for _name, url in self._proxies_by_variable()}

    def _proxies_by_variable(self) -> Iterator[tuple[str, str]]:
        """Yield the environment variable and the URL of the proxy that requests to api_url go through, if any."""
        try:
            url = urlsplit(self.api_url)
            host = url.hostname or ""
        except ValueError:
            return
        # A token in the clear must not leave this machine, whatever NO_PROXY says.
        if not host or _is_loopback(host):
            return
        proxies = urllib.request.getproxies_environment()
        # proxy_bypass() would ask the system, too; this one is there everywhere, but typeshed does not know it.
        if urllib.request.proxy_bypass_environment(url.netloc, proxies):  # type: ignore[attr-defined]
            return
        for name in (url.scheme, "all"):
            if proxies.get(name):
                yield f"{name.upper()}_PROXY", proxies[name]
                return

    def scrub(self, value: Any) -> Any:
        """Take the secrets out of a text, or out of a value of JSON, whatever its shape."""
        return _scrubbed(value, list(self.secrets()))

    def secrets(self) -> Iterator[str]:
        """Yield every text that no message may show, the longest forms of a password first."""
        if len(self.api_token.strip()) >= _SHORTEST_TOKEN:
            yield self.api_token
        for _name, proxy in self._proxies_by_variable():
            userinfo = proxy.rpartition("@")[0].rpartition("//")[2]
            password = userinfo.partition(":")[2]
            found = {proxy, userinfo} if password else set()
            found.update(each for each in (password, unquote(password)) if len(each) >= _SHORTEST_PASSWORD)
            yield from sorted(found, key=len, reverse=True)

    def ca_bundle(self) -> tuple[str, str | None]:
        """Give the file or directory of CA certificates and what names it; None for those of requests."""
        paths = {"ca_path": self.ca_path}
        paths.update((name, os.environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
        return next(((name, path) for name, path in paths.items() if path), ("ca_path", None))


def _scrubbed(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "********")
        return value
    if isinstance(value, Mapping):
        return {_scrubbed(name, secrets): _scrubbed(each, secrets) for name, each in value.items()}
    if isinstance(value, list):
        return [_scrubbed(each, secrets) for each in value]
    return value


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_proxy(url: str) -> bool:
    # requests takes a proxy without a scheme for one of http.
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        return False
    complete = parts.scheme in _PROXY_SCHEMES and parts.hostname and port != 0
    return bool(complete) and url.isprintable() and " " not in url and not _more_than_a_host(parts)


def _more_than_a_host(parts: SplitResult) -> bool:
    return parts.path not in ("", "/") or bool(parts.query or parts.fragment)
