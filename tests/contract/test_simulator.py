# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator, over HTTP and in-process. test_rules.py has the rules of the body of a schedule."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
import simulator as package
from simulator.adapter import InProcessAdapter
from simulator.bodies.schedules import BackupSchedule
from simulator.errors import ApiError
from simulator.faults import ODD_JSON
from simulator.fleet import make_fleet
from simulator.server import Simulator
from simulator.store import Store

DAILY = {
    "scheduling": {"interval": "daily", "minute": [0, 30], "hour": [2, 14]},
    "backupType": "snapshot",
    "retentionTime": 7,
    "additionalDestinations": [
        {"destinationId": "cold-storage", "type": "custom"},
        {"destinationId": "far-away", "retentionTime": 60, "type": "custom"},
    ],
}
DUMP = {
    "scheduling": {"interval": "weekly", "minute": [0], "hour": [2], "day": [0, 4]},
    "backupType": "dump",
    "retentionTime": 7,
    "compressionType": "zstd",
}
HOURLY = {"scheduling": {"interval": "hourly", "minute": [0]}, "backupType": "snapshot", "retentionTime": 7}
FLEET = {
    **make_fleet(projects=2, addons=3, types=["postgresql", "redis", "mysql"]),
    "team_id": "our-team",
    "destinations": [{"id": "cold-storage"}, {"id": "far-away"}],
    "notifications": [{"id": "on-call"}, {"id": "pager"}],
}

ADDON = "/v1/projects/project-1/addons/addon-1"
REDIS = "/v1/projects/project-1/addons/addon-2"
SCHEDULES = f"{ADDON}/backup-schedules"


class Api:
    """Sends requests to a simulator: over HTTP if it has a URL, otherwise in-process."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._session = requests.Session()
        self._session.trust_env = False
        if not simulator.url:
            self._session.mount("http://", InProcessAdapter(simulator))

    def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, timeout: float = 10, **query: Any
    ) -> requests.Response:
        return self._session.request(
            method,
            (self.simulator.url or "http://127.0.0.1") + path,
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {token or self.simulator.token}"},
            timeout=timeout,
            allow_redirects=False,
        )

    def data(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        response = self(method, path, body, **query)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def error(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        """Return the error of a request that must fail."""
        response = self(method, path, body, **options)
        error = response.json()["error"]
        assert error["status"] == response.status_code
        assert error["message"]
        return error

    def listed(self) -> list[dict[str, Any]]:
        """Return the schedules of addon-1."""
        return self.data("GET", SCHEDULES)["schedules"]


def fleet_of(addon: dict[str, Any]) -> dict[str, Any]:
    return {**FLEET, "projects": [{"id": "project-1", "addons": [addon]}]}


class Clock:
    """A clock that only the tests advance."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["over HTTP", "in-process"])
def api(request: pytest.FixtureRequest, server: Simulator) -> Api:
    simulator = server if request.param == "over HTTP" else Simulator()
    simulator.reset(FLEET)
    return Api(simulator)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(clock: Clock) -> Api:
    """An in-process simulator with the clock of the test."""
    return Api(Simulator(FLEET, clock=clock))


