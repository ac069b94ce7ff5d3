# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's backup schedules of an addon, and responses that are JSON but not what the API documents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import VOLUME, Resource
from ansible_collections.community.northflank.plugins.module_utils._api.schedules import ScheduleApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

RESOURCE = Resource("shop", "db")
LISTED = {
    "id": "62cc20b90956ab62a58e8474",
    "backupType": "dump",
    "scheduling": {"interval": "hourly", "minute": [15]},
    "retentionTime": 3,
}
SCHEDULE = BackupSchedule.from_api(LISTED)
SCHEDULES = "/v1/projects/shop/addons/db/backup-schedules"
HINT = "If the API has changed, upgrade community.northflank."


def api(*responses: dict[str, Any]) -> ScheduleApi:
    return ScheduleApi(StubTransport(*responses))  # type: ignore[arg-type]


def test_the_requests() -> None:
    transport = StubTransport(
        page("schedules", LISTED), {"data": {"id": "abc"}}, {"data": {}}, {"data": {"backupSchedules": [LISTED]}}
    )
    schedule_api = ScheduleApi(transport)  # type: ignore[arg-type]
    assert schedule_api.list_schedules(RESOURCE) == [SCHEDULE]
    assert schedule_api.create(RESOURCE, SCHEDULE) == "abc"
    schedule_api.delete(RESOURCE, SCHEDULE)
    assert schedule_api.replace_all(RESOURCE, [SCHEDULE]) == [SCHEDULE]
    assert transport.requests == [
        ("GET", SCHEDULES, {"per_page": 100}),
        ("POST", SCHEDULES, SCHEDULE.to_api()),
        ("DELETE", f"{SCHEDULES}/{LISTED['id']}"),
        ("PATCH", "/v1/projects/shop/addons/db", {"backupSchedules": [SCHEDULE.to_api()]}),
    ]


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (Resource("shop", "db", "our-team"), "/v1/teams/our-team/projects/shop/addons/db/backup-schedules"),
        (Resource("shop", "data", type=VOLUME), "/v1/projects/shop/volumes/data/backup-schedules"),
    ],
)
def test_the_paths_are_those_of_the_resource(resource: Resource, path: str) -> None:
    transport = StubTransport(page("schedules"), {"data": {"id": "abc"}}, {"data": {}})
    schedule_api = ScheduleApi(transport)  # type: ignore[arg-type]
    schedule_api.list_schedules(resource)
    schedule_api.create(resource, SCHEDULE)
    schedule_api.delete(resource, SCHEDULE)
    assert [each[1] for each in transport.requests] == [path, path, f"{path}/{SCHEDULE.id}"]


@pytest.mark.parametrize(
    ("call", "hints"),
    [
        (lambda schedule_api: schedule_api.list_schedules(RESOURCE), RESOURCE.hints("GET")),
        (lambda schedule_api: schedule_api.create(RESOURCE, SCHEDULE), RESOURCE.hints("POST")),
        (lambda schedule_api: schedule_api.delete(RESOURCE, SCHEDULE), RESOURCE.hints("DELETE")),
        (lambda schedule_api: schedule_api.replace_all(RESOURCE, []), RESOURCE.hints("PATCH")),
    ],
)
def test_the_hints_name_the_permission_that_the_request_needs(
    call: Callable[[ScheduleApi], Any], hints: dict[int, str]
) -> None:
    transport = StubTransport({"data": {"schedules": [], "id": "abc"}})
    call(ScheduleApi(transport))  # type: ignore[arg-type]
    assert transport.hints == hints


def test_an_addon_without_schedules() -> None:
    assert api(page("schedules")).list_schedules(RESOURCE) == []


@pytest.mark.parametrize("data", [{}, {"schedules": None}])
def test_a_missing_list_is_not_an_empty_list(data: dict[str, Any]) -> None:
    assert api({"data": data}).read_schedules(RESOURCE) is None
    with pytest.raises(ApiError, match="has no list of schedules"):
        api({"data": data}).list_schedules(RESOURCE)


def test_a_page_without_a_list_after_one_that_had_it_is_an_error() -> None:
    pages = (page("schedules", LISTED, hasNextPage=True, cursor="one"), {"data": {}})
    with pytest.raises(ApiError, match="has no list of schedules"):
        api(*pages).read_schedules(RESOURCE)


