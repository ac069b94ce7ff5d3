# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The selection of addons and volumes, and the assignment of schedules to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import ADDON, VOLUME, Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.assignment import Assignment
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.selection import (
    Selection,
    select_and_assign,
    select_resources,
    selection_errors,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule

ALL = {"project_id": "shop", "team_id": None, "addon_ids": None}


def select(*addons: dict[str, Any], **options: Any) -> list[Resource]:
    return select_resources(StubTransport(page("addons", *addons)), ADDON, {**ALL, **options})  # type: ignore[arg-type]


def test_addons_that_are_given_are_not_listed() -> None:
    transport = StubTransport()
    params = {"project_id": "shop", "team_id": "our-team", "addon_ids": ["b", "a", "b"]}
    assert select_resources(transport, ADDON, params) == [  # type: ignore[arg-type]
        Resource("shop", "b", "our-team"),
        Resource("shop", "a", "our-team"),
    ]
    assert transport.requests == []


def test_without_ids_all_addons_of_the_project_are_selected() -> None:
    (a, b) = select({"id": "a", "status": "running"}, {"id": "b", "status": "paused"}, team_id="our-team")
    assert (a, a.status) == (Resource("shop", "a", "our-team"), "running")
    assert (b, b.status) == (Resource("shop", "b", "our-team"), "paused")


DRILL = "Fork of shop/a (run: drill-20261127T203131Z-1a2b3c4d, created by community.northflank)"


def test_the_fork_of_a_restore_drill_is_not_selected_unless_it_is_given() -> None:
    listed = ({"id": "a", "description": "Orders"}, {"id": "drill-a", "name": "drill-a-3227abe2", "description": DRILL})
    assert [resource.id for resource in select(*listed)] == ["a"]
    options = {"assignments": [], "all_projects": False, "concurrency": 1}
    given = {**ALL, **options, "addon_ids": ["drill-a"], "api_url": "", "api_token": ""}
    for params, selected in (({**ALL, **options}, ["a"]), (given, ["drill-a"])):
        transport = StubTransport(page("addons", *listed))
        selection = select_and_assign(transport, ADDON, params, Context(False, pytest.fail), [])  # type: ignore[arg-type]
        assert ([each.id for each in selection.assigned], selection.unreadable) == (selected, [])


def test_an_addon_that_is_listed_twice_is_one() -> None:
    """Otherwise the second outcome would hide what the first one lost."""
    listed = ({"id": "a", "status": "running"}, {"id": "b"}, {"id": "a", "status": "backup"})
    assert [resource.id for resource in select(*listed)] == ["a", "b"]


@pytest.mark.parametrize("status", [[], {}, 7, None])
def test_a_status_of_another_type_is_unknown(status: Any) -> None:
    (resource,) = select({"id": "a", "status": status})
    assert (resource.status, len({resource})) == (None, 1)


@pytest.mark.parametrize("addon_id", ["..", ".", "a/b", "a\x1b[31m\nb", ""])
def test_an_id_that_would_change_the_path_is_rejected(addon_id: str) -> None:
    with pytest.raises(ApiError, match="the response has an addon with the invalid ID '") as caught:
        select({"id": addon_id})
    assert str(caught.value).isprintable()


SCHEDULES = Assignment([schedule()])
CRITICAL = Assignment([schedule()], "critical", tags=["critical"])
REDIS = Assignment([schedule("hourly")], "minimal", types=["redis"])
LISTED = (
    {"id": "orders", "name": "Orders", "tags": ["eu", "critical"], "spec": {"type": "postgresql"}},
    {"id": "cache", "tags": None, "spec": {"type": "redis"}, "status": "running"},
    {"id": "scratch", "spec": None},
)


def assign(transport: StubTransport, *assignments: Assignment, **options: Any) -> Selection:
    """Return the selection of a task."""
    params = {**ALL, "all_projects": False, "assignments": None, "concurrency": 1}
    params = {**params, "api_url": "https://api", "api_token": "a-token-of-a-test", **options}
    return select_and_assign(transport, ADDON, params, Context(True, pytest.fail), assignments)  # type: ignore[arg-type]


def policies_of(selection: Selection) -> dict[str, str | None]:
    return {str(addon): assignment and assignment.policy for addon, assignment in selection.assigned.items()}


def test_schedules_are_for_all_addons_and_list_none() -> None:
    transport = StubTransport()
    selection = assign(transport, SCHEDULES, addon_ids=["a", "b"])
    assert list(selection.assigned.values()) == [SCHEDULES, SCHEDULES]
    assert (transport.requests, selection.unreadable, selection.unassigned()) == ([], [], {})


def test_assignments_choose_by_the_traits_of_the_listed_addons() -> None:
    selection = assign(StubTransport(page("addons", *LISTED)), CRITICAL, REDIS, assignments=[{}])
    assert policies_of(selection) == {"shop/orders": "critical", "shop/cache": "minimal", "shop/scratch": None}
    assert selection.unassigned() == {"unassigned": [{"project_id": "shop", "addon_id": "scratch"}]}
    assert [addon.addon_type for addon in selection.assigned] == ["postgresql", "redis", ""]


def test_assignments_to_given_addons_list_them_once() -> None:
    transport = StubTransport(page("addons", *LISTED))
    selection = assign(transport, CRITICAL, REDIS, assignments=[{}], addon_ids=["cache", "gone", "orders", "cache"])
    assert policies_of(selection) == {"shop/cache": "minimal", "shop/orders": "critical"}
    assert [addon.status for addon in selection.assigned] == ["running", None]
    (missing,) = selection.unreadable
    assert (missing["project_id"], missing["addon_id"]) == ("shop", "gone")
    assert missing["msg"].startswith("The project has no such addon. Check addon_ids (gone)")
    assert len(transport.requests) == 1


def test_the_list_is_shared_by_the_tasks_of_a_run() -> None:
    cache: dict[str, str] = {}

    def cached(name: str, read: Any) -> Any:
        # Strings, because cached values must survive JSON.
        if name not in cache:
            cache[name] = json.dumps(read())
        return json.loads(cache[name])

    transport = StubTransport(page("addons", *LISTED))
    params = {**ALL, "all_projects": False, "assignments": [{}], "api_url": "https://api", "api_token": "token"}
    for addon_id, policy in (("orders", "critical"), ("cache", "minimal")):
        selection = select_and_assign(
            transport,  # type: ignore[arg-type]
            ADDON,
            {**params, "addon_ids": [addon_id]},
            Context(True, pytest.fail, cached=cached),
            [CRITICAL, REDIS],
        )
        assert policies_of(selection) == {f"shop/{addon_id}": policy}
    assert len(transport.requests) == 1


def test_all_projects_are_read_and_one_that_cannot_be_does_not_affect_the_others() -> None:
    forbidden = ApiError("GET", "/v1/projects/secret/addons", "Forbidden", status=403)
    transport = StubTransport(
        page("projects", {"id": "shop"}, {"id": "secret"}, {"id": "a/b"}, {"id": "odd"}),
        page("addons", LISTED[0]),
        forbidden,
        page("addons", {"id": "../x"}),
    )
    selection = assign(transport, SCHEDULES, all_projects=True, project_id=None)
    assert [str(addon) for addon in selection.assigned] == ["shop/orders"]
    assert [(each["project_id"], each["addon_id"]) for each in selection.unreadable] == [
        ("secret", None),
        ("a/b", None),
        ("odd", None),
    ]
    assert selection.unreadable[0]["error"]["status"] == 403
    assert selection.unreadable[1]["msg"] == "The API lists it with the invalid ID 'a/b'."
    assert "the response has an addon with the invalid ID '../x'. " in selection.unreadable[2]["msg"]


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({"all_addons": True}, []),
        ({"addon_ids": ["a"]}, []),
        ({"project_id": None, "all_projects": True}, []),
        ({"project_id": None, "all_projects": True, "all_addons": True}, []),
        ({"project_id": None, "all_addons": True}, ["project_id: required, unless all_projects: true is set"]),
        ({}, ["addon_ids: set either addon_ids or all_addons: true"]),
        ({"addon_ids": [], "all_addons": True}, ["addon_ids: set either addon_ids or all_addons: true"]),
        (
            {"all_projects": True, "addon_ids": ["a"], "known_addon_types": {"a": "redis"}},
            [
                "project_id: mutually exclusive with all_projects: true",
                "addon_ids: mutually exclusive with all_projects: true",
                "known_addon_types: mutually exclusive with all_projects: true",
            ],
        ),
    ],
)
def test_options_that_select_are_exclusive(options: dict[str, Any], errors: list[str]) -> None:
    params = {**ALL, "all_projects": False, "all_addons": False, **options}
    assert selection_errors(ADDON, params) == errors