class TestListedSchedules:
    """The listed_schedules of a fleet may violate the API's rules."""

    ODD: ClassVar = [
        {**DAILY, "paused": True, "id": "odd-1"},
        {**DAILY, "scheduling": {"interval": "daily", "minute": "0", "dayOfMonth": [31]}},
        {"scheduling": {"interval": "monthly"}, "backupType": "copy", "retentionTime": None},
        {"scheduling": None},
    ]

    @pytest.fixture
    def odd(self, api: Api) -> Api:
        api.simulator.reset(fleet_of({"id": "addon-1", "backup_schedules": [HOURLY], "listed_schedules": self.ODD}))
        return api

    def test_are_listed_unchanged(self, odd: Api) -> None:
        listed = odd.listed()[::-1]
        assert listed[0]["scheduling"]["interval"] == "hourly"
        assert [{name: schedule[name] for name in odd} for odd, schedule in zip(self.ODD, listed[1:])] == self.ODD
        assert all(each.keys() >= {"id", "createdAt", "updatedAt"} for each in listed)
        assert len({each["id"] for each in listed}) == 5

    def test_are_deleted_by_id(self, odd: Api) -> None:
        for each in odd.listed():
            odd.data("DELETE", f"{SCHEDULES}/{each['id']}")
        assert odd.listed() == []
        assert odd.simulator.store.journal.count(("project-1/addon-1", "delete", "daily snapshot", "api")) == 2

    def test_conflict_with_schedules_of_the_same_interval_and_type(self, odd: Api) -> None:
        assert odd.error("POST", SCHEDULES, DAILY)["status"] == 409
        odd.data("POST", SCHEDULES, DUMP)

    def test_are_replaced_by_a_patch_unless_equal(self, api: Api) -> None:
        listed = [{**DUMP, "backupCompressionType": "zstd"}, {**DAILY, "paused": True}]
        listed[0].pop("compressionType")
        api.simulator.reset(fleet_of({"id": "addon-1", "listed_schedules": listed}))
        kept = next(each["id"] for each in api.listed() if each["backupType"] == "dump")
        api.data("PATCH", ADDON, {"backupSchedules": [DUMP, DAILY]})
        after = {each["backupType"]: each for each in api.listed()}
        assert after["dump"]["id"] == kept
        assert "paused" not in after["snapshot"]