@pytest.mark.parametrize("pagination", [None, [], {"hasNextPage": None}])
def test_a_page_without_a_next_page_is_the_last(pagination: Any) -> None:
    assert api({**page("schedules", LISTED), "pagination": pagination}).list_schedules(RESOURCE) == [SCHEDULE]


@pytest.mark.parametrize("data", [{"id": "db"}, {"backupSchedules": 7}])
def test_a_response_to_a_patch_may_list_no_schedules(data: dict[str, Any]) -> None:
    assert api({"data": data}).replace_all(RESOURCE, []) is None


@pytest.mark.parametrize(
    ("responses", "call", "problem"),
    [
        (
            [{"data": {"schedules": {}}}],
            lambda schedule_api: schedule_api.list_schedules(RESOURCE),
            "has no list of schedules",
        ),
        (
            [page("schedules", "text")],
            lambda schedule_api: schedule_api.list_schedules(RESOURCE),
            "has an invalid schedule: not a backup schedule: 'text'",
        ),
        (
            [{"data": {"backupSchedules": ["text"]}}],
            lambda schedule_api: schedule_api.replace_all(RESOURCE, []),
            "has an invalid schedule: not a backup schedule: 'text'",
        ),
        *(
            (
                [page("schedules", {**LISTED, "id": id_})],
                lambda schedule_api: schedule_api.list_schedules(RESOURCE),
                f"lists the hourly dump schedule with the invalid ID {id_!r}",
            )
            for id_ in (None, "", "../..")
        ),
        (
            [page("schedules", {**LISTED, "id": 7})],
            lambda schedule_api: schedule_api.list_schedules(RESOURCE),
            "has an invalid schedule: id is 7, which is not a string",
        ),
        (
            [{"data": {"backupSchedules": [{**LISTED, "id": {}}]}}],
            lambda schedule_api: schedule_api.replace_all(RESOURCE, []),
            "has an invalid schedule: id is {}, which is not a string",
        ),
        *(
            (
                [{"data": data}],
                lambda schedule_api: schedule_api.create(RESOURCE, SCHEDULE),
                "does not contain the ID of the new schedule",
            )
            for data in ({}, {"id": "../.."})
        ),
        *(
            (
                [
                    page("schedules", hasNextPage=True, cursor="one"),
                    page("schedules", hasNextPage=True, cursor=cursor),
                ],
                lambda schedule_api: schedule_api.list_schedules(RESOURCE),
                "has a next page but no new cursor",
            )
            for cursor in ("one", None, "")
        ),
    ],
)
def test_an_unexpected_response_is_an_error(
    responses: list[dict[str, Any]], call: Callable[[ScheduleApi], Any], problem: str
) -> None:
    with pytest.raises(ApiError) as caught:
        call(api(*responses))
    assert caught.value.message == f"the response {problem}"
    assert (caught.value.status, caught.value.hint) == (200, HINT)
    # A write with such a response may have taken effect.
    assert caught.value.outcome_unknown


def test_a_schedule_that_is_listed_twice_is_one() -> None:
    """Otherwise prune would delete it by its ID as a duplicate of itself."""
    assert api(page("schedules", LISTED, LISTED)).list_schedules(RESOURCE) == [SCHEDULE]


def test_two_schedules_with_one_id_are_an_error() -> None:
    with pytest.raises(ApiError, match="two different schedules with the ID"):
        api(page("schedules", LISTED, {**LISTED, "retentionTime": 1})).list_schedules(RESOURCE)


def test_a_replace_reserves_its_requests_and_the_rollback() -> None:
    reserved: list[tuple[Any, ...]] = []

    class ReservingTransport(StubTransport):
        def reserve(self, requests: int, probe: Callable[[], object], *first: str) -> AbstractContextManager[None]:
            reserved.append((requests, probe(), *first))
            return nullcontext()

    transport = ReservingTransport(page("schedules"))
    with ScheduleApi(transport).reserve_for_replace(RESOURCE, SCHEDULE):  # type: ignore[arg-type]
        assert reserved == [(3, [], "DELETE", f"{SCHEDULES}/{SCHEDULE.id}")]
    # The probe is a harmless read.
    assert transport.requests == [("GET", SCHEDULES, {"per_page": 100})]
