# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random fleets in which every backup control is planted both ways, and parts of which cannot be read.

What is planted has its expected status next to it. Nothing here computes a status the way the collection does.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

NOW = datetime(2026, 11, 27, 12, 7, 30, tzinfo=timezone.utc)

ADDONS = 200
ADDONS_PER_PROJECT = 50

# The planted times are far from these limits.
RESTORES = {"restore_tested": {"days": 90, "include_restores": True}, "restore_time": {"minutes": 20}}
CONTROLS: dict[str, dict[str, Any]] = {
    "scheduled": {},
    "frequency": {"hours": 24},
    "retention": {"days": 30},
    "last_backup": {"hours": 26},
    "no_failures": {"last": 5},
    "off_site": {"hours": 48},
    "immutable": {"days": 30},
}
NAMES = (*CONTROLS, *RESTORES)

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"
BAD_JSON = (
    '{"data": [null]}',
    '{"data": null}',
    '{"data": {"schedules": {}, "backups": {}, "restores": 1, "backupDestinations": "none"}}',
    '{"data": {"schedules": [1], "backups": [{}], "restores": [null], "backupDestinations": [{"id": "a"}]}}',
)

DAILY = {"interval": "daily", "minute": [30], "hour": [2]}
TWICE = {"interval": "daily", "minute": [30], "hour": [2, 14]}
HOURLY = {"interval": "hourly", "minute": [0, 20]}
WEEKLY = {"interval": "weekly", "minute": [0], "hour": [3], "day": [6]}
EVERY_DAY = {"interval": "weekly", "minute": [0], "hour": [3], "day": [0, 1, 2, 3, 4, 5, 6]}
THREE_DAYS = {"interval": "weekly", "minute": [0], "hour": [3], "day": [0, 1, 2]}
MONTHLY = {"interval": "monthly", "minute": [0], "hour": [3]}


def schedule(scheduling: dict[str, Any], days: int, copied_for: int | None = None) -> dict[str, Any]:
    body = {"scheduling": scheduling, "backupType": "snapshot", "retentionTime": days}
    if copied_for is not None:
        body["additionalDestinations"] = [
            {"destinationId": "locked", "type": "custom", "retentionTime": copied_for},
            {"destinationId": "open", "type": "custom"},
        ]
    return body


# Schedules, and the expected statuses of scheduled, frequency and retention.
SCHEDULES: Sequence[tuple[list[dict[str, Any]], tuple[str, str, str]]] = (
    ([], (FAIL, FAIL, FAIL)),
    ([schedule(DAILY, 30)], (PASS, PASS, PASS)),
    ([schedule(DAILY, 29)], (PASS, PASS, FAIL)),
    ([schedule(TWICE, 7, copied_for=60)], (PASS, PASS, PASS)),
    ([schedule(HOURLY, 2), schedule(WEEKLY, 120)], (PASS, PASS, PASS)),
    ([schedule(HOURLY, 2, copied_for=3)], (PASS, PASS, FAIL)),
    ([schedule(WEEKLY, 90)], (PASS, FAIL, PASS)),
    ([schedule(WEEKLY, 5)], (PASS, FAIL, FAIL)),
    ([schedule(EVERY_DAY, 5)], (PASS, PASS, FAIL)),
    ([schedule(THREE_DAYS, 45)], (PASS, FAIL, PASS)),
    ([schedule(MONTHLY, 90)], (UNKNOWN, UNKNOWN, UNKNOWN)),
    ([schedule(MONTHLY, 7)], (UNKNOWN, UNKNOWN, FAIL)),
    ([schedule(WEEKLY, 7), schedule(MONTHLY, 90)], (PASS, UNKNOWN, UNKNOWN)),
    ([schedule(DAILY, 45), schedule(MONTHLY, 90)], (PASS, PASS, PASS)),
)


