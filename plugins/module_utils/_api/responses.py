# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a response, or its absence, means: the API's data, or an ApiError with the cause and what to do next.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._errors import ApiError
from .._model.secrets import Secrets
from .._model.text import bounded, parse_json, printable

try:
    import requests
    import urllib3
except ImportError:
    # Transport reports it.
    pass

if TYPE_CHECKING:
    from requests.structures import CaseInsensitiveDict

# How much of a response that is not JSON an error quotes, in characters.
_EXCERPT_LENGTH = 200

_CHECK_NETWORK = "Check api_url and the network between this machine and the API."
_CHECK_PROXY = "Check api_url and whether a proxy responds in place of the API."


class UnreadableResponse(Exception):
    """A response that is not read to its end. Its text is the reason."""


class ResponseParser:
    """Turns responses into data or ApiErrors, with secrets masked.

    host: where requests go, for messages. timeout: in seconds, for messages.
    secrets: masked in messages. token: masked in data too, for nothing that the API returns should contain it.
    """

    def __init__(self, host: str, timeout: int, secrets: Secrets, token: Secrets) -> None:
        self._host = host
        self._timeout = timeout
        self._secrets = secrets
        self._token = token

    def parse(
        self,
        method: str,
        path: str,
        status: int,
        headers: CaseInsensitiveDict[str],
        body: bytes,
        reason: str,
        hints: Mapping[int, str],
    ) -> dict[str, Any]:
        """Return the API's JSON, ``{"data": {...}, ...}``. Raises ApiError.

        In the response to a GET, ``data`` may also be a list: that of the volumes of a project, for example.

        hints: by status, what to do about it.
        """
        if status == 204 and method != "GET":
            return {"data": {}}
        try:
            # Other secrets are not masked in data: decisions depend on it, and a password may occur in it by chance.
            parsed = self._without_token(parse_json(body), body)
        except (ValueError, RecursionError):
            parsed = None
        data_types = (dict, list) if method == "GET" else (dict,)
        if 200 <= status < 300 and isinstance(parsed, dict) and isinstance(parsed.get("data"), data_types):
            return parsed
        error = parsed.get("error") if isinstance(parsed, dict) else None
        is_from_api = status >= 400 and isinstance(error, dict)
        if is_from_api and isinstance(error, dict):
            message, id_, details = error.get("message") or reason, error.get("id"), error.get("details")
        else:
            message, id_, details = self._not_from_the_api(status, headers, body), None, None
        # Scrubbed before anything is truncated: half a secret would not be recognized.
        raise ApiError(
            method,
            path,
            self._shown(str(message)),
            status=status,
            id=bounded(self._secrets.scrub(id_)),
            details=bounded(self._secrets.scrub(details)),
            hint=_hint(status, hints) if is_from_api else _hint_without_api(status),
            outcome_unknown=status < 400 or status >= 500,
            transient=status < 300 or status in (502, 503, 504),
            is_from_api=is_from_api,
        )

    def _without_token(self, parsed: Any, body: bytes) -> Any:
        # In JSON, any character may be escaped.
        may_contain_it = b"\\" in body or self._token.found_in(body.decode(errors="replace"))
        return self._token.scrub(parsed) if may_contain_it else parsed

    def _not_from_the_api(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        if 300 <= status < 400:
            location = headers.get("location")
            target = f"to {self._shown(location)!r}" if location else "without a Location header"
            return f"the response is a redirect {target}"
        content_type = self._shown(headers.get("content-type") or "", _EXCERPT_LENGTH)
        kind = f"is {content_type}" if content_type else "has no content type"
        text = self._shown(body.decode(errors="replace"), _EXCERPT_LENGTH)
        start = f" and starts with {text!r}" if text else " and is empty"
        return f"the response is not the API's JSON: it {kind}{start}"

    def no_response(self, method: str, path: str, error: Exception, was_sent: bool = True) -> ApiError:
        """Return the error for a request without a complete response.

        was_sent: whether the API may have received the request, as far as the caller knows.
        """
        cause = _root_cause(error)
        reason = str(cause).rsplit(": ", 1)[-1]
        hint, is_transient = _CHECK_NETWORK, True
        if isinstance(error, requests.exceptions.ProxyError) and _tunnel_failed(cause):
            message, hint = f"the proxy could not connect to {self._host} ({reason})", "Check HTTPS_PROXY and NO_PROXY."
            was_sent = False
        elif isinstance(error, requests.exceptions.SSLError):
            message = f"the TLS connection to {self._host} failed ({reason})"
            hint = "Set ca_path to the CA certificate, or check api_url."
            was_sent = is_transient = not isinstance(cause, ssl.SSLCertVerificationError)
        elif isinstance(error, requests.exceptions.ConnectTimeout):
            message = f"could not connect to {self._host} within {self._timeout} s"
            was_sent = False
        elif isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
            message = f"no response from {self._host} within {self._timeout} s"
            hint = "Run the task again, with a longer timeout if the error persists."
        elif isinstance(cause, urllib3.exceptions.NewConnectionError):
            message = f"could not connect to {self._host} ({reason})"
            was_sent = False
        elif isinstance(error, UnreadableResponse):
            message, hint = str(error), _CHECK_PROXY
        elif not was_sent or isinstance(error, requests.exceptions.InvalidSchema):
            # InvalidSchema: a SOCKS proxy without the library for it.
            message, hint = f"the request is invalid ({reason})", "Check api_url and HTTPS_PROXY."
            was_sent = is_transient = False
        elif isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError, OSError)):
            message = f"the connection to {self._host} was closed before the response was complete ({reason})"
        else:
            message = f"the response from {self._host} is malformed ({type(cause).__name__}: {reason})"
        return ApiError(method, path, self._shown(message), hint=hint, outcome_unknown=was_sent, transient=is_transient)

    def _shown(self, text: str, *max_length: int) -> str:
        return printable(self._secrets.scrub(text), *max_length)


def unexpected_response(method: str, path: str, problem: str, kind: type[ApiError] = ApiError) -> ApiError:
    """Return the error for a response that is valid JSON but not what the API documents."""
    hint = "If the API has changed, upgrade community.northflank."
    return kind(method, path, printable(f"the response {problem}"), status=200, hint=hint, outcome_unknown=True)


def _tunnel_failed(cause: BaseException) -> bool:
    """Return whether a proxy error proves that the request did not reach the API.

    urllib3 also raises a proxy error if a connection ends that the proxy had established.
    """
    if isinstance(cause, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return True
    # Raised by http.client if the proxy refuses to CONNECT.
    return isinstance(cause, OSError) and str(cause).startswith("Tunnel connection failed")


def _hint(status: int, hints: Mapping[int, str]) -> str:
    general = {
        401: "Check api_token (or NORTHFLANK_API_TOKEN, NF_API_TOKEN): the API does not accept it.",
        409: "Another client may have changed it at the same time: run the task again. If not, see the API's message.",
    }
    if status in hints or status in general:
        return hints.get(status) or general[status]
    if status >= 500:
        return "The error is on Northflank's side: run the task again later."
    return ""


def _hint_without_api(status: int) -> str:
    if status >= 500:
        return f"The server failed: run the task again later. {_CHECK_PROXY}"
    if 300 <= status < 400:
        return "Check api_url. The token was not sent to the new location."
    return _CHECK_PROXY


def _root_cause(error: BaseException) -> BaseException:
    """Return the cause that requests and urllib3 wrap, a few levels deep at most."""
    for _level in range(10):
        inner = [each for each in (*error.args, getattr(error, "reason", None)) if isinstance(each, BaseException)]
        if not inner:
            break
        error = inner[-1]
    return error
