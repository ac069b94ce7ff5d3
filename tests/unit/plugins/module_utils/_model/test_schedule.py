# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model: its three forms, its normal form, its rules."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule, Destination
from ansible_collections.community.northflank.plugins.module_utils._model.schedule_rules import (
    is_known,
    schedule_errors,
    schedules_errors,
)
from hypothesis import given
from hypothesis import strategies as st

TIMES = {
    "hourly": {"minute": [0]},
    "daily": {"minute": [0], "hour": [2]},
    "weekly": {"minute": [0], "hour": [2], "day": ["Monday"]},
}
COPY = {"destination_id": "cold-storage", "retention_time": 7, "type": "custom"}


def params(interval: str = "daily", backup_type: str = "snapshot", **changes: Any) -> dict[str, Any]:
    """Valid options, with changes; one that is named like a field of scheduling goes there."""
    scheduling = {"interval": interval, **TIMES[interval]}
    scheduling.update({name: changes.pop(name) for name in ("minute", "hour", "day") if name in changes})
    return {"scheduling": scheduling, "backup_type": backup_type, "retention_time": 7, **changes}


def schedule(*args: str, **changes: Any) -> BackupSchedule:
    return BackupSchedule.from_params(params(*args, **changes))


class TestProblems:
    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            (params(minute=None), "scheduling.minute: a daily schedule needs at least one, 0 to 59"),
            (params("hourly", minute=[]), "scheduling.minute: an hourly schedule needs at least one, 0 to 59"),
            (params(minute=[60]), "scheduling.minute: 60 is not between 0 and 59"),
            (params(minute=[-1]), "scheduling.minute: -1 is not between 0 and 59"),
            (params(hour=None), "scheduling.hour: a daily schedule needs at least one, 0 to 23"),
            (params(hour=[24]), "scheduling.hour: 24 is not between 0 and 23"),
            (params("hourly", hour=[0]), "scheduling.hour: an hourly schedule has none, leave it out"),
            (params("hourly", day=[0]), "scheduling.day: an hourly schedule has none, leave it out"),
            (params(day=["Friday"]), "scheduling.day: a daily schedule has none, leave it out"),
            (params("weekly", day=[]), "scheduling.day: a weekly schedule needs at least one, 0 to 6"),
            (params("weekly", day=["7"]), "scheduling.day: 7 is not between 0 and 6"),
            (
                params("weekly", day=["Fri"]),
                "scheduling.day: 'Fri' is no day, give 0 (Monday) to 6 (Sunday) or an English name",
            ),
            (
                params("hourly", retention_time=None),
                "retention_time: is required, an hourly schedule keeps its backups for 1 to 7 days",
            ),
            (
                params(retention_time=0),
                "retention_time: 0 is less than the 1 day that a backup is kept at least",
            ),
            (
                params("hourly", retention_time=8),
                "retention_time: 8 is more than the 7 days an hourly schedule may keep",
            ),
            (
                params(retention_time=61),
                "retention_time: 61 is more than the 60 days a daily schedule may keep",
            ),
            (
                params("weekly", retention_time=121),
                "retention_time: 121 is more than the 120 days a weekly schedule may keep",
            ),
            (
                params("hourly", minute=[0, 15, 30, 45], retention_time=6),
                "retention_time: 6 days of this schedule are 576 backups, more than the 500 that Northflank keeps of"
                " one; keep them for fewer days, or make fewer",
            ),
            (
                # More than 500 backups too, but the bound of the days comes first.
                params("hourly", minute=[0, 15, 30, 45], retention_time=8),
                "retention_time: 8 is more than the 7 days an hourly schedule may keep",
            ),
            (
                # 500.29 backups are more than 500.
                params("weekly", minute=list(range(17)), hour=[0, 1], retention_time=103),
                "retention_time: 103 days of this schedule are 501 backups, more than the 500 that Northflank keeps of"
                " one; keep them for fewer days, or make fewer",
            ),
            (
                params(compression_type="gz"),
                "compression_type: is for dumps only, leave it out of a snapshot schedule",
            ),
            (
                params(custom_destination_id="cold-storage"),
                "custom_destination_id: is for dumps only, a snapshot schedule has additional_destinations",
            ),
            (
                params("daily", "dump", additional_destinations=[COPY]),
                "additional_destinations: is for snapshots only, a dump schedule has custom_destination_id",
            ),
            (
                params("daily", "dump", custom_destination_id="cs"),
                "custom_destination_id: 'cs' has 2 characters, an id has 3 to 100",
            ),
            (
                params(additional_destinations=[COPY, COPY]),
                "additional_destinations: 'cold-storage' stands there more than once",
            ),
            (
                params(additional_destinations=[{**COPY, "destination_id": "cs"}]),
                "additional_destinations[cs].destination_id: 'cs' has 2 characters, an id has 3 to 100",
            ),
            (
                params("hourly", additional_destinations=[{**COPY, "retention_time": 8}]),
                "additional_destinations[cold-storage].retention_time:"
                " 8 is more than the 7 days an hourly schedule may keep",
            ),
            (
                params(additional_destinations=[{**COPY, "retention_time": 0}]),
                "additional_destinations[cold-storage].retention_time:"
                " 0 is less than the 1 day that a backup is kept at least",
            ),
        ],
    )
    def test_each(self, options: dict[str, Any], problem: str) -> None:
        assert schedule_errors(BackupSchedule.from_params(options)) == [problem]

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
            # 500 backups, and not one more.
            params(minute=[0, 1, 2, 3, 4], hour=[0, 5], retention_time=50),
            params("daily", "dump", compression_type="zstd", custom_destination_id="abc"),
            params(
                additional_destinations=[COPY, {"destination_id": "other", "retention_time": None, "type": "custom"}]
            ),
            params(additional_destinations=[{**COPY, "retention_time": 1}]),
            # Empty is none, also where the field is not allowed.
            params("hourly", hour=[], day=[]),
            params("daily", "dump", additional_destinations=[], custom_destination_id=""),
            params(custom_destination_id="", additional_destinations=[]),
        ],
    )
    def test_none(self, options: dict[str, Any]) -> None:
        assert schedule_errors(BackupSchedule.from_params(options)) == []

    def test_all_at_once_each_with_its_place(self) -> None:
        broken = schedule(minute=[99], hour=[], retention_time=61, compression_type="gz")
        assert [problem.split(":")[0] for problem in broken.validation_errors("schedules[2].")] == [
            "schedules[2].scheduling.minute",
            "schedules[2].scheduling.hour",
            "schedules[2].retention_time",
            "schedules[2].compression_type",
        ]

    def test_each_repeated_destination_is_told_once_in_their_order(self) -> None:
        copies = [{"destination_id": each} for each in ("zone-z", "zone-a", "zone-k", "zone-b", "zone-y") * 3]
        assert schedule_errors(schedule(additional_destinations=copies)) == [
            f"additional_destinations: 'zone-{each}' stands there more than once" for each in "abkyz"
        ]

    def test_of_a_list(self) -> None:
        several = [schedule(), schedule(hour=[24]), schedule("daily", "dump"), schedule("hourly")]
        assert schedules_errors(several, "schedules") == [
            "schedules[1].scheduling.hour: 24 is not between 0 and 23",
            "schedules[1]: is a second daily snapshot schedule beside schedules[0];"
            " an addon has one of each interval and backup_type",
        ]

    def test_a_third_of_a_kind_is_told_of_the_first(self) -> None:
        assert "schedules[2]: is a second daily snapshot schedule beside schedules[0]" in " ".join(
            schedules_errors([schedule()] * 3, "schedules")
        )


