# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a JSON request to the API and return its response: sessions, timeouts, retries, User-Agent.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, cast
from urllib.parse import urlsplit

from .._errors import ApiError, Interrupted, NorthflankError, RateLimitReached
from .._interruption import Interruption
from .._model.secrets import Secrets
from .._version import VERSION
from .connection_options import ConnectionOptions
from .rate_limit import TOO_MANY_REQUESTS, RateLimit, Reservation, SharedWindow, WaitTooLong
from .responses import ResponseParser, UnreadableResponse

try:
    import requests
    import urllib3
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

# A page of a hundred backups has about 100 kB; something far larger does not come from the API.
_MAX_BODY_BYTES = 16 * 1024 * 1024

# How much of a body is read at once.
_CHUNK_BYTES = 64 * 1024

# A response may arrive in parts, and timeout applies to each: a multiple of it limits the whole response.
_TIMEOUTS_PER_RESPONSE = 10

# The shortest timeout of a request that is sent after an interruption.
_MIN_TIMEOUT_SECONDS = 1.0


class Transport:
    """Sends requests for all threads of a task. Each thread has its own session, and so its own TCP connection.

    warn: called with a sentence before a wait for the rate limit.
    interruption: once it is requested, only writes in flight continue, for a limited time.
    shared_window: what the tasks of the run know of the rate limit, if they share it.
    tasks_in_parallel: how many tasks of the run may send requests at the same time, this one included.

    secrets: what no message may contain; add what else the task sends.
    sleep, clock: the time of the task; sleep() ends early if the task is interrupted.
    """

    def __init__(
        self,
        options: ConnectionOptions,
        warn: Callable[[str], None],
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        interruption: Interruption | None = None,
        shared_window: SharedWindow | None = None,
        tasks_in_parallel: int = 1,
    ) -> None:
        if not HAS_REQUESTS:
            raise NorthflankError(
                "The Python library requests is missing. Install it for the Python interpreter that runs the task:"
                f" {sys.executable}"
            )
        self.secrets = options.secrets()
        self._options = options
        self._interruption = interruption or Interruption()
        self.sleep = sleep or self._interruption.sleep
        self.clock = clock
        runs = options.rate_limit_clients
        self._limit = RateLimit(
            options.rate_limit_max_wait,
            options.rate_limit_reserve,
            warn,
            self.sleep,
            clock,
            self._interruption,
            # A run that assumes to be the only one uses each request of the window.
            clients=runs * tasks_in_parallel if runs > 1 else 1,
            shared=shared_window,
        )
        self._parser = ResponseParser(
            urlsplit(options.api_url).netloc, options.timeout, self.secrets, Secrets([options.api_token])
        )
        self._proxies = options.proxies()
        self._verify = _verify(options)
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []
        self._sent = 0

    def close(self) -> None:
        """Close the connections of all threads."""
        for session in self._sessions:
            session.close()

    def usage(self) -> dict[str, Any]:
        """Return ``{requests, rate_limit}``: how many requests were sent, and the last report on the rate limit."""
        return {"requests": self._sent, "rate_limit": self._limit.as_dict()}

    @contextmanager
    def reserve(self, requests_: int, probe: Callable[[], object], method: str, path: str) -> Iterator[Reservation]:
        """Reserve requests of the rate-limit window for this thread: see RateLimit.reserve().

        method, path: of the first of them, for errors.

        Raises RateLimitReached, Interrupted, and what probe raises.
        """
        try:
            with self._limit.reserve(requests_, probe) as reservation:
                yield reservation
        except WaitTooLong as wait:
            raise self._limit_reached(method, path, wait) from None

    def attempts(self) -> Iterator[int]:
        """Yield the attempts, from 0 to the number of retries, with a growing jittered pause before each repetition.

        The pause is about half a second at first and doubles each time, up to 8 s.
        """
        for attempt in range(self._options.retries + 1):
            if attempt:
                self.sleep(min(8.0, 0.25 * 2 ** min(attempt, 5)) * random.uniform(0.5, 1.0))
            yield attempt

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        hints: Mapping[int, str],
        repeat: bool = True,
        idempotent: bool = False,
        on_send: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """Send a request, repeat it as far as its method allows, and return the response, ``{"data": {...}, ...}``.

        hints: by status, what to do about it.
        repeat: whether it may be repeated at all, except when the rate limit refuses it.
        idempotent: whether a POST may be repeated even if the API has received it, like requests of other methods.
        on_send: called each time directly before the request is sent.

        Any other POST is repeated only if the API certainly did not receive it. Raises ApiError; Interrupted if nothing
        was sent.
        """
        failure: ApiError | None = None
        for attempt in self.attempts():
            try:
                if failure:
                    self._interruption.check()
                return self._send(method, path, query, body, hints, on_send)
            except Interrupted as interrupted:
                # The error of an earlier attempt says more.
                raise failure or interrupted from interrupted
            except ApiError as error:
                # However clear the last response is, an earlier attempt may have taken effect.
                error.outcome_unknown = error.outcome_unknown or bool(failure and failure.outcome_unknown)
                failure = error
                may_take_effect_twice = method == "POST" and error.outcome_unknown and not idempotent
                may_repeat = repeat and error.transient and not may_take_effect_twice
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
        on_send: Callable[[], None],
    ) -> dict[str, Any]:
        """Send a request until the rate limit does not refuse it, and return the response."""
        while True:
            try:
                self._limit.acquire()
            except WaitTooLong as wait:
                raise self._limit_reached(method, path, wait) from None
            try:
                response = self._exchange(method, path, query, body, hints, on_send)
            except ApiError:
                raise
            except Exception as error:
                # A response may be malformed in ways that neither requests nor urllib3 expects.
                raise self._parser.no_response(method, path, error) from error
            if response is not None:
                return response

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        hints: Mapping[int, str],
        on_send: Callable[[], None],
    ) -> dict[str, Any] | None:
        """Send a request once and return the response, None if the rate limit refused it."""
        status, headers = None, cast("Mapping[str, str]", {})
        try:
            adapter, request = self._prepare(method, path, query, body)
            on_send()
            # Not Session.send(): it looks into redirects, and fails on a malformed one.
            response = adapter.send(
                request, stream=True, timeout=self._timeout(), verify=self._verify, proxies=self._proxies
            )
            with response:
                status, headers = response.status_code, response.headers
                if status == TOO_MANY_REQUESTS:
                    return None
                content = self._read(response)
        finally:
            self._limit.on_response(status, headers)
        return self._parser.parse(method, path, status, headers, content, response.reason or "", hints)

    def _prepare(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> tuple[requests.adapters.BaseAdapter, requests.PreparedRequest]:
        """Return a request, and the adapter of this thread that sends it. Raises ApiError if it is invalid."""
        try:
            session = self._session()
            request = requests.PreparedRequest()
            # Not Session.prepare_request(), which takes half the time of a request to merge what a session may have:
            # cookies, authentication, hooks.
            request.prepare_method(method)
            request.prepare_url(self._options.api_url + path, query)
            request.prepare_headers(session.headers)
            request.prepare_body(None, None, body)
            return session.get_adapter(request.url or ""), request
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise self._parser.no_response(method, path, error, was_sent=False) from error

    def _read(self, response: requests.Response) -> bytes:
        """Return the body of a response. Raises UnreadableResponse if it is too large or takes too long."""
        deadline = self.clock() + _TIMEOUTS_PER_RESPONSE * self._options.timeout
        # read1(), new in urllib3 2.0, returns what has arrived, where read() would wait for all of it.
        read = getattr(response.raw, "read1", response.raw.read)
        chunks, size = [], 0
        while chunk := read(_CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > _MAX_BODY_BYTES:
                raise UnreadableResponse(f"the response is larger than {_MAX_BODY_BYTES // 1024**2} MiB")
            if self.clock() > deadline:
                raise UnreadableResponse(
                    f"the response was not complete after {_TIMEOUTS_PER_RESPONSE} times the timeout"
                )
        return b"".join(chunks)

    def _timeout(self) -> float:
        return max(_MIN_TIMEOUT_SECONDS, min(self._options.timeout, self._interruption.seconds_left()))

    def _session(self) -> requests.Session:
        with self._lock:
            self._sent += 1
        if not hasattr(self._thread, "session"):
            session = requests.Session()
            self._thread.session = session
            # Otherwise ~/.netrc would replace the token, and on macOS a forked worker would ask the system for proxies
            # and crash.
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

    def _limit_reached(self, method: str, path: str, wait: WaitTooLong) -> RateLimitReached:
        limit = (self._limit.as_dict() or {}).get("limit")
        reserve, runs = self._options.rate_limit_reserve, self._options.rate_limit_clients
        time_of_day = (datetime.now(timezone.utc) + timedelta(seconds=wait.seconds)).strftime("%H:%M:%S UTC")
        message = "the API's rate limit"
        if limit is not None:
            message += f" of {limit} requests per hour"
        message += f" is used up until {time_of_day} (in {wait.seconds:.0f} s)"
        hint = (
            f"Run the task again then, or set rate_limit_max_wait to {wait.max_wait} or more to wait"
            f" (currently {self._options.rate_limit_max_wait})."
        )
        if reserve:
            message += f"; rate_limit_reserve leaves {reserve} requests to others"
        if runs > 1:
            message += f"; {runs} runs share them (rate_limit_clients)"
        if limit is not None and limit <= reserve:
            hint = f"Set rate_limit_reserve to less than the limit of {limit}."
        elif wait.never_enough:
            hint = (
                "Reduce rate_limit_clients, the number of forks or rate_limit_reserve: this task's share of the limit"
                f" of {limit} is too small."
            )
        return RateLimitReached(method, path, message, status=TOO_MANY_REQUESTS, hint=hint)


def _verify(options: ConnectionOptions) -> bool | str:
    if not options.validate_certs:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return False
    return options.ca_bundle()[1] or True
