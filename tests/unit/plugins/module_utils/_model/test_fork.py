# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forks, their markers and their settings."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.fork import (
    Fork,
    ForkSettings,
    Marker,
    name_errors,
)

MARKER = Marker("shop", "orders-db", "ci-42")
TIMES = ("started_at", "completed_at", "seconds")
DESCRIPTION = "Fork of shop/orders-db (run: ci-42, created by community.northflank)"


def test_a_marker_can_be_parsed() -> None:
    assert str(MARKER) == DESCRIPTION
    assert Marker.parse(DESCRIPTION) == MARKER


@pytest.mark.parametrize(
    "description",
    [
        None,
        7,
        "",
        "by hand",
        f" {DESCRIPTION}",
        f"{DESCRIPTION}\n",
        f"{DESCRIPTION} and more",
        DESCRIPTION.lower(),
        DESCRIPTION.replace("ci-42", ""),
        DESCRIPTION.replace("ci-42", "ci--42"),
        DESCRIPTION.replace("ci-42", "ci 42"),
        DESCRIPTION.replace("community.northflank", "community_northflank"),
        DESCRIPTION.replace("shop/", ""),
        DESCRIPTION.replace("shop/", "shop/shop/"),
    ],
)
def test_anything_else_is_no_marker(description: Any) -> None:
    assert Marker.parse(description) is None


@pytest.mark.parametrize("length", [200, 201])
def test_a_marker_is_not_longer_than_a_description(length: int) -> None:
    marker = Marker("shop", "orders-db", "x" * (length - len(DESCRIPTION) + len("ci-42")))
    assert len(str(marker)) == length
    assert bool(marker.validation_errors()) == (length > 200)


@pytest.mark.parametrize("name", ["abc", "Orders DB 2", "orders-db-drill", "a-1", "x" * 39])
def test_names_of_forks(name: str) -> None:
    assert not name_errors(name)


@pytest.mark.parametrize(
    "name", ["", "ab", "x" * 40, "1st", "-drill", "drill-", "a--b", "a_b", "drill\n", "a\tb", "drïll", "{{ a }}"]
)
def test_anything_else_is_no_name_of_a_fork(name: str) -> None:
    assert name_errors(name)


LISTED = {
    "id": "drill",
    "name": "Drill",
    "status": "running",
    "spec": {"type": "postgresql"},
    "description": DESCRIPTION,
}


def test_a_listed_fork() -> None:
    assert Fork.from_api("sandbox", LISTED, "nightly").to_result() == {
        "project_id": "sandbox",
        "addon_id": "drill",
        "name": "Drill",
        "status": "running",
        "addon_type": "postgresql",
        "backup_id": "nightly",
        "source_project_id": "shop",
        "source_addon_id": "orders-db",
        "run_id": "ci-42",
        "started_at": None,
        "completed_at": None,
        "seconds": None,
    }


NOW = datetime(2026, 1, 15, 12, 4, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("status", "started_at", "times"),
    [
        ("running", "2026-01-15T12:00:00Z", ("2026-01-15T12:00:00Z", "2026-01-15T12:04:30Z", 270)),
        ("allocating", "2026-01-15T12:00:00Z", ("2026-01-15T12:00:00Z", None, None)),
        ("failed", "2026-01-15T12:00:00Z", ("2026-01-15T12:00:00Z", None, None)),
        # It existed before the task.
        ("running", None, (None, None, None)),
    ],
)
def test_the_times_of_a_fork(status: str, started_at: str | None, times: tuple[Any, ...]) -> None:
    fork = Fork.from_api("sandbox", {**LISTED, "status": status}).with_times(started_at, NOW)
    assert (fork.started_at, fork.completed_at, fork.seconds) == times
    result = fork.to_result()
    assert tuple(result[name] for name in ("started_at", "completed_at", "seconds")) == times
    assert fork.to_diff() == {name: value for name, value in result.items() if name not in TIMES}


def test_an_addon_that_is_no_fork() -> None:
    result = Fork.from_api("sandbox", {"id": "db", "name": "db", "status": "paused", "type": "redis"}).to_result()
    assert (result["status"], result["addon_type"], result["run_id"]) == ("paused", "redis", None)


@pytest.mark.parametrize(
    "returned",
    [
        None,
        [],
        "text",
        {},
        {"id": "db"},
        {**LISTED, "spec": "text"},
        *({**LISTED, name: value} for name in ("id", "name", "status") for value in (None, "", 7)),
    ],
)
def test_anything_else_is_an_error(returned: Any) -> None:
    with pytest.raises(ValueError, match="not an addon"):
        Fork.from_api("sandbox", returned)


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        ("preDeployment", (False, False, False)),
        ("allocating", (False, False, False)),
        ("running", (True, True, False)),
        ("paused", (False, False, False)),
        ("failed", (False, True, False)),
        ("error", (False, True, False)),
        ("errorAllocating", (False, True, False)),
        ("deleting", (False, True, True)),
        ("deleted", (False, True, True)),
        ("READY", (False, False, False)),
    ],
)
def test_statuses(status: str, flags: tuple[bool, bool, bool]) -> None:
    fork = Fork.from_api("sandbox", {**LISTED, "status": status})
    assert (fork.is_running, fork.has_ended, fork.is_being_deleted) == flags


@pytest.mark.parametrize(("name", "has_name"), [("Drill", True), ("drill", True), ("DRILL", True), ("drill-2", False)])
def test_names(name: str, has_name: bool) -> None:
    assert Fork.from_api("sandbox", LISTED).has_name(name) == has_name


CONFIG = {
    "versionTag": "16.4",
    "deployment": {"planId": "nf-compute-20", "storageSize": 4096, "replicas": 2, "storageClass": "ssd"},
    "networking": {"tlsEnabled": True},
}


def test_the_settings_are_those_of_the_source() -> None:
    source = ForkSettings.from_source({"spec": {"config": CONFIG}})
    settings = ForkSettings(storage=8192).with_defaults(source)
    assert settings.missing() == []
    assert settings.to_api() == {
        "version": "16.4",
        "tlsEnabled": True,
        "billing": {"deploymentPlan": "nf-compute-20", "storage": 8192, "replicas": 2, "storageClass": "ssd"},
    }
    assert settings.to_result() == {
        "version": "16.4",
        "deployment_plan": "nf-compute-20",
        "storage": 8192,
        "replicas": 2,
    }


@pytest.mark.parametrize(
    "addon",
    [
        {},
        {"spec": None},
        {"spec": {"config": []}},
        {"spec": {"config": {"versionTag": 16, "deployment": {"planId": "", "storageSize": "much"}, "networking": 1}}},
    ],
)
def test_what_the_api_does_not_return_is_missing(addon: dict[str, Any]) -> None:
    settings = ForkSettings(replicas=1).with_defaults(ForkSettings.from_source(addon))
    assert settings.missing() == ["version", "deployment_plan", "storage"]
    assert settings.to_api() == {"billing": {"replicas": 1}}
