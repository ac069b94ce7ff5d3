# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's rules for backup schedules are validated, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import (
    is_known,
    list_errors,
    schedule_errors,
    time_errors,
)
from ansible_collections.community.northflank.plugins.module_utils._model.scheduling import Scheduling
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION,
    TIMES,
    params,
    schedule,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (params(minute=None), "scheduling.minute: required for daily schedules, with values from 0 to 59"),
        (params("hourly", minute=[]), "scheduling.minute: required for hourly schedules, with values from 0 to 59"),
        (params(minute=[60]), "scheduling.minute: 60 is not between 0 and 59"),
        (params(minute=[-1]), "scheduling.minute: -1 is not between 0 and 59"),
        (params(hour=None), "scheduling.hour: required for daily schedules, with values from 0 to 23"),
        (params(hour=[24]), "scheduling.hour: 24 is not between 0 and 23"),
        (params("hourly", hour=[0]), "scheduling.hour: not allowed for hourly schedules"),
        (params("hourly", day=[0]), "scheduling.day: not allowed for hourly schedules"),
        (params(day=["Friday"]), "scheduling.day: not allowed for daily schedules"),
        (params("weekly", day=[]), "scheduling.day: required for weekly schedules, with values from 0 to 6"),
        (params("weekly", day=["7"]), "scheduling.day: 7 is not between 0 and 6"),
        (
            params("weekly", day=["Fri"]),
            "scheduling.day: 'Fri' is not a day; use 0 (Monday) to 6 (Sunday) or an English day name",
        ),
        (
            params("hourly", retention_time=None),
            "retention_time: required, from 1 to 7 days for hourly schedules",
        ),
        (
            params(retention_time=0),
            "retention_time: 0 is less than the minimum of 1 day",
        ),
        (
            params("hourly", retention_time=8),
            "retention_time: 8 exceeds the maximum of 7 days for hourly schedules",
        ),
        (
            params(retention_time=61),
            "retention_time: 61 exceeds the maximum of 60 days for daily schedules",
        ),
        (
            params("weekly", retention_time=121),
            "retention_time: 121 exceeds the maximum of 120 days for weekly schedules",
        ),
        (
            params("hourly", minute=[0, 15, 30, 45], retention_time=6),
            "retention_time: 6 means that 576 backups of this schedule are kept, but Northflank keeps at most 500 per"
            " schedule; reduce the retention time or the number of backups",
        ),
        (
            # More than 500 backups as well, but the maximum of days comes first.
            params("hourly", minute=[0, 15, 30, 45], retention_time=8),
            "retention_time: 8 exceeds the maximum of 7 days for hourly schedules",
        ),
        (
            # 500.29 backups exceed 500.
            params("weekly", minute=list(range(17)), hour=[0, 1], retention_time=103),
            "retention_time: 103 means that 501 backups of this schedule are kept, but Northflank keeps at most 500 per"
            " schedule; reduce the retention time or the number of backups",
        ),
        (
            params(compression_type="gz"),
            "compression_type: not allowed for snapshots, only for dumps",
        ),
        (
            params(custom_destination_id="cold-storage"),
            "custom_destination_id: not allowed for snapshots, only for dumps; use additional_destinations",
        ),
        (
            params("daily", "dump", additional_destinations=[DESTINATION]),
            "additional_destinations: not allowed for dumps, only for snapshots; use custom_destination_id",
        ),
        (
            params("daily", "dump", custom_destination_id="cs"),
            "custom_destination_id: 'cs' must have 3 to 100 characters, not 2",
        ),
        (
            params(additional_destinations=[DESTINATION, DESTINATION]),
            "additional_destinations: 'cold-storage' is listed more than once",
        ),
        (
            params(additional_destinations=[{**DESTINATION, "destination_id": "cs"}]),
            "additional_destinations[cs].destination_id: 'cs' must have 3 to 100 characters, not 2",
        ),
        (
            params("hourly", additional_destinations=[{**DESTINATION, "retention_time": 8}]),
            "additional_destinations[cold-storage].retention_time:"
            " 8 exceeds the maximum of 7 days for hourly schedules",
        ),
        (
            params(additional_destinations=[{**DESTINATION, "retention_time": 0}]),
            "additional_destinations[cold-storage].retention_time: 0 is less than the minimum of 1 day",
        ),
    ],
)
def test_each_broken_rule_is_reported(options: dict[str, Any], error: str) -> None:
    assert schedule_errors(BackupSchedule.from_params(options)) == [error]


