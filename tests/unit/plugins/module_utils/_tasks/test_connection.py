# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task is connected once its options are valid, and an error of the API ends it with a result."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    InvalidOptions,
    TaskFailed,
)
from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors
from ansible_collections.community.northflank.plugins.module_utils._tasks.connection import connect
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context

CONTEXT = Context(False, print)
TOKEN = "a-token/of-24-characters"


def params(**changes: Any) -> dict[str, Any]:
    return {
        "api_token": TOKEN,
        "api_url": "https://api.northflank.com",
        "timeout": 30,
        "retries": 5,
        "validate_certs": True,
        "ca_path": None,
        "rate_limit_max_wait": 60,
        "rate_limit_reserve": 0,
        "rate_limit_clients": 1,
        "team_id": None,
        **changes,
    }


def invalid_options(validation_errors: list[str], **changes: Any) -> InvalidOptions:
    with pytest.raises(InvalidOptions) as raised, connect(params(**changes), CONTEXT, validation_errors):
        pytest.fail("a task with invalid options was connected")
    return raised.value


def test_all_validation_errors_are_raised_at_once() -> None:
    errors = ["project_id: is wrong", "addon_ids: is wrong"]
    assert invalid_options(errors, timeout=0).validation_errors == [
        *errors,
        "timeout: 0 is less than the minimum of 1",
    ]


def test_a_token_in_the_wrong_option_is_masked() -> None:
    error = invalid_options(id_errors("project_id", f"https://{TOKEN}@northflank"))
    assert TOKEN not in str(error.to_result())
    assert error.validation_errors[0].startswith("project_id: 'https://********@northflank' is not an ID")


def test_secrets_of_a_task_are_masked_unless_they_are_too_short() -> None:
    errors = ["name: 'https://hooks.example.com' is long", "secret: is short"]
    with (
        pytest.raises(InvalidOptions) as raised,
        connect(params(), CONTEXT, errors, ["https://hooks.example.com", "short"]),
    ):
        pytest.fail("a task with invalid options was connected")
    assert raised.value.validation_errors == ["name: '********' is long", "secret: is short"]
    with connect(params(), CONTEXT, [], ["https://hooks.example.com"]) as transport:
        assert transport.secrets.scrub("POST https://hooks.example.com") == "POST ********"


@pytest.mark.parametrize("token", ["", " ", "o", "project"])
def test_text_that_is_too_short_for_a_token_is_not_masked(token: str) -> None:
    error = invalid_options(id_errors("project_id", "a project"), api_token=token)
    assert error.validation_errors[0].startswith("project_id: 'a project' is not an ID")


@pytest.mark.parametrize("error", [ApiError("GET", "/path", "Forbidden", status=403), Interrupted("SIGTERM")])
def test_an_error_that_concerns_the_whole_task_fails_it(error: ApiError | Interrupted) -> None:
    with pytest.raises(TaskFailed) as raised, connect(params(), CONTEXT, []):
        raise error
    assert raised.value.to_result() == {"changed": False, "requests": 0, "rate_limit": None, **error.to_result()}


def test_another_error_is_not_handled() -> None:
    with pytest.raises(ZeroDivisionError), connect(params(), CONTEXT, []):
        raise ZeroDivisionError


@pytest.mark.parametrize("error", [None, ZeroDivisionError()])
def test_the_transport_is_closed_at_the_end(error: Exception | None, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Transport] = []

    def close(transport: Transport) -> None:
        closed.append(transport)

    monkeypatch.setattr(Transport, "close", close)
    with suppress(ZeroDivisionError), connect(params(), CONTEXT, []) as transport:
        assert closed == []
        if error:
            raise error
    assert closed == [transport]
