# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's backup destinations."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.destinations import DestinationApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    destination,
)

PATH = "/v1/backup-destinations"
SECRETS = "AKIA-of-a-test and secret-of-a-test"
LISTED = {**DESTINATION_IN_API, "credentials": {"bucketName": "bucket"}}


def api_with(*responses: Any, team_id: str | None = None) -> tuple[DestinationApi, StubTransport]:
    transport = StubTransport(*responses)
    return DestinationApi(transport, team_id), transport  # type: ignore[arg-type]


def not_found(**options: Any) -> ApiError:
    return ApiError("GET", PATH, "not found", status=404, **options)


@pytest.mark.parametrize(
    ("team_id", "path"),
    [(None, f"{PATH}/cold-storage"), ("our-team", "/v1/teams/our-team/backup-destinations/cold-storage")],
)
def test_a_destination_is_read_and_its_secrets_are_masked(team_id: str | None, path: str) -> None:
    api, transport = api_with({"data": DESTINATION_IN_API}, team_id=team_id)
    assert api.read("cold-storage") == BackupDestination.from_api(DESTINATION_IN_API)
    assert transport.requests == [("GET", path)]
    assert transport.secrets.scrub(SECRETS) == "******** and ********"
    assert transport.hints[403] == (
        "The token needs the permission Account > Platform > BackupDestinations > Read. It may also be called"
        " Account > BackupDestinations > General > Read."
    )


def test_a_response_without_an_id_is_of_the_destination_that_was_requested() -> None:
    api, _transport = api_with({"data": {**DESTINATION_IN_API, "id": None}})
    found = api.read("archive")
    assert found is not None and found.id == "archive"


def test_a_missing_destination_is_none() -> None:
    api, _transport = api_with(not_found())
    assert api.read("cold-storage") is None


@pytest.mark.parametrize("error", [not_found(is_from_api=False), ApiError("GET", PATH, "forbidden", status=403)])
def test_any_other_error_is_raised(error: ApiError) -> None:
    api, _transport = api_with(error)
    with pytest.raises(ApiError):
        api.read("cold-storage")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({**DESTINATION_IN_API, "id": "a/b"}, "has 'a/b' as the ID of a destination"),
        ({"name": "secret-of-a-test"}, "has an invalid backup destination: credentials is not an object"),
        ([], "is a list instead of a single object"),
        ({**DESTINATION_IN_API, "id": "archive"}, "the response is the backup destination 'archive'"),
    ],
)
def test_an_unexpected_response_is_an_error_without_secrets(data: Any, problem: str) -> None:
    api, _transport = api_with({"data": data})
    with pytest.raises(ApiError, match=problem) as caught:
        api.read("cold-storage")
    assert "secret-of-a-test" not in str(caught.value)


def test_destinations_are_listed_with_or_without_ids() -> None:
    listed = {**LISTED, "id": None, "name": "Other"}
    pages = (page("backupDestinations", LISTED, hasNextPage=True, cursor="one"), page("backupDestinations", listed))
    api, transport = api_with(*pages)
    assert [each.id for each in api.list_all()] == ["cold-storage", None]
    assert [each[:2] for each in transport.requests] == [("GET", PATH), ("GET", PATH)]


@pytest.mark.parametrize(
    ("team_id", "hint"),
    [
        (None, "Check api_url. With an organization's token, also set team_id."),
        ("our-team", "Check team_id (our-team)."),
    ],
)
def test_a_missing_list_is_explained(team_id: str | None, hint: str) -> None:
    api, transport = api_with(page("backupDestinations"), {"data": DESTINATION_IN_API}, team_id=team_id)
    for call in (api.list_all, lambda: api.create(destination())):
        call()
        assert transport.hints[404] == hint


def test_a_destination_is_found_by_name() -> None:
    api, _transport = api_with(page("backupDestinations", LISTED), page("backupDestinations", LISTED))
    found = api.find("Cold storage")
    assert found is not None and found.id == "cold-storage"
    assert api.find("cold storage") is None


def test_a_destination_is_created() -> None:
    api, transport = api_with({"data": DESTINATION_IN_API})
    assert api.create(destination()) == BackupDestination.from_api(DESTINATION_IN_API)
    assert transport.requests == [("POST", PATH, destination().to_api())]
    assert "set destination_id to its ID" in transport.hints[409]


def test_a_response_may_have_no_more_than_the_id_of_the_new_destination() -> None:
    api, _transport = api_with({"data": {"id": "cold-storage"}})
    assert api.create(destination()) == BackupDestination("cold-storage", "Cold storage")


@pytest.mark.parametrize("data", [{}, {"id": "a/b"}, {**DESTINATION_IN_API, "id": None}])
def test_a_response_without_the_id_of_the_new_destination_is_an_unknown_outcome(data: Any) -> None:
    api, _transport = api_with({"data": data})
    with pytest.raises(ApiError, match="has no ID of the new destination") as caught:
        api.create(destination())
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("data", "returned"), [(DESTINATION_IN_API, BackupDestination.from_api(DESTINATION_IN_API)), ({}, None)]
)
def test_a_destination_is_updated(data: Any, returned: BackupDestination | None) -> None:
    api, transport = api_with({"data": data})
    assert (
        api.update(BackupDestination("cold-storage", None), destination(description="new"), ["description"]) == returned
    )
    assert transport.requests == [("PATCH", f"{PATH}/cold-storage", {"description": "new"})]


def test_a_destination_is_deleted() -> None:
    api, transport = api_with({"data": {}})
    api.delete("cold-storage")
    assert transport.requests == [("DELETE", f"{PATH}/cold-storage")]
    assert transport.hints[409] == "If backup schedules use the destination, remove it from them first."


def test_backups_are_listed_page_by_page() -> None:
    backup = {"id": "1", "status": "completed", "createdAt": "2026-01-15T09:30:00.000Z"}
    api, transport = api_with({"data": [backup], "pagination": {"hasNextPage": True, "cursor": "one"}}, {"data": []})
    backups = api.list_backups(api.reference("cold-storage"))
    assert next(backups).id == "1"
    assert len(transport.requests) == 1
    assert list(backups) == []
    assert transport.requests[0] == ("GET", f"{PATH}/cold-storage/backups", {"per_page": 100})


def test_anything_but_a_backup_is_an_error() -> None:
    api, _transport = api_with({"data": [{}]})
    with pytest.raises(ApiError, match="has an item that is not a backup"):
        list(api.list_backups(api.reference("cold-storage")))


def test_a_reference_has_a_name_and_ids() -> None:
    reference = api_with()[0].reference("cold-storage")
    assert (str(reference), reference.ids()) == ("cold-storage", {"destination_id": "cold-storage"})