SNAPSHOT = {
    "id": "62cc20b90956ab62a58e8474",
    "backupType": "snapshot",
    "scheduling": {"interval": "weekly", "minute": [30, 0], "hour": [18], "day": [4, 0]},
    "retentionTime": 7,
    "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 9, "type": "custom"}],
    "backupCompressionType": "gz",
    "createdAt": "2026-01-15T09:30:00.000Z",
    "updatedAt": "2026-01-16T09:30:00.000Z",
    "sinceTomorrow": {"nobody": "knows"},
}
DUMP = {
    "id": "62cc20b90956ab62a58e8475",
    "backupType": "dump",
    "scheduling": {"interval": "hourly", "minute": [15]},
    "retentionTime": 3,
    "backupCompressionType": "zstd",
    "customDestinationId": "cold-storage",
}


class TestForms:
    def test_a_listed_snapshot(self) -> None:
        assert BackupSchedule.from_api(SNAPSHOT).to_result() == {
            "id": "62cc20b90956ab62a58e8474",
            "scheduling": {"interval": "weekly", "minute": [0, 30], "hour": [18], "day": [0, 4]},
            "backup_type": "snapshot",
            "retention_time": 7,
            "additional_destinations": [{"destination_id": "cold-storage", "retention_time": 9, "type": "custom"}],
            "created_at": "2026-01-15T09:30:00.000Z",
            "updated_at": "2026-01-16T09:30:00.000Z",
            "unknown_fields": {"sinceTomorrow": {"nobody": "knows"}},
        }

    def test_a_listed_dump(self) -> None:
        assert BackupSchedule.from_api(DUMP).to_result() == {
            "id": "62cc20b90956ab62a58e8475",
            "scheduling": {"interval": "hourly", "minute": [15]},
            "backup_type": "dump",
            "retention_time": 3,
            "compression_type": "zstd",
            "custom_destination_id": "cold-storage",
        }

    def test_settings_are_what_a_user_can_set(self) -> None:
        settings = BackupSchedule.from_api(DUMP).settings()
        assert set(settings) == {
            "scheduling", "backup_type", "retention_time", "compression_type", "custom_destination_id"
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("listed", "compression"),
        [
            ({"backupCompressionType": "zstd"}, "zstd"),
            ({"compressionType": "zstd"}, "zstd"),
            ({"backupCompressionType": "zstd", "compressionType": "gz"}, "zstd"),
            ({}, "gz"),
            ({"backupCompressionType": None}, "gz"),
        ],
    )
    def test_the_compression_of_a_dump_goes_by_two_names(self, listed: dict[str, Any], compression: str) -> None:
        dump = {name: value for name, value in DUMP.items() if name != "backupCompressionType"}
        assert BackupSchedule.from_api({**dump, **listed}).compression_type == compression

    def test_the_compression_of_a_snapshot_means_nothing(self) -> None:
        assert BackupSchedule.from_api(SNAPSHOT).compression_type is None

    def test_what_a_schedule_has_none_of(self) -> None:
        plain = {name: SNAPSHOT[name] for name in ("backupType", "scheduling", "retentionTime")}
        assert BackupSchedule.from_api(plain).additional_destinations == ()
        assert BackupSchedule.from_api({**plain, "additionalDestinations": None}).additional_destinations == ()
        dump = BackupSchedule.from_api({**plain, "backupType": "dump"})
        assert (dump.additional_destinations, dump.custom_destination_id) == (None, "")

    @pytest.mark.parametrize(
        "listed",
        [
            None,
            [],
            "text",
            "long " * 99,
            {},
            {**DUMP, "scheduling": None},
            {**DUMP, "scheduling": {"minute": [0]}},
        ],
    )
    def test_what_is_no_schedule(self, listed: Any) -> None:
        with pytest.raises(ValueError) as error:
            BackupSchedule.from_api(listed)
        assert str(error.value) == f"no backup schedule: {repr(listed)[:200]}"

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"scheduling": {"interval": {}, "minute": [0]}}, "interval is {}, which is not a string"),
            ({"scheduling": {"interval": "hourly", "minute": 0}}, "minute is 0, which is not a list"),
            ({"scheduling": {"interval": "hourly", "minute": [True]}}, "minute is True, which is not an integer"),
            ({"scheduling": {"interval": "daily", "hour": ["2"]}}, "hour is '2', which is not an integer"),
            ({"backupType": "du\x1bmp"}, "backupType is 'du\\x1bmp', which has control characters"),
            ({"backupType": ["dump"]}, "backupType is ['dump'], which is not a string"),
            ({"backupType": None}, "backupType is None, which is not a string"),
            ({"retentionTime": "7"}, "retentionTime is '7', which is not an integer"),
            ({"retentionTime": None}, "retentionTime is None, which is not an integer"),
            ({"retentionTime": True}, "retentionTime is True, which is not an integer"),
            ({"backupCompressionType": 7}, "compressionType is 7, which is not a string"),
            ({"customDestinationId": ["a"]}, "customDestinationId is ['a'], which is not a string"),
            ({"createdAt": 1767225600}, "createdAt is 1767225600, which is not a string"),
            ({"updatedAt": {}}, "updatedAt is {}, which is not a string"),
            (
                {"backupType": "snapshot", "additionalDestinations": [{"destinationId": 7}]},
                "destinationId is 7, which is not a string",
            ),
            (
                {"backupType": "snapshot", "additionalDestinations": [{"destinationId": "s3", "retentionTime": "7"}]},
                "retentionTime is '7', which is not an integer",
            ),
        ],
    )
    def test_a_field_of_another_type(self, changes: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError) as error:
            BackupSchedule.from_api({**DUMP, **changes})
        assert str(error.value) == message

    @pytest.mark.parametrize(
        ("changes", "unknown"),
        [
            ({}, {}),
            ({"paused": True, "name": "nightly"}, {"paused": True, "name": "nightly"}),
            ({"paused": False}, {"paused": False}),
            ({"nothing": None}, {}),
            (
                {"scheduling": {"interval": "monthly", "minute": [0], "dayOfMonth": [1]}},
                {"scheduling": {"dayOfMonth": [1]}},
            ),
            (
                {"additionalDestinations": [{"destinationId": "s3", "type": "custom", "prefix": "a/"}]},
                {"additionalDestinations": [{"destinationId": "s3", "prefix": "a/"}]},
            ),
            ({"customDestinationId": "s3"}, {"customDestinationId": "s3"}),
            (
                {"backupType": "dump", "additionalDestinations": [{"destinationId": "s3"}]},
                {"additionalDestinations": [{"destinationId": "s3"}]},
            ),
        ],
    )
    def test_unknown_fields_are_kept(self, changes: dict[str, Any], unknown: dict[str, Any]) -> None:
        plain = {name: SNAPSHOT[name] for name in ("backupType", "scheduling", "retentionTime")}
        schedule = BackupSchedule.from_api({**plain, **changes})
        assert schedule.unknown_fields == unknown
        assert schedule.to_result().get("unknown_fields", {}) == unknown

    @pytest.mark.parametrize(
        ("interval", "backup_type", "understood"),
        [("daily", "dump", True), ("monthly", "dump", False), ("daily", "image", False)],
    )
    def test_whether_a_schedule_is_understood(self, interval: str, backup_type: str, understood: bool) -> None:
        times = {"interval": interval, "minute": [0], "hour": [2]}
        schedule = BackupSchedule.from_api({"backupType": backup_type, "scheduling": times, "retentionTime": 7})
        assert is_known(schedule) == understood
        assert bool(schedule_errors(schedule)) == (not understood)

    def test_the_body_of_a_request(self) -> None:
        wanted = schedule("weekly", additional_destinations=[COPY], day=["Friday"], hour=[18], minute=[30])
        assert wanted.to_api() == {
            "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]},
            "backupType": "snapshot",
            "retentionTime": 7,
            "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}],
        }

    def test_the_body_of_a_request_for_a_dump(self) -> None:
        wanted = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        assert wanted.to_api() == {
            "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
            "backupType": "dump",
            "retentionTime": 7,
            "compressionType": "zstd",
            "customDestinationId": "cold-storage",
        }

    def test_the_body_of_a_request_leaves_out_what_is_none(self) -> None:
        assert set(schedule("daily", "dump", custom_destination_id="").to_api()) == {
            "scheduling", "backupType", "retentionTime"
        }  # fmt: skip
        assert set(schedule(additional_destinations=[]).to_api()) == {"scheduling", "backupType", "retentionTime"}
        assert Destination("cold-storage").to_api() == {"destinationId": "cold-storage", "type": "custom"}
        assert Destination("cold-storage").to_result() == {"destination_id": "cold-storage", "type": "custom"}

    def test_its_names(self) -> None:
        assert schedule("weekly", "dump").key == ("weekly", "dump")
        assert schedule("weekly", "dump").name == "weekly dump"

    @pytest.mark.parametrize(
        ("given", "type_"), [({}, "custom"), ({"type": None}, "custom"), ({"type": "of-tomorrow"}, "of-tomorrow")]
    )
    def test_the_type_of_a_destination(self, given: dict[str, Any], type_: str) -> None:
        listed = {**SNAPSHOT, "additionalDestinations": [{"destinationId": "cold-storage", **given}]}
        wanted = schedule(additional_destinations=[{"destination_id": "cold-storage", **given}])
        for each in (BackupSchedule.from_api(listed), wanted):
            assert each.additional_destinations == (Destination("cold-storage", type=type_),)

    def test_a_field_that_is_not_given_is_left_out(self) -> None:
        scheduling = schedule().scheduling
        assert BackupSchedule(scheduling, "snapshot").to_result() == {
            "scheduling": scheduling.as_dict(),
            "backup_type": "snapshot",
        }

    @pytest.mark.parametrize("frozen", [schedule(), Destination("cold-storage")], ids=lambda each: type(each).__name__)
    def test_it_cannot_be_changed(self, frozen: Any) -> None:
        with pytest.raises(FrozenInstanceError):
            frozen.retention_time = 9


