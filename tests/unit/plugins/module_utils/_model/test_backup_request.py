# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups: rules, request bodies, and existing backups that make them unnecessary."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.backup import Backup
from ansible_collections.community.northflank.plugins.module_utils._model.backup_request import BackupRequest

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=timezone.utc)
DESTINATION = {"destination_id": "cold", "retention_time": None, "type": "custom"}


def request(**options: Any) -> BackupRequest:
    return BackupRequest.from_params({"name": None, "max_age": None, "backup_type": "snapshot", **options})


def backup(minute: int, status: str = "completed", **fields: Any) -> Backup:
    """Return a backup that started at this minute of the hour before NOW."""
    created_at = f"2026-01-15T11:{minute:02}:00.000Z"
    fields = {"id": str(minute), "name": "nightly", "backup_type": "snapshot", "created_at": created_at, **fields}
    return Backup(status=status, **fields)


def test_the_request_body_has_what_is_set() -> None:
    assert request().to_api("ansible-1") == {"name": "ansible-1", "backupType": "snapshot"}
    snapshot = request(additional_destinations=[{**DESTINATION, "retention_time": 7}])
    assert snapshot.to_api("nightly") == {
        "name": "nightly",
        "backupType": "snapshot",
        "additionalDestinations": [{"destinationId": "cold", "retentionTime": 7, "type": "custom"}],
    }
    dump = request(backup_type="dump", compression_type="zstd", custom_destination_id="cold")
    assert dump.to_api("nightly") == {
        "name": "nightly",
        "backupType": "dump",
        "compressionType": "zstd",
        "customDestinationId": "cold",
    }


def test_the_request_body_of_a_volume() -> None:
    params = {"name": "nightly", "max_age": None, "description": "before the release"}
    assert BackupRequest.from_params(params).to_api("nightly") == {
        "name": "nightly",
        "description": "before the release",
    }


def test_a_diff_shows_what_is_set() -> None:
    backup_request = request(name="nightly", max_age=5, additional_destinations=[DESTINATION])
    assert backup_request.settings() == {
        "name": "nightly",
        "backup_type": "snapshot",
        "additional_destinations": [{"destination_id": "cold", "type": "custom"}],
    }
    assert request().settings() == {"backup_type": "snapshot"}


@pytest.mark.parametrize("name", ["abc", "A" * 39, "before-release-42", "Backup 2026/01/15 11:30", None])
def test_valid_names(name: str | None) -> None:
    assert request(name=name).validation_errors() == []


@pytest.mark.parametrize("name", ["", "ab", "A" * 40, "before_release", "-abc", "abc-", "a--b", "gro\u00dfe", "abc\n"])
def test_invalid_names(name: str) -> None:
    (error,) = request(name=name).validation_errors()
    assert error.startswith(f"name: {name!r} is not a name of 3 to 39 characters")
    # The rules for volumes are not documented.
    of_volume = request(name=name, backup_type=None).validation_errors()
    assert of_volume == ([] if name else ["name: must not be empty"])


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({"max_age": 0}, ["max_age: 0 is not between 1 and 5256000 minutes (ten years)"]),
        ({"max_age": 5256001}, ["max_age: 5256001 is not between 1 and 5256000 minutes (ten years)"]),
        ({"max_age": 1}, []),
        ({"max_age": 5256000}, []),
        ({"compression_type": "gz"}, ["compression_type: not allowed for snapshots, only for dumps"]),
        (
            {"backup_type": "dump", "additional_destinations": [DESTINATION]},
            ["additional_destinations: not allowed for dumps, only for snapshots; use custom_destination_id"],
        ),
        (
            {"additional_destinations": [{**DESTINATION, "destination_id": "cold-storage", "retention_time": 121}]},
            [
                "additional_destinations[cold-storage].retention_time: 121 exceeds the maximum of 120 days for backups",
            ],
        ),
        # An empty value is accepted for an option that the type does not have.
        ({"custom_destination_id": ""}, []),
        ({"backup_type": "dump", "additional_destinations": []}, []),
    ],
)
def test_other_rules(options: dict[str, Any], errors: list[str]) -> None:
    assert request(**options).validation_errors() == errors


def test_without_a_name_and_an_age_another_backup_is_always_taken() -> None:
    assert not request().accepts_existing
    assert request().satisfied_by([backup(59)], NOW) is None


@pytest.mark.parametrize(
    ("options", "backups", "found"),
    [
        ({"name": "nightly"}, [backup(9)], "9"),
        ({"name": "nightly"}, [backup(9, name="other")], None),
        ({"name": "nightly"}, [backup(9, "scheduled")], "9"),
        ({"name": "nightly"}, [backup(9, "in-progress")], "9"),
        ({"name": "nightly"}, [backup(9, "READY")], "9"),
        ({"name": "nightly"}, [backup(9, "failed"), backup(8, "aborted"), backup(7, "aborting")], None),
        # A completed one is better than one in progress, and the newest is best.
        ({"name": "nightly"}, [backup(9, "in-progress"), backup(8), backup(7)], "8"),
        ({"name": "nightly"}, [backup(9, "in-progress"), backup(8, "scheduled")], "9"),
        ({"name": "nightly"}, [backup(9, backup_type="dump")], None),
        # The API does not return the source of every backup: then the name decides.
        ({"name": "nightly"}, [backup(9, backup_type=None)], "9"),
        ({"name": "nightly", "backup_type": None}, [backup(9)], "9"),
        ({"max_age": 30}, [backup(30, name="other")], "30"),
        ({"max_age": 30}, [backup(29)], None),
        ({"max_age": 30}, [backup(31, "in-progress")], "31"),
        ({"max_age": 30}, [backup(31, "failed")], None),
        ({"max_age": 30}, [backup(31, backup_type="dump")], None),
        ({"max_age": 30}, [backup(31, backup_type=None)], None),
        ({"max_age": 30}, [backup(31, created_at="")], None),
        # In the future, within the tolerance for clocks, and beyond it.
        ({"max_age": 30}, [backup(31, created_at="2026-01-15T12:05:00Z")], "31"),
        ({"max_age": 30}, [backup(31, created_at="2026-01-15T12:05:01Z")], None),
        ({"name": "nightly", "max_age": 30}, [backup(31, name="other"), backup(29)], None),
        ({"name": "nightly", "max_age": 30}, [backup(31, name="other"), backup(30)], "30"),
    ],
)
def test_which_backup_makes_another_one_unnecessary(
    options: dict[str, Any], backups: list[Backup], found: str | None
) -> None:
    satisfied = request(**options).satisfied_by(backups, NOW)
    assert (satisfied and satisfied.id) == found
