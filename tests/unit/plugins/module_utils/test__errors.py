# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message and the result of each error."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    InvalidOptions,
    NorthflankError,
    RateLimitReached,
    TaskFailed,
)


@pytest.mark.parametrize(
    ("errors", "count"), [(["timeout: wrong"], "1 invalid option"), (["a: wrong", "b: wrong"], "2 invalid options")]
)
def test_invalid_options_are_counted_and_listed(errors: list[str], count: str) -> None:
    assert InvalidOptions(errors).to_result() == {
        "msg": f"{count} (no request was sent): {'; '.join(errors)}",
        "validation_errors": errors,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "GET /path failed: it broke."),
        ({"status": 403}, "GET /path failed with status 403: it broke."),
        ({"hint": "Ask."}, "GET /path failed: it broke. Ask."),
        (
            {"status": 400, "details": ["a"], "hint": "Ask."},
            'GET /path failed with status 400: it broke (details: ["a"]). Ask.',
        ),
        ({"status": 200}, "GET /path returned an unexpected response with status 200: it broke."),
        ({"status": 299}, "GET /path returned an unexpected response with status 299: it broke."),
        ({"status": 300}, "GET /path failed with status 300: it broke."),
        *(({"details": details}, "GET /path failed: it broke.") for details in (None, {}, [], "")),
    ],
)
@pytest.mark.parametrize("text", ["it broke", "it broke."])
def test_the_message_of_an_api_error(options: dict[str, Any], message: str, text: str) -> None:
    assert str(ApiError("GET", "/path", text, **options)) == message


def test_an_api_error_as_a_result() -> None:
    error = ApiError("GET", "/path", "it broke", status=400, id="bad", details=[1], hint="Ask.", transient=True)
    assert error.to_result() == {
        "msg": str(error),
        "error": {"status": 400, "method": "GET", "path": "/path", "message": "it broke", "id": "bad", "details": [1]},
    }


def test_other_errors_as_results() -> None:
    assert Interrupted("SIGTERM").to_result() == {"msg": "Interrupted by SIGTERM."}
    assert NorthflankError("It broke.").to_result() == {"msg": "It broke."}
    result = {"msg": "It failed.", "changed": True}
    assert TaskFailed(result).to_result() is result
    assert str(TaskFailed(result)) == "It failed."


def test_a_reached_rate_limit_is_an_api_error() -> None:
    assert issubclass(RateLimitReached, ApiError)
    assert all(issubclass(each, NorthflankError) for each in (ApiError, Interrupted, InvalidOptions, TaskFailed))


@pytest.mark.parametrize(("status", "is_from_api"), [(404, True), (404, False), (410, True), (None, True)])
def test_only_a_404_of_the_api_proves_that_an_object_does_not_exist(status: int | None, is_from_api: bool) -> None:
    error = ApiError("GET", "/v1/projects", "Not found.", status=status, is_from_api=is_from_api)
    assert error.is_not_found == (status == 404 and is_from_api)