def test_without_the_option_all_addons_they_are_the_default() -> None:
    assert selection_errors(ADDON, {**ALL, "all_projects": False}) == []
    assert selection_errors(ADDON, {**ALL, "all_projects": False, "addon_ids": ["a"]}) == []


VOLUMES = {"project_id": "shop", "team_id": "our-team", "volume_ids": None, "all_projects": False, "concurrency": 1}
ACCOUNT = {"api_url": "https://api", "api_token": "a-token-of-a-test"}
LISTED_VOLUMES = (
    {"id": "data", "name": "Data", "tags": ["critical"], "status": "BOUND", "spec": {"accessMode": "ReadWriteOnce"}},
    {"id": "cache", "tags": []},
)


def test_volumes_are_selected_by_ids_or_by_their_project() -> None:
    transport = StubTransport({"data": list(LISTED_VOLUMES)})
    listed = select_resources(transport, VOLUME, VOLUMES)  # type: ignore[arg-type]
    assert listed == [Resource("shop", "data", "our-team", VOLUME), Resource("shop", "cache", "our-team", VOLUME)]
    assert [each.status for each in listed] == ["BOUND", None]
    assert transport.requests[0][1] == "/v1/teams/our-team/projects/shop/volumes"
    by_ids = {**VOLUMES, "volume_ids": ["cache", "cache"]}
    assert select_resources(StubTransport(), VOLUME, by_ids) == [listed[1]]  # type: ignore[arg-type]


