# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module notification_integration_info."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import notification_integration_info
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    NOTIFICATION_IN_API,
    WEBHOOK,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

LISTED = {name: NOTIFICATION_IN_API[name] for name in ("id", "name", "type", "webhook")}
TWO = page("notificationIntegrations", LISTED, {**LISTED, "id": "pager", "name": "Pager"})
ON_CALL = {"data": NOTIFICATION_IN_API}
PAGER = {"data": {**NOTIFICATION_IN_API, "id": "pager", "name": "Pager", "events": {}}}
FORBIDDEN = ApiError("GET", "/path", f"Forbidden {WEBHOOK}", status=403)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*responses: Any, **options: Any) -> dict[str, Any]:
        api = Api(*responses)
        try:
            return run_task(notification_integration_info, api, monkeypatch, **options)
        finally:
            assert api.responses == []

    return run


@pytest.mark.parametrize(
    ("options", "responses", "ids"),
    [
        ({}, [ON_CALL, PAGER], ["on-call", "pager"]),
        ({"integration_ids": ["pager", "gone"]}, [PAGER], ["pager"]),
        ({"names": ["On call", "gone"]}, [ON_CALL], ["on-call"]),
        ({"names": ["On call"], "integration_ids": ["pager"]}, [ON_CALL, PAGER], ["on-call", "pager"]),
        ({"names": []}, [], []),
    ],
)
def test_the_selected_integrations_are_returned(run: Any, options: Any, responses: Any, ids: list[str]) -> None:
    result = run(TWO, *responses, **options)
    assert [each["id"] for each in result["notification_integrations"]] == ids
    assert (result["changed"], result["requests"]) == (False, 1 + len(responses))
    assert "hooks.example.com" not in str(result)


def test_events_and_projects_are_returned(run: Any) -> None:
    (found,) = run(TWO, ON_CALL, names=["On call"])["notification_integrations"]
    assert (found["events"], found["restricted"], found["projects"]) == (
        ["addon-backup:abort", "addon-backup:failure"],
        False,
        [],
    )


def test_an_integration_that_was_just_deleted_is_omitted(run: Any) -> None:
    result = run(TWO, ApiError("GET", "/path", "Not found", status=404), PAGER)
    assert [each["id"] for each in result["notification_integrations"]] == ["pager"]


def test_a_failure_on_one_integration_does_not_affect_the_others(run: Any) -> None:
    with pytest.raises(TaskFailed) as caught:
        run(TWO, FORBIDDEN, PAGER)
    result = caught.value.to_result()
    assert result["msg"] == (
        "1 of 2 notification integrations failed. on-call: GET /path failed with status 403: Forbidden ********."
    )
    first, second = result["notification_integrations"]
    assert (first["id"], first["failed"], first["error"]["status"], "events" in first) == ("on-call", True, 403, False)
    assert "failed" not in second
    assert "hooks.example.com" not in str(result)


def test_invalid_ids_are_reported() -> None:
    params = params_of(notification_integration_info, integration_ids=["on-call", "a b"])
    with pytest.raises(InvalidOptions, match=r"integration_ids\[1\]: 'a b' is not an ID"):
        notification_integration_info.run(params, Context(False, pytest.fail))
