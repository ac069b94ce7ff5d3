# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the API: pages, and answers that are JSON but not what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._api.schedules import ScheduleApi
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule

RESOURCE = Resource("shop", "db")
OF_A_TEAM = Resource("shop", "db", "our-team")
LISTED = {
    "id": "62cc20b90956ab62a58e8474",
    "backupType": "dump",
    "scheduling": {"interval": "hourly", "minute": [15]},
    "retentionTime": 3,
}
SCHEDULE = BackupSchedule.from_api(LISTED)
SCHEDULES = "/v1/projects/shop/addons/db/backup-schedules"
HINT = "If the API changed, a newer version of community.northflank may know it."


class Connection:
    """Gives one answer after the other, and keeps what was asked."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Any, ...]] = []
        self.hints: dict[int, str] = {}
        self.attempts = self.usage = lambda: None

    def call(self, method: str, path: str, *, hints: dict[int, str], **how: Any) -> dict[str, Any]:
        self.hints = hints
        self.asked.append((method, path, *how.values()))
        return self.answers.pop(0)


def page(*items: Any, field: str = "schedules", **pagination: Any) -> dict[str, Any]:
    return {"data": {field: list(items)}, **({"pagination": pagination} if pagination else {})}


def test_the_requests() -> None:
    connection = Connection(
        page(LISTED), {"data": {"id": "abc"}}, {"data": {}}, {"data": {"backupSchedules": [LISTED]}}
    )
    client = ScheduleApi(connection)
    assert client.list_schedules(RESOURCE) == [SCHEDULE]
    assert client.create(RESOURCE, SCHEDULE) == "abc"
    client.delete(RESOURCE, SCHEDULE)
    assert client.replace_all(RESOURCE, [SCHEDULE]) == [SCHEDULE]
    assert connection.asked == [
        ("GET", SCHEDULES, {"per_page": 100}),
        ("POST", SCHEDULES, SCHEDULE.to_api()),
        ("DELETE", f"{SCHEDULES}/{LISTED['id']}"),
        ("PATCH", "/v1/projects/shop/addons/db", {"backupSchedules": [SCHEDULE.to_api()]}),
    ]


def test_the_requests_of_a_team() -> None:
    connection = Connection(page(), page(field="addons"))
    client = ScheduleApi(connection)
    client.list_schedules(OF_A_TEAM)
    assert connection.hints[404] == "Check project_id (shop) and addon_id (db), and team_id (our-team)."
    client.list_addons("shop", "our-team")
    assert [path for _method, path, _query in connection.asked] == [
        "/v1/teams/our-team/projects/shop/addons/db/backup-schedules",
        "/v1/teams/our-team/projects/shop/addons",
    ]


def test_the_hints_name_the_permission_and_the_ids() -> None:
    connection = Connection(page(field="addons"), {"data": {"id": "abc"}})
    client = ScheduleApi(connection)
    client.list_addons("shop", None)
    assert connection.hints == {
        403: "The token needs the permission Project > Addons > General > Read.",
        404: "Check project_id (shop), and team_id, which a token of an organisation needs.",
    }
    client.create(RESOURCE, SCHEDULE)
    assert connection.hints[403] == "The token needs the permission Project > Addons > General > Update."


def test_pages_are_followed_to_the_end() -> None:
    connection = Connection(
        page({"id": "a"}, field="addons", hasNextPage=True, cursor="one"),
        page({"id": "b"}, field="addons", hasNextPage=True, cursor="two"),
        page({"id": "c"}, field="addons", hasNextPage=False, cursor="three"),
    )
    assert [addon["id"] for addon in ScheduleApi(connection).list_addons("shop", None)] == ["a", "b", "c"]
    assert [query.get("cursor") for _method, _path, query in connection.asked] == [None, "one", "two"]


@pytest.mark.parametrize("pagination", [None, [], "more", {"hasNextPage": None}])
def test_what_tells_of_no_next_page_is_the_last(pagination: Any) -> None:
    assert ScheduleApi(Connection({**page(LISTED), "pagination": pagination})).list_schedules(RESOURCE) == [SCHEDULE]


def test_an_addon_without_schedules() -> None:
    assert ScheduleApi(Connection({"data": {"schedules": []}})).list_schedules(RESOURCE) == []


@pytest.mark.parametrize("data", [{}, {"schedules": None}])
def test_a_missing_list_is_not_an_empty_list(data: dict[str, Any]) -> None:
    assert ScheduleApi(Connection({"data": data})).read_schedules(RESOURCE) is None
    with pytest.raises(ApiError, match="has no list of schedules"):
        ScheduleApi(Connection({"data": data})).list_schedules(RESOURCE)


def test_a_page_without_a_list_after_one_that_had_it_is_an_error() -> None:
    pages = (page(LISTED, hasNextPage=True, cursor="one"), {"data": {}})
    with pytest.raises(ApiError, match="has no list of schedules"):
        ScheduleApi(Connection(*pages)).read_schedules(RESOURCE)


@pytest.mark.parametrize("data", [{"id": "db"}, {"backupSchedules": 7}])
def test_a_patch_whose_answer_tells_no_schedules(data: dict[str, Any]) -> None:
    assert ScheduleApi(Connection({"data": data})).replace_all(RESOURCE, []) is None


@pytest.mark.parametrize(
    ("answers", "call", "told"),
    [
        ([{"data": {}}], lambda client: client.list_addons("shop", None), "has no list of addons"),
        ([{"data": {"schedules": {}}}], lambda client: client.list_schedules(RESOURCE), "has no list of schedules"),
        (
            [page("text")],
            lambda client: client.list_schedules(RESOURCE),
            "holds something unknown: no backup schedule: 'text'",
        ),
        *(
            (
                [page({**LISTED, "id": id_})],
                lambda client: client.list_schedules(RESOURCE),
                f"tells {id_!r} as the id of the hourly dump schedule",
            )
            for id_ in (None, "", "../..", 7)
        ),
        ([{"data": {}}], lambda client: client.create(RESOURCE, SCHEDULE), "has no id of the new schedule"),
        (
            [{"data": {"id": "../.."}}],
            lambda client: client.create(RESOURCE, SCHEDULE),
            "has no id of the new schedule",
        ),
        *(
            (
                [page(hasNextPage=True, cursor="one"), page(hasNextPage=True, cursor=cursor)],
                lambda client: client.list_schedules(RESOURCE),
                "tells of a next page but gives no new cursor for it",
            )
            for cursor in ("one", None, "")
        ),
    ],
)
def test_an_answer_that_is_not_understood(
    answers: list[dict[str, Any]], call: Callable[[ScheduleApi], Any], told: str
) -> None:
    with pytest.raises(ApiError) as caught:
        call(ScheduleApi(Connection(*answers)))
    assert caught.value.message == f"the answer {told}"
    assert (caught.value.status, caught.value.hint) == (200, HINT)
    # A write that was answered so may have taken effect.
    assert caught.value.outcome_unknown


def test_a_schedule_that_is_listed_twice_is_one() -> None:
    """Or prune would delete it by its ID as a duplicate of itself."""
    assert ScheduleApi(Connection(page(LISTED, LISTED))).list_schedules(RESOURCE) == [SCHEDULE]


def test_two_schedules_with_one_id_are_not_understood() -> None:
    with pytest.raises(ApiError, match="two different schedules with the ID"):
        ScheduleApi(Connection(page(LISTED, {**LISTED, "retentionTime": 1}))).list_schedules(RESOURCE)