class TestSchedules:
    def test_the_listed_form_differs_from_that_of_requests(self, api: Api) -> None:
        ids = [api.data("POST", SCHEDULES, body)["id"] for body in (DAILY, DUMP)]
        dump, daily = api.listed()
        assert [daily["id"], dump["id"]] == ids
        assert all(len(each) == 24 and int(each, 16) for each in ids)
        assert daily["scheduling"] == {"interval": "daily", "minute": [30, 0], "hour": [14, 2]}
        assert [each["destinationId"] for each in daily["additionalDestinations"]] == ["far-away", "cold-storage"]
        assert (daily["backupCompressionType"], dump["backupCompressionType"]) == ("gz", "zstd")
        assert "compressionType" not in dump
        assert "futureField" not in daily
        api.simulator.settings.extra_fields = True
        assert all("futureField" in each for each in api.listed())

    def test_are_deleted_by_id(self, api: Api) -> None:
        schedule_id = api.data("POST", SCHEDULES, DAILY)["id"]
        assert api.data("DELETE", f"{SCHEDULES}/{schedule_id}") == {}
        assert api.listed() == []
        assert schedule_id in api.error("DELETE", f"{SCHEDULES}/{schedule_id}")["message"]

    @pytest.mark.parametrize(
        "invalid",
        [
            {"retentionTime": True},
            {"retentionTime": "7"},
            {"retentionTime": 7.5},
            {"scheduling": {**DAILY["scheduling"], "minute": ["0"]}},
            {"scheduling": {**DAILY["scheduling"], "minute": [True]}},
            {"scheduling": {**DAILY["scheduling"], "minute": 0}},
            {"scheduling": {**DAILY["scheduling"], "second": [0]}},
            {"additionalDestinations": [{"destinationId": "cold-storage", "type": "custom", "name": "x"}]},
            {"additionalDestinations": [{"destinationId": "nowhere", "type": "custom"}]},
            {"backup_type": "snapshot"},
        ],
        ids=str,
    )
    def test_invalid_types_and_unknown_fields_are_rejected(self, api: Api, invalid: dict[str, Any]) -> None:
        assert api.error("POST", SCHEDULES, {**DAILY, **invalid})["status"] == 400
        assert api.listed() == []

    def test_dumps_require_an_addon_type_that_supports_them(self, api: Api) -> None:
        types = api.data("GET", "/v1/addon-types")["addonTypes"]
        assert {each["type"] for each in types if each["features"]["backupsDump"]} >= {"postgresql", "mysql"}
        for method, path, body in (
            ("POST", f"{REDIS}/backup-schedules", DUMP),
            ("PATCH", REDIS, {"backupSchedules": [DUMP]}),
            ("POST", f"{REDIS}/backups", {"backupType": "dump"}),
        ):
            assert "redis" in api.error(method, path, body)["message"]

    def test_duplicates_are_rejected(self, api: Api) -> None:
        api.data("POST", SCHEDULES, DAILY)
        assert api.error("POST", SCHEDULES, {**DAILY, "retentionTime": 8})["status"] == 409
        assert api.error("PATCH", ADDON, {"backupSchedules": [DUMP, DUMP]})["status"] == 400

    def test_the_number_of_schedules_is_limited(self, api: Api) -> None:
        api.simulator.settings.max_schedules = 1
        assert api.error("PATCH", ADDON, {"backupSchedules": [DAILY, DUMP]})["status"] == 409
        assert api.listed() == []
        api.data("POST", SCHEDULES, DAILY)
        assert api.error("POST", SCHEDULES, DUMP)["status"] == 409

    def test_a_patch_replaces_all_schedules_except_equal_ones(self, api: Api) -> None:
        daily, dump = (api.data("POST", SCHEDULES, body)["id"] for body in (DAILY, DUMP))
        api.data("PATCH", ADDON, {"backupSchedules": [{**DUMP, "retentionTime": 8}, DAILY, HOURLY]})
        ids = {each["scheduling"]["interval"]: each["id"] for each in api.listed()}
        assert ids.keys() == {"hourly", "daily", "weekly"}
        assert ids["daily"] == daily
        assert ids["weekly"] != dump

    def test_a_patch_returns_schedules_in_the_form_of_lists_or_requests(self, api: Api) -> None:
        data = api.data("PATCH", ADDON, {"backupSchedules": [DAILY, DUMP]})
        assert data["backupSchedules"] == api.listed()
        api.simulator.settings.patch_returns_request_form = True
        dump, daily = api.data("PATCH", ADDON, {"backupSchedules": [DAILY, DUMP]})["backupSchedules"]
        assert dump["compressionType"] == "zstd"
        assert not {"id", "createdAt", "updatedAt", "backupCompressionType"} & {*dump, *daily}

    def test_only_one_of_several_concurrent_creations_succeeds(self, api: Api) -> None:
        statuses: list[int] = []

        def create() -> None:
            statuses.append(Api(api.simulator)("POST", SCHEDULES, DAILY).status_code)

        threads = [threading.Thread(target=create) for _each in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200] + [409] * 7


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status", "expected"),
        [
            ("GET", "/v1/projects/gone/addons", 404, "gone"),
            ("GET", "/v1/projects/project-1/addons/gone/backup-schedules", 404, "gone"),
            ("GET", "/v1/teams/their-team/projects", 404, "their-team"),
            ("GET", "/v1/nothing", 404, ""),
            ("GET", f"{ADDON}/", 404, ""),
            ("PUT", SCHEDULES, 405, ""),
        ],
    )
    def test_format(self, api: Api, method: str, path: str, status: int, expected: str) -> None:
        error = api.error(method, path)
        assert error["status"] == status
        assert expected in error["message"]

    def test_invalid_token(self, api: Api) -> None:
        assert api.error("GET", SCHEDULES, token="another-token")["status"] == 401

    def test_forbidden_addon(self, api: Api) -> None:
        api.simulator.settings.forbidden = ["project-1/addon-1"]
        assert api.error("GET", SCHEDULES)["status"] == 403
        assert api.data("GET", f"{REDIS}/backup-schedules") == {"schedules": []}

    def test_body_that_is_not_json(self, server: Simulator) -> None:
        server.reset(FLEET)
        headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
        response = requests.post(server.url + SCHEDULES, data="{oops", headers=headers, timeout=10)
        assert response.json()["error"]["status"] == response.status_code == 400
        assert server.log[-1]["body"] == "{oops"

    @pytest.mark.parametrize("fault", [None, {"kind": "status", "status": 503}])
    def test_contain_the_token_only_with_echo_token(self, api: Api, fault: dict[str, Any] | None) -> None:
        if fault:
            api.simulator.faults.add(**fault)
        api.simulator.settings.echo_token = True
        assert api.simulator.token in api("GET", "/v1/projects/gone/addons").text
        api.simulator.settings.echo_token = False
        assert api.simulator.token not in api("GET", "/v1/projects/gone/addons").text


