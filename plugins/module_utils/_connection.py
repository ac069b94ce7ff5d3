# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One JSON request to the Northflank API and its answer: sessions, retries, the rate limit.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from ansible_collections.community.northflank.plugins.module_utils._connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    NorthflankError,
    RateLimitReached,
)
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._rate_limit import (
    REFUSED,
    Hold,
    RateLimit,
    WaitTooLong,
)
from ansible_collections.community.northflank.plugins.module_utils._response import Interpreter, Unreadable

try:
    import requests
    import urllib3
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

# Tested to be the version in galaxy.yml.
VERSION = "0.1.0"

# A page of a hundred backups has about 100 kB; what is far larger does not come from the API.
_MAX_BODY = 16 * 1024 * 1024

# How much of a body is read at once, in bytes.
_PART = 64 * 1024

# A response may come in parts, for each of which timeout counts: how many times timeout it may take in all.
_TIMEOUTS_PER_RESPONSE = 10

# The shortest timeout of a request that is sent after an interruption, in seconds.
_LEAST_TIMEOUT = 1.0


class Connection:
    """Sends requests for all threads of a task; each thread has a session, and so a TCP connection, of its own.

    say: called with a sentence before a wait for the rate limit.
    interruption: once it is requested, only writes in flight go on, and not for long.
    """

    def __init__(
        self,
        options: ConnectionOptions,
        say: Callable[[str], None],
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        interruption: Interruption | None = None,
    ) -> None:
        if not HAS_REQUESTS:
            raise NorthflankError("The Python library requests is missing: install it where the task runs.")
        self._options = options
        self._interruption = interruption or Interruption()
        self._sleep = sleep or self._interruption.sleep
        self._clock = clock
        self._limit = RateLimit(
            options.rate_limit_max_wait, options.rate_limit_reserve, say, self._sleep, clock, self._interruption
        )
        self._interpreter = Interpreter(options)
        self._proxies = options.proxies()
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

        Raises RateLimitReached, Interrupted, and what ask raises.
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

        A POST is repeated only when it was certainly not received. Raises ApiError; Interrupted if nothing was sent.
        """
        failure: ApiError | None = None
        for attempt in self.attempts():
            try:
                if failure:
                    self._interruption.check()
                return self._send(method, path, query, body, hints)
            except Interrupted as interrupted:
                # An attempt before it tells more.
                raise failure or interrupted from interrupted
            except ApiError as error:
                # However clear the last answer is, an attempt before it may have taken effect.
                error.unclear = error.unclear or bool(failure and failure.unclear)
                failure = error
                may_repeat = error.passing and not (method == "POST" and error.unclear)
                if not may_repeat or attempt == self._options.retries:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        hints: Mapping[int, str],
    ) -> dict[str, Any]:
        """Send a request as often as the rate limit refuses it, and return the API's answer."""
        while True:
            try:
                self._limit.take()
            except WaitTooLong as wait:
                raise self._limit_reached(method, path, wait.seconds) from None
            try:
                answer = self._exchange(method, path, query, body, hints)
            except ApiError:
                raise
            except Exception as error:
                # A response may be malformed in ways that neither requests nor urllib3 expects.
                raise self._interpreter.no_answer(method, path, error) from error
            if answer is not None:
                return answer

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        hints: Mapping[int, str],
    ) -> dict[str, Any] | None:
        """Send a request once and return the API's answer, None if the rate limit refused it."""
        status, headers = None, cast("Mapping[str, str]", {})
        try:
            adapter, request = self._prepared(method, path, query, body)
            # Not through the session: it looks into redirects, and fails on what a malformed one says.
            response = adapter.send(
                request, stream=True, timeout=self._timeout(), verify=self._verify, proxies=self._proxies
            )
            with response:
                status, headers = response.status_code, response.headers
                if status == REFUSED:
                    return None
                content = self._content(response)
        finally:
            self._limit.answered(status, headers)
        return self._interpreter.data(method, path, status, headers, content, response.reason or "", hints)

    def _prepared(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> tuple[requests.adapters.BaseAdapter, requests.PreparedRequest]:
        """Return a request, and what sends it for this thread. Raises ApiError for a request that cannot be made."""
        try:
            session = self._session()
            request = requests.Request(method, self._options.api_url + path, params=query, json=body)
            prepared = session.prepare_request(request)
            return session.get_adapter(prepared.url or ""), prepared
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise self._interpreter.no_answer(method, path, error, sent=False) from error

    def _content(self, response: requests.Response) -> bytes:
        """Read the body of a response. Raises Unreadable for one that is too large or takes too long."""
        deadline = self._clock() + _TIMEOUTS_PER_RESPONSE * self._options.timeout
        # read1() returns what has come, where read() would wait for all of it; urllib3 has it since 2.0.
        read = getattr(response.raw, "read1", response.raw.read)
        parts, size = [], 0
        while part := read(_PART, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > _MAX_BODY:
                raise Unreadable(f"the answer is larger than {_MAX_BODY // 1024**2} MiB")
            if self._clock() > deadline:
                raise Unreadable(f"the answer was not complete after {_TIMEOUTS_PER_RESPONSE} times the timeout")
        return b"".join(parts)

    def _timeout(self) -> float:
        return max(_LEAST_TIMEOUT, min(self._options.timeout, self._interruption.seconds_left()))

    def _session(self) -> requests.Session:
        with self._lock:
            self._sent += 1
        if not hasattr(self._thread, "session"):
            session = requests.Session()
            self._thread.session = session
            # Without this ~/.netrc would replace the token, and a forked worker would ask macOS for proxies and crash.
            session.trust_env = False
            session.headers.update(
                {
                    "Accept": "application/json",
                    "Authorization": f"Bearer {self._options.api_token}",
                    "User-Agent": f"community.northflank/{VERSION}",
                }
            )
            with self._lock:
                self._sessions.append(session)
        return cast("requests.Session", self._thread.session)

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


def _verify(options: ConnectionOptions) -> bool | str:
    if not options.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return False
    return options.ca_bundle()[1] or True