def test_a_long_id_of_a_destination_is_shown_in_part() -> None:
    options = params(additional_destinations=[{**DESTINATION, "destination_id": "a" * 150}])
    (error,) = schedule_errors(BackupSchedule.from_params(options))
    assert error.startswith(f"additional_destinations[{'a' * 100}... (50 more characters)].destination_id: ")


@pytest.mark.parametrize(
    "options",
    [
        params("hourly", minute=[0, 59]),
        params(minute=[0, 59], hour=[0, 23]),
        params("weekly", day=["0", "6", "Friday"]),
        params("hourly", retention_time=7),
        params(retention_time=60),
        params(retention_time=1),
        params("weekly", retention_time=120),
        # Exactly 500 backups.
        params(minute=[0, 1, 2, 3, 4], hour=[0, 5], retention_time=50),
        params("daily", "dump", compression_type="zstd", custom_destination_id="abc"),
        params(
            additional_destinations=[DESTINATION, {"destination_id": "other", "retention_time": None, "type": "custom"}]
        ),
        params(additional_destinations=[{**DESTINATION, "retention_time": 1}]),
        # Empty values mean none, even if the option is not allowed.
        params("hourly", hour=[], day=[]),
        params("daily", "dump", additional_destinations=[], custom_destination_id=""),
        params(custom_destination_id="", additional_destinations=[]),
    ],
)
def test_valid_options_have_no_errors(options: dict[str, Any]) -> None:
    assert schedule_errors(BackupSchedule.from_params(options)) == []


def test_all_errors_are_reported_at_once_with_their_options() -> None:
    invalid = schedule(minute=[99], hour=[], retention_time=61, compression_type="gz")
    assert [error.split(":")[0] for error in schedule_errors(invalid, "schedules[2].")] == [
        "schedules[2].scheduling.minute",
        "schedules[2].scheduling.hour",
        "schedules[2].retention_time",
        "schedules[2].compression_type",
    ]


def test_each_repeated_destination_is_reported_once_in_alphabetical_order() -> None:
    destinations = [{"destination_id": each} for each in ("zone-z", "zone-a", "zone-k", "zone-b", "zone-y") * 3]
    assert schedule_errors(schedule(additional_destinations=destinations)) == [
        f"additional_destinations: 'zone-{each}' is listed more than once" for each in "abkyz"
    ]


def test_the_schedules_of_a_list_are_validated_together() -> None:
    several = [schedule(), schedule(hour=[24]), schedule("daily", "dump"), schedule("hourly")]
    assert list_errors(several, "schedules") == [
        "schedules[1].scheduling.hour: 24 is not between 0 and 23",
        "schedules[1]: duplicates the daily snapshot schedule in schedules[0];"
        " there can be only one schedule per interval and backup type",
    ]


def test_a_third_schedule_of_a_key_refers_to_the_first() -> None:
    assert "schedules[2]: duplicates the daily snapshot schedule in schedules[0]" in " ".join(
        list_errors([schedule()] * 3, "schedules")
    )


@pytest.mark.parametrize(
    ("interval", "backup_type", "is_known_"),
    [("daily", "dump", True), ("monthly", "dump", False), ("daily", "image", False)],
)
def test_a_schedule_of_an_unknown_interval_or_backup_type_is_not_known(
    interval: str, backup_type: str, is_known_: bool
) -> None:
    times = {"interval": interval, "minute": [0], "hour": [2]}
    schedule = BackupSchedule.from_api({"backupType": backup_type, "scheduling": times, "retentionTime": 7})
    assert is_known(schedule) == is_known_
    assert bool(schedule_errors(schedule)) == (not is_known_)