LISTINGS = {
    "/v1/projects": "projects",
    "/v1/projects/project-1/addons": "addons",
    "/v1/backup-destinations": "backupDestinations",
    "/v1/integrations/notifications": "notificationIntegrations",
    f"{ADDON}/backups": "backups",
}


class TestListings:
    @pytest.mark.parametrize(("path", "field"), LISTINGS.items())
    @pytest.mark.parametrize("team", ["", "/teams/our-team"])
    def test_are_paginated(self, api: Api, path: str, field: str, team: str) -> None:
        for name in ("monday", "tuesday"):
            api.data("POST", f"{ADDON}/backups", {"name": name})
        path = path.replace("/v1", f"/v1{team}")
        whole = [each["name"] for each in api.data("GET", path)[field]]
        assert len(whole) >= 2
        by_cursor, by_page, query = [], [], {}
        api.simulator.settings.max_page_size = 1
        while query is not None:
            response = api("GET", path, **query).json()
            by_cursor += [each["name"] for each in response["data"][field]]
            pagination = response["pagination"]
            assert pagination["hasNextPage"] == ("cursor" in pagination) == (len(by_cursor) < len(whole))
            query = {"cursor": pagination["cursor"]} if pagination["hasNextPage"] else None
        for page in range(1, len(whole) + 1):
            by_page += [each["name"] for each in api.data("GET", path, page=page, per_page=50)[field]]
        assert by_cursor == by_page == whole

    @pytest.mark.parametrize("query", [{"cursor": "here"}, {"page": 0}, {"per_page": 0}, {"per_page": "many"}])
    def test_invalid_pages_are_rejected(self, api: Api, query: dict[str, Any]) -> None:
        assert api.error("GET", "/v1/projects", **query)["status"] == 400

    def test_schedules_are_not_paginated_by_default(self, api: Api) -> None:
        api.data("PATCH", ADDON, {"backupSchedules": [DAILY, DUMP, HOURLY]})
        api.simulator.settings.max_page_size = 2
        assert "pagination" not in api("GET", SCHEDULES).json()
        api.simulator.settings.paginate_schedules = True
        assert api("GET", SCHEDULES).json()["pagination"] == {"hasNextPage": True, "cursor": "after-2", "count": 2}


class TestTeam:
    def test_has_the_same_routes(self, api: Api) -> None:
        addon = f"/v1/teams/our-team{ADDON.removeprefix('/v1')}"
        schedule_id = api.data("POST", f"{addon}/backup-schedules", DAILY)["id"]
        assert api.listed() == api.data("GET", f"{addon}/backup-schedules")["schedules"]
        assert api.data("GET", addon) == api.data("GET", ADDON)
        assert api.data("DELETE", f"{addon}/backup-schedules/{schedule_id}") == {}
        assert api.data("PATCH", addon, {"backupSchedules": [HOURLY]})["backupSchedules"]


class TestRateLimit:
    def test_a_window_starts_with_its_first_request(self, timed: Api, clock: Clock) -> None:
        timed.simulator.settings.rate_limit, timed.simulator.settings.rate_window = 2, 10.5
        assert limits(timed("GET", SCHEDULES)) == (2, 1, 11)
        clock.now += 4
        assert limits(timed("GET", "/v1/nothing")) == (2, 0, 7)
        assert limits(rejected := timed("GET", SCHEDULES)) == (2, 0, 7)
        assert rejected.status_code == rejected.json()["error"]["status"] == 429
        clock.now += 6.4
        assert timed("GET", SCHEDULES).status_code == 429
        clock.now += 0.1
        assert limits(timed("GET", SCHEDULES)) == (2, 1, 11)

    def test_retry_after_is_optional(self, timed: Api) -> None:
        timed.simulator.settings.rate_limit = 0
        assert "retry-after" not in timed("GET", SCHEDULES).headers
        timed.simulator.settings.retry_after = True
        assert timed("GET", SCHEDULES).headers["retry-after"] == "3600"

    def test_rejected_requests_have_no_effect(self, timed: Api) -> None:
        timed.simulator.settings.rate_limit = 0
        timed.simulator.faults.add(kind="drop")
        assert timed("POST", SCHEDULES, DAILY).status_code == 429
        timed.simulator.settings.rate_limit = 1000
        with pytest.raises(requests.exceptions.ConnectionError):
            timed("GET", SCHEDULES)
        assert timed.listed() == []


