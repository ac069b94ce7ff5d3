# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a response, or its absence, means: the data of the API, or an ApiError with the reason and what to do next.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ansible_collections.community.northflank.plugins.module_utils._connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._text import bounded, parse_json, printable

try:
    import requests
    import urllib3
except ImportError:
    # The connection says so.
    pass

if TYPE_CHECKING:
    from requests.structures import CaseInsensitiveDict

# How much of a response that is no JSON an error quotes, in characters.
_EXCERPT = 200

_CHECK_NETWORK = "Check api_url, and what stands between this machine and the API."


class Unreadable(Exception):
    """A response that is not read to its end. Its text says why."""


class Interpreter:
    """Turns what comes back for a request into data or an ApiError, with every secret of the connection scrubbed."""

    def __init__(self, options: ConnectionOptions) -> None:
        self._options = options
        self._host = urlsplit(options.api_url).netloc
        self._secrets = list(options.secrets())

    def data(
        self,
        method: str,
        path: str,
        status: int,
        headers: CaseInsensitiveDict[str],
        body: bytes,
        reason: str,
        hints: Mapping[int, str],
    ) -> dict[str, Any]:
        """Return the API's answer, ``{"data": {...}, ...}``. Raises ApiError.

        hints: by status, what to do about it.
        """
        if status == 204 and method != "GET":
            return {"data": {}}
        try:
            answer = parse_json(body)
            if self._has_secret(body):
                answer = self._options.scrub(answer)
        except (ValueError, RecursionError):
            answer = None
        if 200 <= status < 300 and isinstance(answer, dict) and isinstance(answer.get("data"), dict):
            return answer
        told = answer.get("error") if isinstance(answer, dict) else None
        if status >= 400 and isinstance(told, dict):
            message, id_, details = told.get("message") or reason, told.get("id"), told.get("details")
        else:
            message, id_, details = self._not_the_api(status, headers, body), None, None
        # Scrubbed before anything is cut: of half a secret nobody would know later.
        raise ApiError(
            method,
            path,
            printable(self._options.scrub(str(message))),
            status=status,
            id=bounded(self._options.scrub(id_)),
            details=bounded(self._options.scrub(details)),
            hint=_hint(status, hints),
            unclear=status < 400 or status >= 500,
            passing=status < 300 or status in (502, 503, 504),
        )

    def _has_secret(self, body: bytes) -> bool:
        # JSON may escape a slash.
        text = body.decode(errors="replace").replace("\\/", "/")
        return any(secret in text for secret in self._secrets)

    def _not_the_api(self, status: int, headers: Mapping[str, str], body: bytes) -> str:
        if 300 <= status < 400:
            return f"the answer redirects to {printable(self._options.scrub(headers.get('location') or 'nowhere'))!r}"
        kind = printable(self._options.scrub(headers.get("content-type") or "no content type"), _EXCERPT)
        text = printable(self._options.scrub(body.decode(errors="replace")), _EXCERPT)
        begins = f" that begins {text!r}" if text else ", empty"
        return f"the answer is not the API's JSON but {kind}{begins}"

    def no_answer(self, method: str, path: str, error: Exception, sent: bool = True) -> ApiError:
        """Return the error for a request that no response, or only part of one, came back for.

        sent: whether the request may have reached the API, as far as the caller knows.
        """
        cause = _root(error)
        why = str(cause).rsplit(": ", 1)[-1]
        seconds = self._options.timeout
        hint = _CHECK_NETWORK
        if isinstance(error, requests.exceptions.ProxyError):
            message, hint = f"the proxy did not connect to {self._host} ({why})", "Check HTTPS_PROXY and NO_PROXY."
            sent = False
        elif isinstance(error, requests.exceptions.SSLError):
            message = f"TLS with {self._host} failed ({why})"
            hint = "Give the CA certificate with ca_path, or check api_url."
            sent = not isinstance(cause, ssl.SSLCertVerificationError)
        elif isinstance(error, requests.exceptions.ConnectTimeout):
            message = f"no connection to {self._host} within {seconds} s"
            sent = False
        elif isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
            message = f"no answer from {self._host} within {seconds} s"
            hint = "Run the task again, with a longer timeout if this comes back."
        elif isinstance(cause, urllib3.exceptions.NewConnectionError):
            message = f"no connection to {self._host} ({why})"
            sent = False
        elif isinstance(error, Unreadable):
            message, hint = str(error), "Check api_url and whether a proxy answers in the API's place."
        elif not sent:
            message, hint = f"the request could not be made ({why})", "Check api_url."
        elif isinstance(error, (requests.RequestException, urllib3.exceptions.HTTPError, OSError)):
            message = f"the connection to {self._host} broke off before the answer was whole ({why})"
        else:
            message = f"the answer of {self._host} could not be read ({type(cause).__name__}: {why})"
        lasting = isinstance(cause, ssl.SSLCertVerificationError) or message.startswith("the request could not be made")
        return ApiError(
            method, path, printable(self._options.scrub(message)), hint=hint, unclear=sent, passing=not lasting
        )


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


def _root(error: BaseException) -> BaseException:
    """Find the reason inside the wrappings of requests and urllib3, which are a few layers at most."""
    for _layer in range(10):
        inner = [each for each in (*error.args, getattr(error, "reason", None)) if isinstance(each, BaseException)]
        if not inner:
            break
        error = inner[-1]
    return error
