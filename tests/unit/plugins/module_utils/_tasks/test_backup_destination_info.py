# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module backup_destination_info."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import backup_destination_info
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import DESTINATION_IN_API
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

BACKUP = {"id": "1", "status": "completed", "createdAt": "2026-01-15T09:30:00.000Z"}


def listed(name: str, id_: str | None = None) -> dict[str, Any]:
    return {**DESTINATION_IN_API, "name": name, "id": id_}


DESTINATIONS = page("backupDestinations", listed("Cold storage"), listed("Archive"), listed("Renamed"))
WITH_IDS = page("backupDestinations", listed("Cold storage", "cold-storage"), listed("Renamed", "old"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*responses: Any, **options: Any) -> tuple[list[str], dict[str, Any]]:
        api = Api(*responses)
        result = run_task(backup_destination_info, api, monkeypatch, **options)
        assert api.responses == []
        return [each["id"] for each in result["backup_destinations"]], result

    return run


@pytest.mark.parametrize(
    ("responses", "options", "ids"),
    [
        ([DESTINATIONS], {}, ["cold-storage", "archive", "renamed"]),
        ([DESTINATIONS], {"names": ["Archive", "No such name"]}, ["archive"]),
        ([DESTINATIONS], {"destination_ids": ["archive"], "names": ["Cold storage"]}, ["cold-storage", "archive"]),
        ([DESTINATIONS], {"names": []}, []),
        # A destination that is not in the list may have been renamed.
        ([DESTINATIONS, {"data": listed("Renamed", "old")}], {"destination_ids": ["old"]}, ["old"]),
        ([DESTINATIONS, ApiError("GET", "/path", "not found", status=404)], {"destination_ids": ["gone"]}, []),
        # Unless the list has IDs.
        ([WITH_IDS], {"destination_ids": ["old", "gone"]}, ["old"]),
    ],
)
def test_all_or_selected_destinations_are_returned(
    run: Any, responses: list[Any], options: dict[str, Any], ids: list[str]
) -> None:
    returned, result = run(*responses, **options)
    assert returned == ids
    assert (result["changed"], result["requests"]) == (False, len(responses))


def test_an_id_that_does_not_follow_from_the_name_is_null(run: Any) -> None:
    names = ["My archive", "my-archive", "Größe", "ab", "Other", "Other"]
    destinations = page(
        "backupDestinations", *map(listed, names), listed("Old name", "other-name"), listed("Other name")
    )
    ids, result = run(destinations)
    assert ids == [None, None, None, None, "other", "other-name", None]
    assert [each["name"] for each in result["backup_destinations"]][:2] == names[:2]


def test_backups_cannot_be_read_without_an_id(run: Any) -> None:
    with pytest.raises(TaskFailed) as caught:
        run(page("backupDestinations", listed("Größe"), listed("Archive")), {"data": [BACKUP]}, include_backups=True)
    unknown, archive = caught.value.result["backup_destinations"]
    assert (unknown["id"], unknown["failed"], len(archive["backups"])) == (None, True, 1)
    assert str(caught.value) == (
        "1 of 2 backup destinations failed. 'Größe': Its ID is unknown: the API does not list it, and the name does not"
        " determine it. Set destination_ids."
    )


def test_no_secret_is_returned(run: Any) -> None:
    _ids, result = run(page("backupDestinations", DESTINATION_IN_API))
    assert "of-a-test" not in str(result)


def test_backups_are_returned_on_request(run: Any) -> None:
    _ids, result = run(WITH_IDS, {"data": [BACKUP]}, {"data": []}, include_backups=True)
    assert [[backup["id"] for backup in each["backups"]] for each in result["backup_destinations"]] == [["1"], []]
    assert result["requests"] == 3


def test_a_failure_on_one_destination_does_not_affect_the_others(run: Any) -> None:
    forbidden = ApiError("GET", "/path", "Forbidden", status=403)
    with pytest.raises(TaskFailed) as caught:
        run(WITH_IDS, forbidden, {"data": [BACKUP]}, include_backups=True)
    result = caught.value.to_result()
    assert result["msg"] == (
        "1 of 2 backup destinations failed. cold-storage: GET /path failed with status 403: Forbidden."
    )
    first, second = result["backup_destinations"]
    assert (first["failed"], first["error"]["status"], "backups" in first) == (True, 403, False)
    assert len(second["backups"]) == 1


def test_invalid_ids_are_reported() -> None:
    params = params_of(backup_destination_info, destination_ids=["cold-storage", "a b"])
    with pytest.raises(InvalidOptions, match=r"destination_ids\[1\]: 'a b' is not an ID"):
        backup_destination_info.run(params, Context(False, pytest.fail))