def test_a_volume_matches_no_assignment_with_types() -> None:
    options = {**VOLUMES, **ACCOUNT, "assignments": [{}]}
    assignments = [Assignment([schedule()], "typed", types=["*"]), CRITICAL]
    transport = StubTransport({"data": list(LISTED_VOLUMES)})
    selection = select_and_assign(transport, VOLUME, options, Context(True, pytest.fail), assignments)  # type: ignore[arg-type]
    assert policies_of(selection) == {"shop/data": "critical", "shop/cache": None}
    assert selection.unassigned() == {"unassigned": [{"project_id": "shop", "volume_id": "cache"}]}


def test_a_volume_that_does_not_exist_is_unreadable() -> None:
    options = {**VOLUMES, **ACCOUNT, "assignments": [{}], "volume_ids": ["gone"]}
    transport = StubTransport({"data": list(LISTED_VOLUMES)})
    selection = select_and_assign(transport, VOLUME, options, Context(True, pytest.fail), [CRITICAL])  # type: ignore[arg-type]
    (missing,) = selection.unreadable
    assert (missing["project_id"], missing["volume_id"]) == ("shop", "gone")
    assert missing["msg"].startswith("The project has no such volume. Check volume_ids (gone)")


def test_the_volumes_of_all_projects() -> None:
    options = {**VOLUMES, "project_id": None, "all_projects": True, "assignments": None}
    forbidden = ApiError("GET", "/v1/projects/secret/volumes", "Forbidden", status=403)
    transport = StubTransport(
        page("projects", {"id": "shop"}, {"id": "secret"}, {"id": "odd"}),
        {"data": [LISTED_VOLUMES[0]]},
        forbidden,
        {"data": [{"id": "../x"}]},
    )
    selection = select_and_assign(transport, VOLUME, options, Context(True, pytest.fail), [SCHEDULES])  # type: ignore[arg-type]
    assert [str(volume) for volume in selection.assigned] == ["shop/data"]
    assert [(each["project_id"], each["volume_id"]) for each in selection.unreadable] == [
        ("secret", None),
        ("odd", None),
    ]
    assert "the response has a volume with the invalid ID '../x'. " in selection.unreadable[1]["msg"]


def test_options_that_select_volumes_are_exclusive() -> None:
    params = {**VOLUMES, "all_volumes": True, "volume_ids": ["data"]}
    assert selection_errors(VOLUME, params) == ["volume_ids: set either volume_ids or all_volumes: true"]
    assert selection_errors(VOLUME, {**params, "project_id": None, "all_projects": True}) == [
        "volume_ids: mutually exclusive with all_projects: true"
    ]