def ago(**age: float) -> str:
    """Return the time of an age, as the API returns it."""
    return (NOW - timedelta(**age)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def backup(started: str, status: str = "completed", source: str = "snapshot") -> dict[str, Any]:
    config = {"size": "1048576", "source": {"type": source}, "compressionType": "gz"}
    return {"id": "", "name": "backup", "status": status, "createdAt": started, "config": config}


def hourly(count: int, first: float = 1.0, status: str = "completed") -> list[dict[str, Any]]:
    """Return backups, the newest first, which is this many hours old."""
    return [backup(ago(hours=first + each), status) for each in range(count)]


# Backups, and the expected statuses of last_backup and no_failures.
BACKUPS: Sequence[tuple[list[dict[str, Any]], tuple[str, str]]] = (
    ([], (FAIL, FAIL)),
    (hourly(1), (PASS, PASS)),
    (hourly(20), (PASS, PASS)),
    (hourly(150), (PASS, PASS)),
    ([backup(ago(hours=1), source="liveInstance"), *hourly(3, 30)], (PASS, PASS)),
    ([backup(ago(minutes=5), "in-progress"), *hourly(6)], (PASS, PASS)),
    ([backup(ago(minutes=5), "in-progress")], (FAIL, FAIL)),
    (hourly(20, first=30), (FAIL, PASS)),
    (hourly(3, first=30 * 24), (FAIL, PASS)),
    (hourly(5) + hourly(3, 6, "failed"), (PASS, PASS)),
    (hourly(4) + hourly(1, 5, "failed") + hourly(3, 6), (PASS, FAIL)),
    (hourly(1, 1, "aborted") + hourly(9, 2), (PASS, FAIL)),
    (hourly(3, 1, "failed"), (FAIL, FAIL)),
    (hourly(1, 1, "verifying") + hourly(9, 2), (PASS, UNKNOWN)),
    (hourly(1, 1, "verifying") + hourly(9, 40), (UNKNOWN, UNKNOWN)),
    (hourly(9, 40) + hourly(1, 60, "verifying"), (FAIL, PASS)),
    ([backup("2999-01-01T00:00:00.000Z"), *hourly(9, 40)], (UNKNOWN, PASS)),
    ([backup("2999-01-01T00:00:00.000Z", "failed"), *hourly(9, 2)], (PASS, UNKNOWN)),
    ([backup("soon")], (UNKNOWN, UNKNOWN)),
)

# More failures than a page has, and an older success.
OLD_SUCCESS = (hourly(130, 0.1, "failed") + hourly(2, 140), (FAIL, FAIL))


# Copies in the destinations, and the expected statuses of off_site and immutable.
COPIES: Sequence[tuple[list[tuple[str, str, str]], tuple[str, str]]] = (
    ([], (FAIL, FAIL)),
    ([("locked", ago(hours=3), "completed")], (PASS, PASS)),
    ([("locked", ago(hours=3), "completed"), ("locked", ago(days=9), "completed")], (PASS, PASS)),
    ([("locked", ago(hours=60), "completed")], (FAIL, FAIL)),
    ([("open", ago(hours=47), "completed")], (PASS, FAIL)),
    ([("brief", ago(hours=1), "completed")], (PASS, FAIL)),
    ([("open", ago(hours=60), "completed")], (FAIL, FAIL)),
    ([("open", ago(hours=3), "completed"), ("locked", ago(hours=60), "completed")], (PASS, FAIL)),
    ([("open", ago(hours=60), "completed"), ("locked", ago(hours=6), "completed")], (PASS, PASS)),
    ([("endless", ago(hours=3), "completed")], (PASS, UNKNOWN)),
    ([("locked", ago(hours=3), "failed"), ("open", ago(hours=3), "in-progress")], (FAIL, FAIL)),
    ([("locked", ago(hours=3), "verifying")], (UNKNOWN, UNKNOWN)),
    ([("locked", ago(hours=90), "verifying")], (FAIL, FAIL)),
    ([("open", ago(hours=3), "verifying")], (UNKNOWN, FAIL)),
    ([("locked", "2999-01-01T00:00:00.000Z", "completed")], (UNKNOWN, UNKNOWN)),
    ([("open", "soon", "completed"), ("locked", ago(hours=4), "completed")], (PASS, PASS)),
)
DESTINATIONS = {
    "locked": {"enableObjectLock": True, "objectLockRetentionDays": 30},
    "brief": {"enableObjectLock": True, "objectLockRetentionDays": 29},
    "endless": {"enableObjectLock": True},
    "open": {},
}

# Restores: of the addon's own or of another backup, when they ended, how long they took, and their status; and the
# expected statuses of restore_tested and restore_time.
RESTORED: Sequence[tuple[list[tuple[str, float, float, str]], tuple[str, str]]] = (
    ([], (FAIL, FAIL)),
    ([("own", 20, 10, "completed")], (PASS, PASS)),
    ([("own", 20, 25, "completed"), ("own", 30, 10, "completed")], (PASS, FAIL)),
    ([("own", 120, 10, "completed")], (FAIL, PASS)),
    ([("own", 120, 10, "completed"), ("own", 20, 10, "failed")], (FAIL, PASS)),
    ([("foreign", 20, 10, "completed")], (FAIL, FAIL)),
    ([("foreign", 2, 10, "completed"), ("own", 20, 25, "completed")], (PASS, FAIL)),
    ([("own", 20, 10, "in-progress"), ("own", 20, 10, "aborted")], (FAIL, FAIL)),
    ([("own", 20, 10, "verifying")], (UNKNOWN, UNKNOWN)),
    ([("own", 20, 10, "verifying"), ("own", 40, 10, "completed")], (PASS, UNKNOWN)),
    ([("own", -9999, 10, "completed")], (UNKNOWN, UNKNOWN)),
)


@dataclass
class PlantedFleet:
    """A fleet, what cannot be read of it, and what is to be found.

    faults: the rules of the simulator. expected: the statuses of the controls of each addon, by project/addon.
    requests: how many it takes to read the fleet once.
    """

    fleet: dict[str, Any]
    faults: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: int = 0


def planted_fleet(seed: int) -> PlantedFleet:
    """Return a fleet. The first seeds have all backup destinations readable, and others not."""
    rng = random.Random(seed)
    planted = PlantedFleet({"destinations": [], "projects": []})
    copies: dict[str, list[dict[str, Any]]] = {name: [] for name in DESTINATIONS}
    # What makes copies that do not pass unknown, for the whole fleet.
    mode = ("readable", "unreadable", "unattributed", "unlisted", "without ID")[seed % 5]
    for number in range(ADDONS):
        if number % ADDONS_PER_PROJECT == 0:
            planted.fleet["projects"].append({"id": f"project-{len(planted.fleet['projects']) + 1}", "addons": []})
            planted.requests += 1
        _plant_addon(planted, copies, number, mode, rng)
    _plant_destinations(planted, copies, mode, rng)
    return planted


def _plant_addon(
    planted: PlantedFleet, copies: dict[str, list[dict[str, Any]]], number: int, mode: str, rng: random.Random
) -> None:
    project = planted.fleet["projects"][-1]
    addon = f"addon-{number + 1}"
    is_critical = rng.random() < 0.5
    # Each of the variants, in another combination for each seed.
    schedules, of_schedules = _variant(SCHEDULES, number, rng)
    backups, of_backups = OLD_SUCCESS if rng.random() < 0.02 else _variant(BACKUPS, number, rng)
    stored, of_copies = _variant(COPIES, number, rng)
    restored, of_restores = _variant(RESTORED, number, rng)
    own = [{**each, "id": f"{addon}-backup-{index}"} for index, each in enumerate(backups)]
    if not own:
        restored, of_restores = [], (FAIL, FAIL)
    listed = [each for each in schedules if each["scheduling"]["interval"] == "monthly"]
    project["addons"].append(
        {
            "id": addon,
            "tags": ["critical"] if is_critical else [],
            "backup_schedules": [each for each in schedules if each not in listed],
            "listed_schedules": listed,
            "backups": own,
            "restores": [_restore(addon, own, *each) for each in restored],
        }
    )
    for destination, started, status in stored:
        copies[destination].append(_copy(project["id"], addon, started, status))
    statuses = dict(zip(NAMES, (*of_schedules, *of_backups, *of_copies, *of_restores)))
    if mode != "readable":
        statuses.update({name: _unless_passed(name, statuses[name], mode) for name in ("off_site", "immutable")})
    if not is_critical:
        statuses = {name: statuses[name] for name in CONTROLS}
    # If no type is scheduled, the newest dump is searched for, too.
    takes_another_page = backups is OLD_SUCCESS[0] or (len(backups) > 100 and of_schedules[0] != PASS)
    unreadable = _unreadable_part(planted, f"/{project['id']}/addons/{addon}/", is_critical, rng)
    if unreadable in ("backup-schedules", "backups"):
        statuses = dict.fromkeys(statuses, UNKNOWN)
        planted.requests += 1 if unreadable == "backup-schedules" else 2
    else:
        planted.requests += 2 + takes_another_page + is_critical
    if unreadable == "restores":
        statuses.update(dict.fromkeys(RESTORES, UNKNOWN))
    planted.expected[f"{project['id']}/{addon}"] = statuses


def _variant(variants: Sequence[Any], number: int, rng: random.Random) -> Any:
    return variants[number] if number < len(variants) else rng.choice(variants)


def _unless_passed(name: str, status: str, mode: str) -> str:
    # The copies of an unknown addon are in the destination without a lock.
    is_decided = mode == "unattributed" and name == "immutable"
    return status if status == PASS and mode != "unlisted" or is_decided else UNKNOWN


def _unreadable_part(planted: PlantedFleet, path: str, is_critical: bool, rng: random.Random) -> str | None:
    """Choose whether a part of an addon cannot be read, and why."""
    if rng.random() > 0.15:
        return None
    part = rng.choice(["backup-schedules", "backups", "restores"] if is_critical else ["backup-schedules", "backups"])
    planted.faults.append(_fault(f"{path}{part}$", rng))
    return part


def _fault(path: str, rng: random.Random) -> dict[str, Any]:
    rule = {"method": "GET", "path": path, "times": 1_000_000}
    if rng.random() < 0.7:
        return {**rule, "kind": "status", "status": rng.choice([403, 404, 500])}
    kinds = [*({"kind": "text", "text": each} for each in BAD_JSON), {"kind": "garbage"}, {"kind": "empty"}]
    return {**rule, **rng.choice(kinds)}


def _plant_destinations(
    planted: PlantedFleet, copies: dict[str, list[dict[str, Any]]], mode: str, rng: random.Random
) -> None:
    planted.requests += 1
    if mode == "unlisted":
        planted.faults.append(_fault("/backup-destinations$", rng))
    if mode == "unattributed":
        copies["open"] += [_copy(*each, ago(hours=5), "completed") for each in ((None, "x"), ("x", None), (None, None))]
    credentials = {"bucketName": "bucket", "region": "eu-west-1", "endpoint": "s3.example.org"}
    for name, lock in DESTINATIONS.items():
        # Those of addons that were deleted, so that there are more pages.
        copies[name] += [_copy("gone", f"addon-{each}", ago(hours=each), "completed") for each in range(150)]
        rng.shuffle(copies[name])
        content = {"id": name, "credentials": {**credentials, **lock}, "backups": copies[name]}
        planted.fleet["destinations"].append(content)
        if mode != "unlisted":
            planted.requests += -(-len(copies[name]) // 100)
    if mode in ("unreadable", "without ID"):
        # The ID of a destination with such a name cannot be predicted.
        name = "far-away" if mode == "unreadable" else "\N{SNOWMAN}"
        lost = {"id": "far-away", "name": name, "credentials": credentials, "backups": copies["locked"]}
        planted.fleet["destinations"].insert(rng.randrange(5), lost)
    if mode == "unreadable":
        planted.faults.append(_fault("/backup-destinations/far-away/backups$", rng))
        planted.requests += 1


def _restore(
    addon: str, own: Sequence[dict[str, Any]], of: str, days_ago: float, minutes: float, status: str
) -> dict[str, Any]:
    completed = {"completedAt": ago(days=days_ago)} if status in ("completed", "verifying") else {}
    return {
        "id": f"{addon}-restore-{days_ago}-{minutes}-{status}",
        "backupId": own[0]["id"] if of == "own" else "backup-of-another-addon",
        "restoreTimestamp": ago(days=days_ago, minutes=minutes),
        "status": status,
        **completed,
    }


def _copy(project: str | None, addon: str | None, started: str, status: str) -> dict[str, Any]:
    return {
        "id": f"copy-of-{addon}",
        "name": "backup",
        "status": status,
        "createdAt": started,
        "completedAt": started,
        "expiredBy": 4e12,
        "config": {"size": "1048576", "addonType": "postgresql", "source": {"type": "global"}},
        **({"project": {"id": project, "name": project}} if project else {}),
        **({"addon": {"id": addon, "name": addon}} if addon else {}),
    }
