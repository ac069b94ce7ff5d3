# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups of the simulator: their life cycle, with a clock that the tests set, and rejected requests."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.bodies.backups import Backup
from simulator.errors import ApiError
from simulator.fleet import make_fleet
from simulator.server import Simulator
from simulator.store.addons import Addon


class BackupSimulator:
    """A simulator with one addon and a clock."""

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
    backup_simulator = BackupSimulator(backup_duration=20, backup_outcome=outcome)
    backup = backup_simulator.take()
    statuses = []
    for backup_simulator.now in (100, 101.9, 102, 119.9, 120, 500):
        statuses.append(backup_simulator.status(backup))
    assert statuses == ["scheduled", "scheduled", "in-progress", "in-progress", outcome, outcome]


def test_ended_backups_have_an_end_and_completed_ones_a_size() -> None:
    backup_simulator = BackupSimulator(backup_duration=20, backup_outcomes={"project-1/addon-1": "failed"})
    failed = backup_simulator.take()
    assert "completedAt" not in failed
    backup_simulator.now += 20
    backup_simulator.simulator.settings.backup_outcomes = {}
    completed = backup_simulator.take()
    backup_simulator.now += 30
    first, second = backup_simulator.backups.list_all(backup_simulator.addon)
    assert (first["id"], first["config"]["size"]) == (failed["id"], "0")
    assert (second["id"], second["config"]["size"]) == (completed["id"], "1048576")
    assert first["createdAt"] < first["completedAt"] == second["createdAt"] < second["completedAt"]


def test_a_backup_without_a_duration_is_completed_at_once() -> None:
    assert BackupSimulator().take()["status"] == "completed"


def test_durations_by_resource() -> None:
    backup_simulator = BackupSimulator(backup_durations={"project-1/addon-1": 5})
    assert backup_simulator.take()["status"] == "scheduled"


def test_one_backup_at_a_time() -> None:
    backup_simulator = BackupSimulator(backup_duration=20)
    backup_simulator.take()
    with pytest.raises(ApiError, match="Another backup of the addon is in progress") as caught:
        backup_simulator.take()
    assert caught.value.status == 409
    backup_simulator.simulator.settings.one_backup_at_a_time = False
    backup_simulator.take()
    assert len(backup_simulator.backups.taken) == 2


def test_taken_backups_are_recorded() -> None:
    backup_simulator = BackupSimulator()
    backup = backup_simulator.take()
    backup_simulator.backups.delete(backup_simulator.addon, backup["id"])
    assert backup_simulator.backups.taken == [("project-1/addon-1", backup["id"], "nightly", "api")]
    assert backup_simulator.backups.list_all(backup_simulator.addon) == []


def test_an_abort_takes_its_time() -> None:
    backup_simulator = BackupSimulator(backup_duration=20, abort_duration=3)
    backup = backup_simulator.take()
    backup_simulator.backups.abort(backup_simulator.addon, backup["id"])
    backup_simulator.backups.abort(backup_simulator.addon, backup["id"])
    assert backup_simulator.status(backup) == "aborting"
    backup_simulator.now += 3
    assert backup_simulator.status(backup) == "aborted"
    with pytest.raises(ApiError, match="is not in progress") as caught:
        backup_simulator.backups.abort(backup_simulator.addon, backup["id"])
    assert caught.value.status == 409


def test_a_backup_in_progress_is_not_deleted() -> None:
    backup_simulator = BackupSimulator(backup_duration=20)
    backup = backup_simulator.take()
    with pytest.raises(ApiError, match="abort it first"):
        backup_simulator.backups.delete(backup_simulator.addon, backup["id"])


def test_only_the_control_endpoint_shows_retained_backups() -> None:
    backup_simulator = BackupSimulator()
    backup = backup_simulator.take()
    backup_simulator.backups.retain(backup_simulator.addon, backup["id"])
    assert backup_simulator.backups.get(backup_simulator.addon, backup["id"]) == backup
    assert [each["retained"] for each in backup_simulator.simulator.backups()["project-1/addon-1"]] == [True]


def test_only_lists_have_destinations() -> None:
    backup_simulator = BackupSimulator()
    destination = {"destinationId": "cold-storage", "type": "custom"}
    single = backup_simulator.take(additionalDestinations=[destination])
    dump = backup_simulator.take(backupType="dump", customDestinationId="cold-storage", compressionType="zstd")
    first, second = backup_simulator.backups.list_all(backup_simulator.addon)
    assert first["config"]["additionalDestinations"] == [destination]
    assert (second["customDestinationId"], second["config"]["compressionType"]) == ("cold-storage", "zstd")
    assert single["config"].keys() == dump["config"].keys() == {"size", "source"}


@pytest.mark.parametrize("action", ["get", "abort", "retain", "delete"])
def test_an_unknown_backup(action: str) -> None:
    backup_simulator = BackupSimulator()
    with pytest.raises(ApiError, match="Backup 'none' not found") as caught:
        getattr(backup_simulator.backups, action)(backup_simulator.addon, "none")
    assert caught.value.status == 404


@pytest.mark.parametrize("name", ["ab", "a" * 40, "a_b", "-ab", "ab-", "a--b"])
def test_invalid_names(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Backup.model_validate({"name": name})