def limits(response: requests.Response) -> tuple[int, ...]:
    return tuple(int(response.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))


# Faults, with the exception in the client, or the status and the start of the body.
FAULTS: list[tuple[dict[str, Any], Any]] = [
    ({"kind": "status", "status": 503}, (503, '{"error"')),
    ({"kind": "status", "status": 500, "body": ["odd"]}, (500, '["odd"]')),
    ({"kind": "html", "status": 502}, (502, "<html>")),
    ({"kind": "html", "status": 200}, (200, "<html>")),
    ({"kind": "garbage"}, (200, '{"data": {"id": ')),
    ({"kind": "empty"}, (200, "")),
    ({"kind": "redirect"}, (302, "")),
    ({"kind": "redirect", "status": 307}, (307, "")),
    ({"kind": "no_content"}, (204, "")),
    ({"kind": "text", "text": ODD_JSON["no list"]}, (200, '{"data": {}}')),
    ({"kind": "text", "text": ODD_JSON["NaN"], "status": 500}, (500, '{"data": {"id": NaN')),
    ({"kind": "text", "text": ODD_JSON["deep nesting"]}, (200, '{"data": [[[[')),
    ({"kind": "large", "size": 3_000_000}, (200, '{"data": {}, "padding": "xxx')),
    ({"kind": "drip", "seconds": 0.001}, (200, '{"data":')),
    ({"kind": "drop"}, requests.exceptions.ConnectionError),
    ({"kind": "truncate"}, requests.exceptions.ChunkedEncodingError),
    ({"kind": "chunks", "text": "many"}, requests.exceptions.ChunkedEncodingError),
    ({"kind": "redirect", "headers": {"location": "http://[bad"}}, ValueError),
    # requests only compares ports if the host is the same.
    ({"kind": "redirect", "headers": {"location": "http://127.0.0.1:65536/"}}, ValueError),
    ({"kind": "chunks", "text": "-5"}, ValueError),
]