class TestLeftOut:
    def test_an_empty_value_says_nothing_where_the_field_is_not_allowed(self) -> None:
        assert schedule("daily", "dump", additional_destinations=[]).additional_destinations is None
        assert schedule(custom_destination_id="").custom_destination_id is None

    def test_a_new_schedule_gets_the_defaults_of_the_server(self) -> None:
        assert schedule("daily", "dump").with_defaults().settings() == {
            **schedule("daily", "dump").settings(),
            "compression_type": "gz",
            "custom_destination_id": "",
        }
        assert schedule().with_defaults().settings()["additional_destinations"] == []

    def test_defaults_replace_nothing(self) -> None:
        dump = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        snapshot = schedule(additional_destinations=[COPY])
        assert (dump.with_defaults(), snapshot.with_defaults()) == (dump, snapshot)

    def test_an_existing_schedule_keeps_what_it_has(self) -> None:
        existing = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        assert schedule("daily", "dump").merged_into(existing) == existing
        existing = schedule(additional_destinations=[COPY])
        assert schedule().merged_into(existing) == existing

    def test_a_destination_keeps_its_retention(self) -> None:
        existing = schedule(additional_destinations=[COPY])
        wanted = schedule(additional_destinations=[{"destination_id": "cold-storage"}, {"destination_id": "another"}])
        assert wanted.merged_into(existing).additional_destinations == (
            Destination("another"),
            Destination("cold-storage", retention_time=7),
        )

    @pytest.mark.parametrize(
        ("wanted", "existing", "differences"),
        [
            (schedule(), schedule(), ()),
            (schedule(minute=[5]), schedule(), ("scheduling.minute",)),
            (schedule(hour=[5]), schedule(), ("scheduling.hour",)),
            (schedule("weekly", day=[5]), schedule("weekly"), ("scheduling.day",)),
            (schedule(retention_time=9), schedule(), ("retention_time",)),
            (schedule(), schedule(additional_destinations=[COPY]), ()),
            (
                schedule(additional_destinations=[]),
                schedule(additional_destinations=[COPY]),
                ("additional_destinations",),
            ),
            (schedule(additional_destinations=[]), schedule().with_defaults(), ()),
            (schedule(additional_destinations=[COPY]), schedule(), ("additional_destinations",)),
            # Empty where the field is not allowed says nothing.
            (schedule(custom_destination_id=""), schedule().with_defaults(), ()),
            (
                schedule(additional_destinations=[{"destination_id": "cold-storage"}]),
                schedule(additional_destinations=[COPY]),
                (),
            ),
            (
                schedule(additional_destinations=[{**COPY, "retention_time": 8}]),
                schedule(additional_destinations=[COPY]),
                ("additional_destinations",),
            ),
            (schedule("daily", "dump"), schedule("daily", "dump", compression_type="zstd"), ()),
            (schedule("daily", "dump", additional_destinations=[]), schedule("daily", "dump").with_defaults(), ()),
            (
                schedule("daily", "dump", compression_type="gz"),
                schedule("daily", "dump", compression_type="zstd"),
                ("compression_type",),
            ),
            (
                schedule("daily", "dump", custom_destination_id=""),
                schedule("daily", "dump", custom_destination_id="cold-storage"),
                ("custom_destination_id",),
            ),
            (
                schedule(minute=[1], hour=[1], retention_time=1),
                schedule(),
                ("scheduling.minute", "scheduling.hour", "retention_time"),
            ),
        ],
    )
    def test_what_differs(self, wanted: BackupSchedule, existing: BackupSchedule, differences: tuple[str, ...]) -> None:
        assert wanted.differences(existing) == differences


