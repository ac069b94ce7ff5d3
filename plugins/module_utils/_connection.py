# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One JSON request to the Northflank API and its answer: token, TLS, proxies, retries, the rate limit, errors.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import ipaddress
import json
import os
import random
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, cast
from urllib.parse import urlsplit

from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    NorthflankError,
    RateLimitReached,
)
from ansible_collections.community.northflank.plugins.module_utils._rate_limit import (
    REFUSED,
    Hold,
    RateLimit,
    WaitTooLong,
)

try:
    import requests
    import urllib3
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True
    _NO_REQUEST = (requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError, UnicodeError)

# Tested to be the version in galaxy.yml.
VERSION = "0.1.0"

# Scrubbing a shorter secret would mangle every result.
_SHORTEST_TOKEN = 8

# How much of an answer that is no JSON an error quotes, in characters.
_EXCERPT = 200

_CHECK_NETWORK = "Check api_url, and what stands between this machine and the API."


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
            *self._ca_problems(),
            *(f"{name}: {value} is less than {low}" for name, (value, low) in numbers.items() if value < low),
        ]

    def _token_problems(self) -> list[str]:
        token = self.api_token
        if not token.strip():
            return ["api_token: is missing, give it or set NORTHFLANK_API_TOKEN or NF_API_TOKEN where the task runs"]
        if " " in token or not (token.isascii() and token.isprintable()):
            return ["api_token: holds white space or a character that no token has; did a line end come with it?"]
        if len(token) < _SHORTEST_TOKEN:
            return [f"api_token: is shorter than {_SHORTEST_TOKEN} characters, which no token is"]
        return []

    def _url_problems(self) -> list[str]:
        try:
            url = urlsplit(self.api_url)
            host, complete = url.hostname or "", url.port != 0 and url.scheme in ("http", "https")
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

    def scrub(self, value: Any) -> Any:
        """Take the token out of a text, or out of a value of JSON, whatever its shape; what is no token is left."""
        if len(self.api_token.strip()) < _SHORTEST_TOKEN:
            return value
        token = json.dumps(self.api_token)[1:-1]
        return json.loads(json.dumps(value).replace(token, "********"))

    def ca_bundle(self) -> tuple[str, str | None]:
        """Give the file or directory of CA certificates and what names it; None for those of requests."""
        paths = {"ca_path": self.ca_path}
        paths.update((name, os.environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
        return next(((name, path) for name, path in paths.items() if path), ("ca_path", None))


class Connection:
    """Sends requests for all threads of a task; each thread has a session, and so a TCP connection, of its own.

    say: called with a sentence before a wait for the rate limit.
    """

    def __init__(
        self,
        options: ConnectionOptions,
        say: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not HAS_REQUESTS:
            raise NorthflankError("The Python library requests is missing: install it where the task runs.")
        self._options = options
        self._sleep = sleep
        self._limit = RateLimit(options.rate_limit_max_wait, options.rate_limit_reserve, say, sleep, clock)
        self._proxies = _proxies(options.api_url)
        self._verify = _verify(options)
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []
        self._sent = 0

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def usage(self) -> dict[str, Any]:
        """Give ``{requests, rate_limit}``: how many requests were sent, and what was last told of the limit."""
        return {"requests": self._sent, "rate_limit": self._limit.as_dict()}

    @contextmanager
    def hold(self, requests_: int, ask: Callable[[], object], method: str, path: str) -> Iterator[Hold]:
        """Keep requests of the rate-limit window for this thread, see RateLimit.hold(); method and path name the first.

        Raises RateLimitReached, and what ask raises.
        """
        try:
            with self._limit.hold(requests_, ask) as hold:
                yield hold
        except WaitTooLong as wait:
            raise self._limit_reached(method, path, wait.seconds) from None

    def attempts(self) -> Iterator[int]:
        """Count the attempts from 0 to the number of retries, with a growing, jittered pause before each repeat.

        The pause is about half a second first, then twice as long each time, up to 8 s.
        """
        for attempt in range(self._options.retries + 1):
            if attempt:
                self._sleep(min(8.0, 0.25 * 2**attempt) * random.uniform(0.5, 1.0))
            yield attempt

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        hints: Mapping[int, str],
    ) -> dict[str, Any]:
        """Send a request, and again as far as its method allows; give the answer, ``{"data": {...}, ...}``.

        hints: by status, what to do about it.

        A POST is repeated only when it was certainly not received. Raises ApiError.
        """
        unanswered = False
        for attempt in self.attempts():
            try:
                return self._read(method, path, self._send(method, path, query, body), hints)
            except ApiError as error:
                # However clear the last answer is, an attempt before it may have taken effect.
                unanswered = error.unclear = unanswered or error.unclear
                may_repeat = error.passing and not (method == "POST" and error.unclear)
                if not may_repeat or attempt == self._options.retries:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _send(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> requests.Response:
        """Send a request as often as the rate limit refuses it."""
        while True:
            try:
                self._limit.take()
            except WaitTooLong as wait:
                raise self._limit_reached(method, path, wait.seconds) from None
            response = None
            try:
                response = self._session().request(
                    method,
                    self._options.api_url + path,
                    params=query,
                    json=body,
                    timeout=self._options.timeout,
                    allow_redirects=False,
                )
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
                raise self._no_answer(method, path, error) from error
            finally:
                if response is None:
                    self._limit.answered(None, {})
                else:
                    self._limit.answered(response.status_code, response.headers)
            if response.status_code != REFUSED:
                return response

    def _session(self) -> requests.Session:
        with self._lock:
            self._sent += 1
        if not hasattr(self._thread, "session"):
            session = requests.Session()
            self._thread.session = session
            # Without this ~/.netrc would replace the token, and a forked worker would ask macOS for proxies and crash.
            session.trust_env = False
            session.proxies = self._proxies
            session.verify = self._verify
            session.headers.update(
                {
                    "Accept": "application/json",
                    "Authorization": f"Bearer {self._options.api_token}",
                    "User-Agent": f"community.northflank/{VERSION}",
                }
            )
            with self._lock:
                self._sessions.append(session)
        return cast(requests.Session, self._thread.session)

    def _read(self, method: str, path: str, response: requests.Response, hints: Mapping[int, str]) -> dict[str, Any]:
        status = response.status_code
        if status == 204:
            return {"data": {}}
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            answer = None
        if 200 <= status < 300 and isinstance(answer, dict) and isinstance(answer.get("data"), dict):
            return answer
        told = answer.get("error") if isinstance(answer, dict) else None
        if status >= 400 and isinstance(told, dict):
            message, id_, details = told.get("message") or response.reason, told.get("id"), told.get("details")
        else:
            message, id_, details = self._not_the_api(response), None, None
        raise ApiError(
            method,
            path,
            self._options.scrub(str(message)),
            status=status,
            id=self._options.scrub(id_),
            details=self._options.scrub(details),
            hint=self._hint(status, hints),
            unclear=status < 300 or status >= 500,
            passing=status < 300 or status in (502, 503, 504),
        )

    def _not_the_api(self, response: requests.Response) -> str:
        # Scrubbed before it is cut or quoted: of half a token, or of one in other words, nobody would know later.
        if 300 <= response.status_code < 400:
            return f"the answer redirects to {self._options.scrub(response.headers.get('location'))!r}"
        kind = self._options.scrub(response.headers.get("content-type")) or "no content type"
        text = self._options.scrub(" ".join(response.text.split()))
        begins = f" that begins {text[:_EXCERPT]!r}" if text else ", empty"
        return f"the answer is not the API's JSON but {kind}{begins}"

    @staticmethod
    def _hint(status: int, hints: Mapping[int, str]) -> str:
        general = {
            401: "Check api_token (or NORTHFLANK_API_TOKEN, NF_API_TOKEN): the API does not know it.",
            409: "Something else changed the addon at the same time: run the task again.",
        }
        if status in hints or status in general:
            return hints.get(status) or general[status]
        if status >= 500:
            return "The fault is on Northflank's side: run the task again later."
        if 300 <= status < 400:
            return "Check api_url; the token was not sent on."
        if status < 300:
            return "Check api_url and whether a proxy answers in the API's place."
        return ""

    def _no_answer(self, method: str, path: str, error: Exception) -> ApiError:
        cause = _root(error)
        why = str(cause).rsplit(": ", 1)[-1]
        host = urlsplit(self._options.api_url).netloc
        seconds = self._options.timeout
        not_sent = False
        hint = _CHECK_NETWORK
        if isinstance(error, requests.exceptions.ProxyError):
            message, hint = f"the proxy did not connect to {host} ({why})", "Check HTTPS_PROXY and NO_PROXY."
            not_sent = True
        elif isinstance(error, requests.exceptions.SSLError):
            message, hint = f"TLS with {host} failed ({why})", "Give the CA certificate with ca_path, or check api_url."
            not_sent = isinstance(cause, ssl.SSLCertVerificationError)
        elif isinstance(error, requests.exceptions.ConnectTimeout):
            message = f"no connection to {host} within {seconds} s"
            not_sent = True
        elif isinstance(error, requests.exceptions.Timeout):
            message = f"no answer from {host} within {seconds} s"
            hint = "Run the task again, with a longer timeout if this comes back."
        elif isinstance(cause, urllib3.exceptions.NewConnectionError):
            message = f"no connection to {host} ({why})"
            not_sent = True
        elif isinstance(error, _NO_REQUEST):
            message, hint = f"the request could not be made ({why})", "Check api_url."
            not_sent = True
        else:
            message = f"the connection to {host} broke off before the answer was whole ({why})"
        lasting = isinstance(error, _NO_REQUEST) or isinstance(cause, ssl.SSLCertVerificationError)
        return ApiError(
            method, path, self._options.scrub(message), hint=hint, unclear=not not_sent, passing=not lasting
        )

    def _limit_reached(self, method: str, path: str, seconds: float) -> RateLimitReached:
        told = self._limit.as_dict() or {}
        limit, reserve = told.get("limit"), self._options.rate_limit_reserve
        at = (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%H:%M:%S UTC")
        message = f"not sent, the rate limit of {limit} requests is used up and resets in {seconds:.0f} s, at {at}"
        hint = (
            f"Run the rest then, or let the task wait with rate_limit_max_wait: {seconds:.0f} or more"
            f" (it is {self._options.rate_limit_max_wait})."
        )
        if reserve:
            message += f"; {reserve} requests are left to others by rate_limit_reserve"
        if limit is not None and limit <= reserve:
            hint = f"rate_limit_reserve must be less than the limit, {limit}."
        return RateLimitReached(method, path, message, status=REFUSED, hint=hint)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _proxies(api_url: str) -> dict[str, str]:
    proxies = urllib.request.getproxies_environment()
    # proxy_bypass() would ask the system, too; this one is there everywhere, but typeshed does not know it.
    bypass = urllib.request.proxy_bypass_environment(urlsplit(api_url).netloc, proxies)  # type: ignore[attr-defined]
    return {} if bypass else proxies


def _verify(options: ConnectionOptions) -> bool | str:
    if not options.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return False
    return options.ca_bundle()[1] or True


def _root(error: BaseException) -> BaseException:
    """Find the reason inside the wrappings of requests and urllib3."""
    inner = [each for each in (*error.args, getattr(error, "reason", None)) if isinstance(each, BaseException)]
    return _root(inner[-1]) if inner else error
