# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a connection to the API: their validation, the proxies and CA certificates, the secrets.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from .._model.secrets import Secrets
from .._model.text import short_repr
from .._model.urls import is_loopback

# In characters. Masking a shorter secret would mangle every result.
_MIN_TOKEN = 8
_MIN_PASSWORD = 4

# In seconds. Sockets do not accept every timeout.
_MAX_TIMEOUT = 3600

# Far beyond what is useful. They catch a value that would make a task wait forever, or overflow.
_MAX_RETRIES = 100
_MAX_RATE_LIMIT_WAIT = 7 * 24 * 3600
_MAX_RATE_LIMIT_RESERVE = 1_000_000
_MAX_RATE_LIMIT_CLIENTS = 1000

# A query or a fragment, an encoded character, or one that a URL does not have: the path of a request follows it.
_INVALID_IN_URL = re.compile(r"[^A-Za-z0-9:/.\[\]_~-]")

_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def account_key(params: Mapping[str, Any]) -> str:
    """Return what the API's responses depend on: its URL, the token, of which only the hash is kept, and the team."""
    token = hashlib.sha256(str(params["api_token"]).encode()).hexdigest()
    return f"{params['api_url'].rstrip('/')} {token} {params['team_id']}"


@dataclass(frozen=True)
class ConnectionOptions:
    """The options of a connection.

    timeout: seconds to wait for a connection, and for each part of a response.
    retries: how many times a failed request is retried, if that is safe.
    ca_path: a file or directory of CA certificates; None for those of the environment or of requests.
    rate_limit_max_wait: seconds that the task may wait for the rate limit in total.
    rate_limit_reserve: requests of each window that are left to others.
    rate_limit_clients: how many runs share the limit, this one included.
    """

    api_token: str
    api_url: str
    timeout: int
    retries: int
    validate_certs: bool
    ca_path: str | None
    rate_limit_max_wait: int
    rate_limit_reserve: int
    rate_limit_clients: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ConnectionOptions:
        """Take them from the options of a module or plugin, which have the same names."""
        return cls(
            api_token=params["api_token"] or "",
            api_url=params["api_url"].rstrip("/"),
            timeout=params["timeout"],
            retries=params["retries"],
            validate_certs=params["validate_certs"],
            ca_path=params["ca_path"],
            rate_limit_max_wait=params["rate_limit_max_wait"],
            rate_limit_reserve=params["rate_limit_reserve"],
            rate_limit_clients=params["rate_limit_clients"],
        )

    def validation_errors(self) -> list[str]:
        """Return the validation errors, each of which begins with the name of its option; the token is never quoted."""
        return [
            *self._token_errors(),
            *self._url_errors(),
            *self._proxy_errors(),
            *self._ca_errors(),
            *_range_errors("timeout", self.timeout, 1, _MAX_TIMEOUT),
            *_range_errors("retries", self.retries, 0, _MAX_RETRIES),
            *_range_errors("rate_limit_max_wait", self.rate_limit_max_wait, 0, _MAX_RATE_LIMIT_WAIT),
            *_range_errors("rate_limit_reserve", self.rate_limit_reserve, 0, _MAX_RATE_LIMIT_RESERVE),
            *_range_errors("rate_limit_clients", self.rate_limit_clients, 1, _MAX_RATE_LIMIT_CLIENTS),
        ]

    def _token_errors(self) -> list[str]:
        token = self.api_token
        if not token.strip():
            return [
                "api_token: required; set the option, or the environment variable NORTHFLANK_API_TOKEN or NF_API_TOKEN"
                " where the task runs"
            ]
        if " " in token or not (token.isascii() and token.isprintable()):
            return ["api_token: contains whitespace or invalid characters; check for a trailing newline"]
        if token.lower() in ("none", "null"):
            return [f"api_token: is {token!r}, probably from a null value in environment; set the token itself"]
        if len(token) < _MIN_TOKEN:
            return [f"api_token: has fewer than {_MIN_TOKEN} characters, so it cannot be a token"]
        return []

    def _url_errors(self) -> list[str]:
        try:
            url = urlsplit(self.api_url)
            host, is_complete = url.hostname or "", url.port != 0 and url.scheme in ("http", "https")
            host.encode("idna")
        except ValueError:
            host, is_complete = "", False
        if is_complete and url.username is not None:
            return ["api_url: must not contain a user name or password"]
        if not host or not is_complete or _INVALID_IN_URL.search(self.api_url):
            return [
                f"api_url: {short_repr(self.api_url)} is not a URL such as https://api.northflank.com; it must not"
                " contain a query, a fragment or special characters"
            ]
        if url.scheme == "http" and not is_loopback(host):
            return [f"api_url: {short_repr(self.api_url)} would send the token unencrypted; use https"]
        return []

    def _ca_errors(self) -> list[str]:
        name, path = self.ca_bundle()
        return [] if path is None or os.path.exists(path) else [f"{name}: {short_repr(path)} does not exist"]

    def _proxy_errors(self) -> list[str]:
        # The URL of a proxy is not quoted: it may contain a password.
        return [
            f"{name}: is not a URL like http://proxy.example.com:3128; percent-encode special characters in the user"
            " name and the password (the value is not shown, because it may contain a password)"
            for name, url in self._proxies_by_variable()
            if not _is_proxy(url)
        ]

    def proxies(self) -> dict[str, str]:
        """Return the proxies for api_url, by scheme, as requests expects them; none for a loopback address."""
        return {urlsplit(self.api_url).scheme: url for _name, url in self._proxies_by_variable()}

    def _proxies_by_variable(self) -> Iterator[tuple[str, str]]:
        """Yield the environment variable and the URL of the proxy for api_url, if any."""
        try:
            url = urlsplit(self.api_url)
            host = url.hostname or ""
        except ValueError:
            return
        # An unencrypted token must not leave this machine, whatever NO_PROXY says.
        if not host or is_loopback(host):
            return
        proxies = urllib.request.getproxies_environment()
        # proxy_bypass() would also ask the operating system. This one exists everywhere, but typeshed lacks it.
        if urllib.request.proxy_bypass_environment(url.netloc, proxies):  # type: ignore[attr-defined]
            return
        for name in (url.scheme, "all"):
            if proxies.get(name):
                proxy = proxies[name]
                # requests would read the host of localhost:3128 as a scheme.
                yield f"{name.upper()}_PROXY", proxy if "://" in proxy else f"http://{proxy}"
                return

    def secrets(self) -> Secrets:
        """Return the token, and what is secret of the proxy."""
        secrets = Secrets()
        if len(self.api_token.strip()) >= _MIN_TOKEN:
            secrets.add(self.api_token)
        for _name, proxy in self._proxies_by_variable():
            userinfo = proxy.rpartition("@")[0].rpartition("//")[2]
            password = userinfo.partition(":")[2]
            if password:
                credentials = base64.b64encode(unquote(userinfo).encode()).decode()
                secrets.add(proxy, userinfo, credentials)
            secrets.add(*(each for each in (password, unquote(password)) if len(each) >= _MIN_PASSWORD))
        return secrets

    def ca_bundle(self) -> tuple[str, str | None]:
        """Return the option or variable that sets the CA certificates, and their path; None for those of requests."""
        paths = {"ca_path": self.ca_path}
        paths.update((name, os.environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
        return next(((name, path) for name, path in paths.items() if path), ("ca_path", None))


def _range_errors(option: str, value: int, minimum: int, maximum: int) -> list[str]:
    if value < minimum:
        return [f"{option}: {short_repr(value)} is less than the minimum of {minimum}"]
    return [f"{option}: {short_repr(value)} is greater than the maximum of {maximum}"] if value > maximum else []


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_complete = parts.scheme in _PROXY_SCHEMES and parts.hostname and port != 0
    return bool(is_complete) and url.isprintable() and " " not in url and not _has_path(parts)


def _has_path(parts: SplitResult) -> bool:
    return parts.path not in ("", "/") or bool(parts.query or parts.fragment)