minutes = st.lists(st.integers(0, 59), min_size=1, max_size=5)
hours = st.lists(st.integers(0, 23), min_size=1, max_size=3)
days = st.lists(st.integers(0, 6), min_size=1)
ids = st.sampled_from(["archive", "bucket-1", "bucket-2", "cold-storage"])


@st.composite
def listed_schedules(draw: st.DrawFn) -> dict[str, Any]:
    """Schedules as the API may list them: any order, repeats, fields that nobody has heard of."""
    interval = draw(st.sampled_from(sorted(TIMES)))
    scheduling: dict[str, Any] = {"interval": interval, "minute": draw(minutes)}
    if interval != "hourly":
        scheduling["hour"] = draw(hours)
    if interval == "weekly":
        scheduling["day"] = draw(days)
    kind = draw(st.sampled_from(["dump", "snapshot"]))
    listed = {
        "id": "62cc20b90956ab62a58e8474",
        "backupType": kind,
        "scheduling": scheduling,
        "retentionTime": draw(st.integers(1, 7)),
        "createdAt": "2026-01-15T09:30:00.000Z",
        "updatedAt": "2026-01-15T09:30:00.000Z",
    }
    if draw(st.booleans()):
        listed["backupCompressionType"] = draw(st.sampled_from(["gz", "zstd"]))
    if kind == "dump" and draw(st.booleans()):
        listed["customDestinationId"] = draw(ids)
    if kind == "snapshot" and draw(st.booleans()):
        listed["additionalDestinations"] = [
            {"destinationId": each, "type": "custom", **draw(st.sampled_from([{}, {"retentionTime": 3}]))}
            for each in draw(st.lists(ids, unique=True, max_size=3))
        ]
    return listed