class TestFaults:
    @pytest.mark.parametrize("after_commit", [False, True])
    @pytest.mark.parametrize(("fault", "expected"), FAULTS, ids="{0!s:.70}".format)
    def test_happen_before_or_after_the_request_takes_effect(
        self, api: Api, fault: dict[str, Any], expected: Any, after_commit: bool
    ) -> None:
        api.simulator.faults.add(**fault, method="POST", after_commit=after_commit)
        if isinstance(expected, tuple):
            response = api("POST", SCHEDULES, DAILY)
            assert response.status_code == api.simulator.log[-1]["status"] == expected[0]
            assert response.text.startswith(expected[1])
            assert response.text or not expected[1]
        else:
            with pytest.raises(expected):
                api("POST", SCHEDULES, DAILY)
            assert api.simulator.log[-1]["status"] == {"drop": None, "redirect": 302}.get(fault["kind"], 200)
        assert api.simulator.log[-1]["fault"] == fault["kind"]
        assert len(api.listed()) == after_commit
        assert api("POST", SCHEDULES, DAILY).status_code == (409 if after_commit else 200)

    def test_slow_body(self, api: Api) -> None:
        api.simulator.faults.add(kind="drip", seconds=0.3, method="POST", after_commit=True)
        with pytest.raises(requests.exceptions.ConnectionError):
            api("POST", SCHEDULES, DAILY, timeout=0.1)
        assert len(api.listed()) == 1

    def test_slow_body_in_process(self) -> None:
        slept: list[float] = []
        simulator = Simulator(FLEET)
        api = Api(simulator)
        api._session.mount("http://", InProcessAdapter(simulator, slept.append))
        simulator.faults.add(kind="drip", seconds=5)
        response = api("GET", SCHEDULES)
        assert slept == [5] * len(response.content)

    def test_large_body(self, api: Api) -> None:
        api.simulator.faults.add(kind="large", size=5000)
        response = api("GET", SCHEDULES)
        assert len(response.content) == 5000
        assert response.json()["data"] == {}

    def test_slow_response(self, api: Api) -> None:
        api.simulator.faults.add(kind="slow", seconds=0.3, method="POST")
        with pytest.raises(requests.exceptions.ReadTimeout):
            api("POST", SCHEDULES, DAILY, timeout=0.1)
        assert len(api.listed()) == 1

    def test_latency_takes_no_time_in_process(self, timed: Api) -> None:
        timed.simulator.settings.latency = 3600
        started = time.monotonic()
        assert timed("GET", SCHEDULES, timeout=7200).status_code == 200
        with pytest.raises(requests.exceptions.ReadTimeout):
            timed("GET", SCHEDULES, timeout=(7200, 1800))
        assert time.monotonic() - started < 10

    def test_affect_matching_requests(self, api: Api) -> None:
        api.simulator.faults.add(kind="status", method="GET", path="/addon-[13]/", skip=1, times=2)
        paths = [SCHEDULES, f"{REDIS}/backup-schedules", SCHEDULES, SCHEDULES, SCHEDULES]
        assert [api("GET", path).status_code for path in paths] == [200, 200, 500, 500, 200]

    def test_call_can_write_concurrently(self, api: Api) -> None:
        def write(store: Store) -> None:
            store.schedules.create(store.addon("project-1", "addon-1"), BackupSchedule(**DAILY), by="other client")

        api.simulator.faults.add(kind="call", method="POST", call=write)
        assert api.error("POST", SCHEDULES, DAILY)["status"] == 409
        assert api.simulator.store.journal == [("project-1/addon-1", "create", "daily snapshot", "other client")]


class TestLog:
    def test_contains_each_request(self, timed: Api, clock: Clock) -> None:
        timed("POST", SCHEDULES, DAILY, page=1)
        clock.now += 2
        timed("GET", SCHEDULES, token="another-token")
        post, get = timed.simulator.log
        assert (post["time"], post["method"], post["path"], post["query"]) == (100, "POST", SCHEDULES, "page=1")
        assert (post["body"], post["status"], post["fault"]) == (DAILY, 200, None)
        assert post["user_agent"].startswith("python-requests/")
        assert (get["time"], get["body"], get["status"]) == (102, None, 401)
        assert timed.simulator.requests("GET") == [get]
        assert "token" not in str(timed.simulator.log)

    def test_numbers_the_connections(self, server: Simulator) -> None:
        server.reset(FLEET)
        for api in (first := Api(server), first, Api(server)):
            api("GET", SCHEDULES)
        one, two, three = (entry["connection"] for entry in server.log)
        assert one == two != three


