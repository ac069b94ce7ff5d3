# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup destinations that schedules refer to must exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.destination_validation import (
    require_destinations,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    schedule,
)

PARAMS = {"api_url": "https://api.northflank.com", "api_token": "a-token-of-a-test", "team_id": None}
WITH_ID = page("backupDestinations", DESTINATION_IN_API)
WITHOUT_ID = page("backupDestinations", {**DESTINATION_IN_API, "id": None})
NOT_FOUND = ApiError("GET", "/path", "not found", status=404)

COPIED = schedule(additional_destinations=[{"destination_id": "cold-storage"}, {"destination_id": "nowhere"}])
STORED = schedule(backup_type="dump", custom_destination_id="nowhere")


def require(transport: StubTransport, schedules: dict[str, Any], cached: Callable[..., Any] | None = None) -> None:
    context = Context(False, pytest.fail, **({"cached": cached} if cached else {}))
    require_destinations(transport, PARAMS, context, schedules)  # type: ignore[arg-type]


def test_schedules_without_destinations_need_no_request() -> None:
    require(StubTransport(), {"": schedule(), "schedules[1].": schedule(backup_type="dump")})


def test_existing_destinations_are_accepted() -> None:
    for response in (WITH_ID, WITHOUT_ID):
        transport = StubTransport(response)
        require(transport, {"": schedule(additional_destinations=[{"destination_id": "cold-storage"}])})
        assert len(transport.requests) == 1


def test_all_others_are_reported_at_once_with_their_options() -> None:
    with pytest.raises(InvalidOptions) as caught:
        require(StubTransport(WITH_ID, NOT_FOUND), {"schedules[0].": COPIED, "custom_policies.mine[1].": STORED})
    problem = "there is no backup destination with the ID 'nowhere' (existing ones: cold-storage)"
    assert caught.value.validation_errors == [
        f"schedules[0].additional_destinations[nowhere].destination_id: {problem}",
        f"custom_policies.mine[1].custom_destination_id: {problem}",
    ]
    assert str(caught.value).startswith("2 invalid options (nothing was written): schedules[0].")


def test_without_any_destination_the_message_says_so() -> None:
    with pytest.raises(InvalidOptions, match=r"\(existing ones: none\)"):
        require(StubTransport(page("backupDestinations"), NOT_FOUND), {"": STORED})


@pytest.mark.parametrize("listed", [WITH_ID, WITHOUT_ID])
def test_one_that_was_renamed_or_created_since_is_found_by_its_id(listed: Any) -> None:
    transport = StubTransport(listed, {"data": {**DESTINATION_IN_API, "id": "nowhere"}})
    require(transport, {"": STORED})
    assert transport.requests[1] == ("GET", "/v1/backup-destinations/nowhere")


def test_all_tasks_of_a_run_share_the_list() -> None:
    results: dict[str, Any] = {}

    def cached(name: str, read: Callable[[], Any]) -> Any:
        if name not in results:
            results[name] = read()
        return results[name]

    transport = StubTransport(WITHOUT_ID)
    for _task in range(3):
        require(transport, {"": schedule(additional_destinations=[{"destination_id": "cold-storage"}])}, cached)
    assert len(transport.requests) == 1
    assert all(name.startswith("https://api.northflank.com ") for name in results)
    assert "a-token-of-a-test" not in str(results)
    assert "of-a-test" not in str(results)


def test_a_list_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ApiError, match="Forbidden"):
        require(StubTransport(ApiError("GET", "/path", "Forbidden", status=403)), {"": STORED})