def in_disorder(value: Any, seed: int) -> Any:
    """Shuffle every list in a value, and repeat the numbers in it."""
    if isinstance(value, dict):
        return {name: in_disorder(each, seed) for name, each in value.items()}
    if isinstance(value, list):
        repeated = value * 2 if value and isinstance(value[0], int) else list(value)
        random.Random(seed).shuffle(repeated)
        return repeated
    return value


class TestProperties:
    @given(listed_schedules(), st.integers())
    def test_order_and_repeats_do_not_count(self, listed: dict[str, Any], seed: int) -> None:
        assert BackupSchedule.from_api(in_disorder(listed, seed)) == BackupSchedule.from_api(listed)

    @given(listed_schedules(), st.dictionaries(st.text().map("tomorrow".__add__), st.text()))
    def test_unknown_fields_do_not_count(self, listed: dict[str, Any], unknown: dict[str, str]) -> None:
        assert BackupSchedule.from_api({**unknown, **listed}) == BackupSchedule.from_api(listed)

    @given(listed_schedules())
    def test_a_request_body_reads_as_what_it_was_made_of(self, listed: dict[str, Any]) -> None:
        complete = BackupSchedule.from_api(listed)
        assert BackupSchedule.from_api(complete.to_api()) == complete

    @given(listed_schedules())
    def test_a_request_body_with_things_left_out_reads_as_the_defaults(self, listed: dict[str, Any]) -> None:
        options = BackupSchedule.from_api(listed).settings()
        for name in ("compression_type", "custom_destination_id", "additional_destinations"):
            options.pop(name, None)
        wanted = BackupSchedule.from_params(options)
        assert BackupSchedule.from_api(wanted.to_api()) == wanted.with_defaults()
        assert wanted.with_defaults().with_defaults() == wanted.with_defaults()

    @given(listed_schedules())
    def test_what_is_returned_can_be_given_back(self, listed: dict[str, Any]) -> None:
        existing = BackupSchedule.from_api(listed)
        wanted = BackupSchedule.from_params(existing.to_result())
        assert wanted.differences(existing) == ()
        assert wanted.merged_into(existing) == existing

    @given(listed_schedules())
    def test_what_is_left_out_makes_no_difference(self, listed: dict[str, Any]) -> None:
        existing = BackupSchedule.from_api(listed)
        options = {name: existing.settings()[name] for name in ("scheduling", "backup_type", "retention_time")}
        assert BackupSchedule.from_params(options).differences(existing) == ()