class TestControl:
    """The control endpoints, without a token."""

    def test_is_not_logged_and_not_limited(self, api: Api) -> None:
        api.simulator.settings.rate_limit = 0
        assert api("GET", "/_control/log", token="another-token").json() == []

    def test_faults_and_log(self, api: Api) -> None:
        api("PUT", "/_control/faults", [{"kind": "status", "status": 503, "times": 9}])
        assert api("GET", SCHEDULES).status_code == 503
        api("PUT", "/_control/faults", [])
        assert api("GET", SCHEDULES).status_code == 200
        assert [entry["status"] for entry in api("GET", "/_control/log").json()] == [503, 200]
        api("DELETE", "/_control/log")
        assert api.simulator.log == []
        assert api.error("PUT", "/_control/faults", [{"kind": "earthquake"}])["status"] == 400

    def test_checkpoints(self, api: Api) -> None:
        api("GET", SCHEDULES)
        first = api("POST", "/_control/checkpoints", {"run": 1}).json()
        api.data("POST", SCHEDULES, DAILY)
        second = api("POST", "/_control/checkpoints", {"run": 2}).json()
        assert [[entry["method"] for entry in each["requests"]] for each in (first, second)] == [["GET"], ["POST"]]
        assert second["schedules"] == api("GET", "/_control/schedules").json() != first["schedules"]
        assert [first, second] == api("GET", "/_control/checkpoints").json()
        assert [each["note"] for each in (first, second)] == [{"run": 1}, {"run": 2}]
        api("DELETE", "/_control/log")
        assert api("GET", "/_control/checkpoints").json() == []

    @pytest.mark.parametrize("invalid", [{"rate_limt": 1}, {"rate_limit": "soon"}])
    def test_settings(self, api: Api, invalid: dict[str, Any]) -> None:
        assert api("PATCH", "/_control/settings", {"rate_limit": 7}).json()["rate_limit"] == 7
        assert next(iter(invalid)) in api.error("PATCH", "/_control/settings", invalid)["message"]
        assert limits(api("GET", SCHEDULES)) == (7, 6, 3600)

    def test_a_new_fleet_resets_the_simulator(self, api: Api) -> None:
        api.simulator.settings.latency = 0.001
        api.simulator.faults.add(kind="drop")
        fleet = make_fleet(projects=1, addons=2, schedules=[DUMP])
        assert api("PUT", "/_control/fleet", fleet).status_code == 200
        schedules = api("GET", "/_control/schedules").json()
        assert {addon: len(listed) for addon, listed in schedules.items()} == {
            "project-1/addon-1": 1,
            "project-1/addon-2": 1,
        }
        assert api.listed() == schedules["project-1/addon-1"]
        assert api.simulator.settings.latency == 0

    @pytest.mark.parametrize(
        "fleet",
        [
            make_fleet(schedules=[{**DUMP, "retentionTime": 121}]),
            make_fleet(schedules=[DUMP, DUMP]),
            make_fleet(types=["redis"], schedules=[HOURLY, DUMP]),
            make_fleet(types=["abacus"]),
            {"project": []},
        ],
    )
    def test_an_invalid_fleet_changes_nothing(self, api: Api, fleet: dict[str, Any]) -> None:
        api.data("POST", SCHEDULES, DAILY)
        before, journal = api.listed(), list(api.simulator.store.journal)
        assert api.error("PUT", "/_control/fleet", fleet)["status"] == 400
        assert api.listed() == before
        assert api.simulator.store.journal == journal
        with pytest.raises((ValueError, ApiError)):
            Simulator(fleet)

    def test_the_given_fleet_is_not_modified(self) -> None:
        fleet = {"projects": [{"id": "project-1", "addons": [{"id": "addon-1", "backups": []}]}]}
        api = Api(Simulator(fleet))
        api.data("POST", f"{ADDON}/backups", {})
        assert fleet == {"projects": [{"id": "project-1", "addons": [{"id": "addon-1", "backups": []}]}]}


def test_command_line(tmp_path: Path) -> None:
    fleet, port_file = tmp_path / "fleet.yml", tmp_path / "port"
    fleet.write_text("token: token-of-a-file\nprojects: [{id: project-1, addons: [{id: addon-1}]}]\n")
    command = [sys.executable, *package.__path__, "--fleet", fleet, "--port-file", port_file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            port = wait_for(port_file)
            assert f"http://127.0.0.1:{port}" in line
            headers = {"Authorization": "Bearer token-of-a-file"}
            response = requests.get(f"http://127.0.0.1:{port}{SCHEDULES}", headers=headers, timeout=10)
            assert response.json() == {"data": {"schedules": []}}
        finally:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    assert set(tmp_path.iterdir()) == {fleet, port_file}


def wait_for(port_file: Path) -> str:
    for _attempt in range(100):
        if port_file.exists():
            return port_file.read_text()
        time.sleep(0.05)
    raise AssertionError("the simulator did not write its port")
