# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's on-demand backups: their lifecycle in a time that the tests set, and what the API refuses."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.bodies.backups import Backup
from simulator.errors import ApiError
from simulator.fleet import make_fleet
from simulator.server import Simulator
from simulator.store.addons import Addon


class Lab:
    """A simulator with one addon, and its time."""

    def __init__(self, **settings: Any) -> None:
        self.now = 100.0
        self.simulator = Simulator(make_fleet(), clock=lambda: self.now, **settings)
        self.backups = self.simulator.store.backups

    @property
    def addon(self) -> Addon:
        return self.simulator.store.addon("project-1", "addon-1")

    def take(self, **body: Any) -> dict[str, Any]:
        return self.backups.create(self.addon, Backup.model_validate({"name": "nightly", **body}))

    def status(self, backup: dict[str, Any]) -> str:
        return self.backups.get(self.addon, backup["id"])["status"]


@pytest.mark.parametrize("outcome", ["completed", "failed", "not-supported", "READY"])
def test_a_backup_ends_after_its_duration(outcome: str) -> None:
    lab = Lab(backup_duration=20, backup_outcome=outcome)
    backup = lab.take()
    statuses = []
    for lab.now in (100, 101.9, 102, 119.9, 120, 500):
        statuses.append(lab.status(backup))
    assert statuses == ["scheduled", "scheduled", "in-progress", "in-progress", outcome, outcome]


def test_only_a_backup_that_has_ended_has_an_end_and_only_a_completed_one_a_size() -> None:
    lab = Lab(backup_duration=20, backup_outcomes={"project-1/addon-1": "failed"})
    failed = lab.take()
    assert "completedAt" not in failed
    lab.now += 20
    lab.simulator.settings.backup_outcomes = {}
    completed = lab.take()
    lab.now += 30
    first, second = lab.backups.list_all(lab.addon)
    assert (first["id"], first["config"]["size"]) == (failed["id"], "0")
    assert (second["id"], second["config"]["size"]) == (completed["id"], "1048576")
    assert first["createdAt"] < first["completedAt"] == second["createdAt"] < second["completedAt"]


def test_a_backup_without_a_duration_is_completed_at_once() -> None:
    assert Lab().take()["status"] == "completed"


def test_durations_by_resource() -> None:
    lab = Lab(backup_durations={"project-1/addon-1": 5})
    assert lab.take()["status"] == "scheduled"


def test_one_backup_at_a_time() -> None:
    lab = Lab(backup_duration=20)
    lab.take()
    with pytest.raises(ApiError, match="Another backup of the addon is in progress") as caught:
        lab.take()
    assert caught.value.status == 409
    lab.simulator.settings.one_backup_at_a_time = False
    lab.take()
    assert len(lab.backups.taken) == 2


def test_what_was_taken_is_recorded() -> None:
    lab = Lab()
    backup = lab.take()
    lab.backups.delete(lab.addon, backup["id"])
    assert lab.backups.taken == [("project-1/addon-1", backup["id"], "nightly", "api")]
    assert lab.backups.list_all(lab.addon) == []


def test_an_abort_takes_its_time() -> None:
    lab = Lab(backup_duration=20, abort_duration=3)
    backup = lab.take()
    lab.backups.abort(lab.addon, backup["id"])
    lab.backups.abort(lab.addon, backup["id"])
    assert lab.status(backup) == "aborting"
    lab.now += 3
    assert lab.status(backup) == "aborted"
    with pytest.raises(ApiError, match="is not in progress") as caught:
        lab.backups.abort(lab.addon, backup["id"])
    assert caught.value.status == 409


def test_a_backup_in_progress_is_not_deleted() -> None:
    lab = Lab(backup_duration=20)
    backup = lab.take()
    with pytest.raises(ApiError, match="abort it first"):
        lab.backups.delete(lab.addon, backup["id"])


def test_what_is_retained_is_seen_through_the_control_endpoint_only() -> None:
    lab = Lab()
    backup = lab.take()
    lab.backups.retain(lab.addon, backup["id"])
    assert lab.backups.get(lab.addon, backup["id"]) == backup
    assert [each["retained"] for each in lab.simulator.backups()["project-1/addon-1"]] == [True]


def test_only_lists_have_destinations() -> None:
    lab = Lab()
    destination = {"destinationId": "cold-storage", "type": "custom"}
    single = lab.take(additionalDestinations=[destination])
    dump = lab.take(backupType="dump", customDestinationId="cold-storage", compressionType="zstd")
    first, second = lab.backups.list_all(lab.addon)
    assert first["config"]["additionalDestinations"] == [destination]
    assert (second["customDestinationId"], second["config"]["compressionType"]) == ("cold-storage", "zstd")
    assert single["config"].keys() == dump["config"].keys() == {"size", "source"}


@pytest.mark.parametrize("action", ["get", "abort", "retain", "delete"])
def test_an_unknown_backup(action: str) -> None:
    lab = Lab()
    with pytest.raises(ApiError, match="Backup 'none' not found") as caught:
        getattr(lab.backups, action)(lab.addon, "none")
    assert caught.value.status == 404


@pytest.mark.parametrize("name", ["ab", "a" * 40, "a_b", "-ab", "ab-", "a--b"])
def test_invalid_names(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Backup.model_validate({"name": name})