def edges(*numbers: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(numbers), max_size=3)


@st.composite
def any_options(draw: st.DrawFn) -> dict[str, Any]:
    """Options that keep the rules or break any number of them, near the bounds of each."""
    interval = draw(st.sampled_from(sorted(TIMES)))
    times: dict[str, Any] = {"minute": edges(0, 30, 59, 59, 59, 60), "hour": edges(0, 23, 23, 23, 24)}
    times["day"] = edges(0, 6, 6, 6, 7)
    allowed = {name: draw(times[name]) or [0] for name in TIMES[interval]}
    others = {name: draw(st.just([]) | times[name]) for name in times.keys() - allowed.keys()}
    retention = st.sampled_from([0, 1, 1, 7, 7, 8, 60, 61, 120, 121])
    copies = st.lists(
        st.fixed_dictionaries({"destination_id": st.sampled_from(["abc", "def", "a-b", "ab"])})
        | st.fixed_dictionaries({"destination_id": st.sampled_from(["abc", "def"]), "retention_time": retention}),
        max_size=2,
    )
    return {
        "scheduling": {"interval": interval, **allowed, **others},
        "backup_type": draw(st.sampled_from(["dump", "snapshot"])),
        "retention_time": draw(retention),
        "additional_destinations": draw(st.none() | copies),
        "compression_type": draw(st.sampled_from([None, None, "gz"])),
        "custom_destination_id": draw(st.sampled_from([None, None, "", "abc", "ab"])),
    }


