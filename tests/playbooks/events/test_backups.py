# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source backups: one event for each backup and restore that ends, and no error that ends the source."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.plugin_utils._event_source import validated_arguments
from simulator.server import Simulator
from simulator.server import running as running_simulator

from events.sources import load, running, wait_until

backups_source = load("backups")

HOSTILE = "{{ lookup('pipe', 'id') }}\nERROR forged line"


def operation(id_: str, status: str, minutes: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a backup or a restore that began some minutes ago."""
    began = f"{datetime.now(timezone.utc) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.000Z"
    return {"id": id_, "status": status, "createdAt": began, "restoreTimestamp": began, "backupId": "b1", **fields}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    project = {
        "id": "shop",
        "addons": [{"id": "orders-db", "restores": [operation("r0", "completed")]}, {"id": "stock-db"}],
        "volumes": [{"id": "uploads", "backups": [operation("v0", "completed")]}],
    }
    with running_simulator({"projects": [project]}, rate_limit=100_000) as simulator:
        yield simulator


class Project:
    """The project of the simulator, polled without ansible-rulebook."""

    def __init__(self, simulator: Simulator, **args: Any) -> None:
        self.simulator = simulator
        self.addon = simulator.store.addon("shop", "orders-db")
        self.volume = simulator.store.volume("shop", "uploads")
        connection = {"api_url": simulator.url, "api_token": simulator.token, "retries": 0}
        params = backups_source.validated({"project_id": "shop", **connection, **args})
        since = datetime.now(timezone.utc) - timedelta(minutes=params["lookback_minutes"])
        self.poller = backups_source.Poller(params, Transport(params["connection"], logging.warning), since)

    def poll(self) -> list[tuple[str, ...]]:
        """Return the events of a poll, without the project and times."""
        omitted = ("project_id", "started_at", "message")
        events = [each["northflank"] for each in self.poller.poll()]
        return [tuple(str(value) for name, value in each.items() if name not in omitted) for each in events]


@pytest.fixture
def project(simulator: Simulator) -> Project:
    return Project(simulator, events=backups_source.EVENTS)


def test_each_change_is_one_event(project: Project) -> None:
    assert project.poll() == []
    project.addon.restores += [operation("r1", "in-progress"), operation("r2", "failed"), operation("r3", "aborting")]
    project.addon.backups.append(operation("b1", "scheduled"))
    project.volume.backups.append(operation("v1", "not-known-yet"))
    assert project.poll() == [
        ("addon-restore:failure", "orders-db", "r2", "b1", "failed"),
        ("volume-backup:unknown", "uploads", "v1", "not-known-yet"),
    ]
    assert project.poll() == []
    for each in (project.addon.restores[1], project.addon.backups[0], project.volume.backups[1]):
        each["status"] = "completed"
    project.addon.restores[3]["status"] = "aborted"
    assert project.poll() == [
        ("addon-backup:success", "orders-db", "b1", "completed"),
        ("addon-restore:success", "orders-db", "r1", "b1", "completed"),
        ("addon-restore:abort", "orders-db", "r3", "b1", "aborted"),
        ("volume-backup:success", "uploads", "v1", "completed"),
    ]
    assert project.poll() == []


def test_only_selected_events_are_read(simulator: Simulator) -> None:
    project = Project(simulator, events=["volume-backup:failure"])
    assert project.poll() == []
    assert {each["path"] for each in simulator.log} == {
        "/v1/projects/shop/volumes",
        "/v1/projects/shop/volumes/uploads/backups",
    }
    project.volume.backups += [operation("v1", "completed"), operation("v2", "failed")]
    assert project.poll() == [("volume-backup:failure", "uploads", "v2", "failed")]


def test_selected_addons_are_not_listed(simulator: Simulator) -> None:
    project = Project(simulator, addon_ids=["stock-db"], volume_ids=[])
    assert project.poll() == []
    assert [each["path"] for each in simulator.log] == ["/v1/projects/shop/addons/stock-db/restores"]
    assert project.poller.requests == 1


def test_everything_of_a_new_addon_is_new(project: Project) -> None:
    assert project.poll() == []
    addons = project.simulator.store.projects["shop"].addons
    addons["new-db"] = type(project.addon)("new-db", "shop", backups=[operation("n1", "failed", minutes=90)])
    assert project.poll() == [("addon-backup:failure", "new-db", "n1", "failed")]


def test_an_addon_that_could_not_be_read_at_first_is_not_new(project: Project) -> None:
    project.simulator.settings.forbidden = ["shop/orders-db"]
    assert [each[0] for each in project.poll()] == ["polling:failure"]
    project.simulator.settings.forbidden = []
    assert project.poll() == [("polling:success",)]


def test_lookback(simulator: Simulator) -> None:
    """After a restart, what began recently is reported, again or for the first time."""
    simulator.store.addon("shop", "orders-db").restores += [operation("r1", "failed", 20), operation("r2", "failed", 9)]
    project = Project(simulator, lookback_minutes=10)
    assert project.poll() == [
        ("addon-restore:success", "orders-db", "r0", "b1", "completed"),
        ("addon-restore:failure", "orders-db", "r2", "b1", "failed"),
        ("volume-backup:success", "uploads", "v0", "completed"),
    ]
    assert project.poll() == []


@pytest.mark.parametrize("lookback", [0, 10])
def test_errors_of_the_first_polls_lose_nothing(simulator: Simulator, lookback: int) -> None:
    """What counts is when the source started, however long the API cannot be reached then."""
    project = Project(simulator, lookback_minutes=lookback, volume_ids=[])
    simulator.settings.forbidden = ["shop/orders-db"]
    project.addon.restores.append(operation("r1", "failed", minutes=-1))
    assert [each[0] for each in project.poll()] == ["polling:failure"]
    simulator.settings.forbidden = []
    # As if the source had started half an hour ago.
    project.poller.since -= timedelta(minutes=30)
    project.addon.restores += [operation("r2", "failed", minutes=29), operation("r3", "failed", minutes=50)]
    expected = {"r0", "r1", "r2"}
    assert {each[2] for each in project.poll() if each[0] != "polling:success"} == expected


def test_an_operation_that_a_list_lacks_once_is_not_new(project: Project) -> None:
    assert project.poll() == []
    missing = project.addon.restores.pop()
    assert project.poll() == []
    project.addon.restores.append(missing)
    assert project.poll() == []


def test_what_ends_while_polls_fail_is_not_lost(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    assert project.poll() == []
    project.addon.restores.append(operation("r1", "failed"))
    project.volume.backups.append(operation("v1", "failed"))
    project.simulator.settings.forbidden = ["shop/orders-db"]
    failed = ["addon-backups of shop/orders-db", "addon-restores of shop/orders-db"]
    assert project.poll() == [
        ("volume-backup:failure", "uploads", "v1", "failed"),
        ("polling:failure", str(failed)),
    ]
    # It is logged each time, but the event is sent once.
    assert project.poll() == []
    assert caplog.text.count("Polling failed: addon-restores of shop/orders-db: GET ") == 2
    project.simulator.settings.forbidden = []
    assert project.poll() == [
        ("addon-restore:failure", "orders-db", "r1", "b1", "failed"),
        ("polling:success",),
    ]


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ({"kind": "status", "status": 401}, ["api_token"]),
        ({"kind": "status", "status": 403}, ["addons of shop", "addons of shop", "volumes of shop"]),
        ({"kind": "status", "status": 404}, ["addons of shop", "addons of shop", "volumes of shop"]),
        ({"kind": "status", "status": 503}, ["addons of shop", "volumes of shop"]),
        ({"kind": "drop"}, ["addons of shop", "volumes of shop"]),
    ],
)
def test_errors_do_not_end_the_source(project: Project, fault: Mapping[str, Any], failed: list[str]) -> None:
    assert project.poll() == []
    project.simulator.faults.add(**fault, times=100)
    assert project.poll() == [("polling:failure", str(list(dict.fromkeys(failed))))]
    project.simulator.faults.set([])
    assert ("polling:success",) in project.poll()


def test_an_internal_error_does_not_end_the_source(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(backups_source.KINDS, "addon-backup", backups_source.Kind(backups_source.ADDON, 1, "backup_id"))
    (event,) = project.poll()
    assert event[0] == "polling:failure"


def test_texts_of_the_api_are_no_templates(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    assert project.poll() == []
    project.volume.backups.append(operation(HOSTILE, HOSTILE))
    project.simulator.store.projects["shop"].addons[HOSTILE] = type(project.addon)(HOSTILE, "shop")
    events = str(project.poll())
    assert "{ {" in events
    assert "{{" not in events
    assert "\\n" not in events
    assert "\nERROR forged" not in caplog.text


def test_the_budget_of_requests(simulator: Simulator) -> None:
    project = Project(simulator, interval=60, max_requests_per_hour=240)
    project.poll()
    # Two lists, two addons, one volume: at most 48 polls per hour.
    assert project.poller.requests == 5
    assert project.poller.seconds_to_next(1.5) == 75 - 1.5
    assert Project(simulator, interval=60).poller.seconds_to_next(1.5) == 60 - 1.5
    assert project.poller.seconds_to_next(500) == 1


def test_after_the_rate_limit_was_reached_it_waits_for_the_reset(simulator: Simulator) -> None:
    project = Project(simulator, interval=60)
    simulator.settings.rate_limit = 102
    assert [each[0] for each in project.poll()] == ["polling:failure"]
    # rate_limit_reserve leaves 100 requests to others.
    assert len(simulator.log) == 2
    assert 3500 < project.poller.seconds_to_next(0) <= 3601
    # It is the same failure, and no request is sent before the reset.
    assert project.poll() == []
    assert len(simulator.log) == 2


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 30))


def test_the_source(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """It polls at intervals until it is cancelled, with the token of the environment."""
    monkeypatch.setenv("NORTHFLANK_API_TOKEN", simulator.token)
    monkeypatch.setattr(backups_source.Poller, "seconds_to_next", lambda poller, elapsed: 0.05)

    async def poll() -> list[dict[str, Any]]:
        async with running(backups_source, {"project_id": "shop", "api_url": simulator.url}) as events:
            await wait_until(lambda: len(simulator.log) >= 5)
            simulator.store.addon("shop", "orders-db").restores.append(operation("r1", "failed"))
            await wait_until(lambda: events)
            await asyncio.sleep(0.3)
            return list(events)

    (event,) = run(poll())
    assert event.pop("started_at").endswith("Z")
    assert event == {
        "event": "addon-restore:failure",
        "project_id": "shop",
        "addon_id": "orders-db",
        "restore_id": "r1",
        "backup_id": "b1",
        "status": "failed",
    }


def test_all_errors_of_the_arguments_at_once() -> None:
    args = {"project_id": "a b", "api_token": "token-of-tests", "api_url": "http://example.org", "addon_ids": ["x/y"]}
    numbers = {"interval": 1, "max_requests_per_hour": 0, "lookback_minutes": -1}
    with pytest.raises(InvalidOptions) as error:
        run(backups_source.main(asyncio.Queue(), {**args, **numbers}))
    assert [each.partition(":")[0] for each in error.value.validation_errors] == [
        "project_id",
        "addon_ids[0]",
        "interval",
        "max_requests_per_hour",
        "lookback_minutes",
        "api_url",
    ]


@pytest.mark.parametrize("args", [{}, {"project_id": "shop", "events": ["build:failure"]}, {"project": "shop"}])
def test_arguments_that_ansible_core_refuses(args: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptions, match="the source was not started"):
        run(backups_source.main(asyncio.Queue(), args))


def test_the_documentation_lists_the_arguments() -> None:
    documented = yaml.safe_load(backups_source.DOCUMENTATION)["options"]
    rules = ("type", "default", "required", "elements", "choices")
    spec = {
        name: {rule: sorted(each[rule]) if rule == "choices" else each[rule] for rule in rules if rule in each}
        for name, each in backups_source.ARGUMENT_SPEC.items()
    }
    # The documentation describes it.
    del spec["events"]["default"]
    assert {name: {rule: each[rule] for rule in rules if rule in each} for name, each in documented.items()} == spec


def test_the_examples_are_valid() -> None:
    for example in yaml.safe_load(backups_source.EXAMPLES):
        assert validated_arguments(backups_source.ARGUMENT_SPEC, example["community.northflank.backups"])[1] == []