def test_a_schedule_that_is_not_known_is_invalid() -> None:
    monthly = BackupSchedule(Scheduling("monthly", (0,), (2,)), "dump", 7)
    assert schedule_errors(monthly) == ["scheduling.interval: monthly dump schedules are not supported"]


def test_an_unknown_interval_is_invalid() -> None:
    assert time_errors(Scheduling("monthly", (0,), (2,))) == [
        "scheduling.interval: 'monthly' is not one of hourly, daily, weekly"
    ]


@pytest.mark.parametrize("value", [True, 1.5, None])
def test_a_time_that_is_not_an_integer_is_invalid(value: Any) -> None:
    assert time_errors(Scheduling("hourly", (value,))) == [f"scheduling.minute: {value!r} is not an integer"]


def values_near_limits(*numbers: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(numbers), max_size=3)


@st.composite
def any_options(draw: st.DrawFn) -> dict[str, Any]:
    """Return options that follow the rules or break any of them, near the limits of each."""
    interval = draw(st.sampled_from(sorted(TIMES)))
    times: dict[str, Any] = {
        "minute": values_near_limits(0, 30, 59, 59, 59, 60),
        "hour": values_near_limits(0, 23, 23, 23, 24),
    }
    times["day"] = values_near_limits(0, 6, 6, 6, 7)
    allowed = {name: draw(times[name]) or [0] for name in TIMES[interval]}
    others = {name: draw(st.just([]) | times[name]) for name in times.keys() - allowed.keys()}
    retention = st.sampled_from([0, 1, 1, 7, 7, 8, 60, 61, 120, 121])
    destinations = st.lists(
        st.fixed_dictionaries({"destination_id": st.sampled_from(["abc", "def", "a-b", "ab"])})
        | st.fixed_dictionaries({"destination_id": st.sampled_from(["abc", "def"]), "retention_time": retention}),
        max_size=2,
    )
    return {
        "scheduling": {"interval": interval, **allowed, **others},
        "backup_type": draw(st.sampled_from(["dump", "snapshot"])),
        "retention_time": draw(retention),
        "additional_destinations": draw(st.none() | destinations),
        "compression_type": draw(st.sampled_from([None, None, "gz"])),
        "custom_destination_id": draw(st.sampled_from([None, None, "", "abc", "ab"])),
    }


def follows_the_rules(options: dict[str, Any]) -> bool:
    """Return whether options follow the rules of the API reference and of the user guide."""
    times, dump = options["scheduling"], options["backup_type"] == "dump"
    interval = times["interval"]
    minute, hour, day = (set(times[name]) for name in ("minute", "hour", "day"))
    destinations = options["additional_destinations"] or []
    ids = [each["destination_id"] for each in destinations]
    retention = [options["retention_time"], *(each.get("retention_time", 1) for each in destinations)]
    runs_per_week = len(minute) * {"hourly": 24 * 7, "daily": len(hour) * 7, "weekly": len(hour) * len(day)}[interval]
    return (
        minute <= set(range(60)) and hour <= set(range(24)) and day <= set(range(7))
        and (bool(hour), bool(day)) == (interval != "hourly", interval == "weekly")
        and all(1 <= days <= {"hourly": 7, "daily": 60, "weekly": 120}[interval] for days in retention)
        and runs_per_week * options["retention_time"] <= 500 * 7
        and (not destinations if dump else not options["compression_type"] and not options["custom_destination_id"])
        and len(ids) == len(set(ids)) and all(len(each) >= 3 for each in ids)
        and options["custom_destination_id"] != "ab"
    )  # fmt: skip


@given(any_options())
def test_there_are_errors_if_and_only_if_a_rule_is_broken(options: dict[str, Any]) -> None:
    assert (schedule_errors(BackupSchedule.from_params(options)) == []) == follows_the_rules(options)
