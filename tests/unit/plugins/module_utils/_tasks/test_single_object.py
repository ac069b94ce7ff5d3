# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task that reconciles one object. The tests of its modules cover the rest."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.destinations import DestinationApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_destination import (
    DestinationPlan,
    plan_absent,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.single_object import reconcile_object
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    destination,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import Api

EXISTING = BackupDestination.from_api(DESTINATION_IN_API)
DELETE = plan_absent(destination(), EXISTING)


def reconcile(
    plan: DestinationPlan, *responses: Any, context: Context | None = None
) -> tuple[dict[str, Any], list[BackupDestination | None]]:
    """Return the result, and the objects that were checked."""
    stub: Any = Api(*responses)
    api, checked = DestinationApi(stub, None), []
    result = reconcile_object(
        api,
        api.reference("cold-storage"),
        lambda: plan,
        "backup_destination",
        stub,
        {"timeout": 1},
        context or Context(False, pytest.fail),
        checked.append,
    )
    return result, checked


def test_a_deleted_object_is_returned_and_nothing_is_left_to_check() -> None:
    result, checked = reconcile(DELETE, {"data": {}})
    assert (result["changed"], result["backup_destination"]["id"], checked) == (True, "cold-storage", [None])
    assert (result["diff"][0]["before"]["name"], result["diff"][0]["after"]) == ("Cold storage", {})


def test_an_unchanged_object_is_checked() -> None:
    result, checked = reconcile(DestinationPlan(None, EXISTING, EXISTING))
    assert (result["changed"], result["actions"], result["requests"], checked) == (False, [], 0, [EXISTING])


def test_a_refusal_fails_with_the_existing_object() -> None:
    refused = DestinationPlan("update", EXISTING, destination(), ("name",), refusals=("It is taken.", "It is fixed."))
    with pytest.raises(TaskFailed, match="^It is taken. It is fixed.$") as caught:
        reconcile(refused)
    assert caught.value.result["backup_destination"]["name"] == "Cold storage"
    assert (caught.value.result["changed"], caught.value.result["actions"]) == (False, [])


def test_a_failure_has_the_error_and_what_is_known() -> None:
    unknown = ApiError("DELETE", "/path", "timeout", outcome_unknown=True)
    forbidden = ApiError("GET", "/path", "Forbidden", status=403)
    with pytest.raises(TaskFailed, match="It is unknown whether the backup destination was deleted") as caught:
        reconcile(DELETE, unknown, forbidden)
    assert (caught.value.result["changed"], caught.value.result["error"]["method"]) == (True, "DELETE")


def test_an_interruption_before_the_work_changes_nothing() -> None:
    interruption = Interruption()
    interruption.request("SIGTERM")
    with pytest.raises(TaskFailed, match="SIGTERM") as caught:
        reconcile(DELETE, context=Context(False, pytest.fail, interruption=interruption))
    assert (caught.value.result["changed"], caught.value.result["backup_destination"]) == (False, None)