def keeps_the_rules(options: dict[str, Any]) -> bool:
    """The rules of the API reference and of the user guide once more, all in one breath."""
    times, dump = options["scheduling"], options["backup_type"] == "dump"
    interval = times["interval"]
    minute, hour, day = (set(times[name]) for name in ("minute", "hour", "day"))
    copies = options["additional_destinations"] or []
    ids = [each["destination_id"] for each in copies]
    retention = [options["retention_time"], *(each.get("retention_time", 1) for each in copies)]
    runs_a_week = len(minute) * {"hourly": 24 * 7, "daily": len(hour) * 7, "weekly": len(hour) * len(day)}[interval]
    return (
        minute <= set(range(60)) and hour <= set(range(24)) and day <= set(range(7))
        and (bool(hour), bool(day)) == (interval != "hourly", interval == "weekly")
        and all(1 <= days <= {"hourly": 7, "daily": 60, "weekly": 120}[interval] for days in retention)
        and runs_a_week * options["retention_time"] <= 500 * 7
        and (not copies if dump else not options["compression_type"] and not options["custom_destination_id"])
        and len(ids) == len(set(ids)) and all(len(each) >= 3 for each in ids)
        and options["custom_destination_id"] != "ab"
    )  # fmt: skip


@given(any_options())
def test_there_are_problems_where_and_only_where_a_rule_is_broken(options: dict[str, Any]) -> None:
    assert (schedule_errors(BackupSchedule.from_params(options)) == []) == keeps_the_rules(options)
