# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup schedule: its three forms, its normal form, and comparisons."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.schedule import (
    ADDON_SCHEMA,
    VOLUME_SCHEMA,
    BackupSchedule,
    Destination,
)
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION,
    TIMES,
    schedule,
)
from hypothesis import given
from hypothesis import strategies as st

SNAPSHOT = {
    "id": "62cc20b90956ab62a58e8474",
    "backupType": "snapshot",
    "scheduling": {"interval": "weekly", "minute": [30, 0], "hour": [18], "day": [4, 0]},
    "retentionTime": 7,
    "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 9, "type": "custom"}],
    "backupCompressionType": "gz",
    "createdAt": "2026-01-15T09:30:00.000Z",
    "updatedAt": "2026-01-16T09:30:00.000Z",
    "newField": {"nested": "value"},
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
            "unknown_fields": {"newField": {"nested": "value"}},
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

    def test_settings_are_the_options_that_a_user_can_set(self) -> None:
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
    def test_the_compression_of_a_dump_has_two_names(self, listed: dict[str, Any], compression: str) -> None:
        dump = {name: value for name, value in DUMP.items() if name != "backupCompressionType"}
        assert BackupSchedule.from_api({**dump, **listed}).compression_type == compression

    def test_the_compression_of_a_snapshot_is_ignored(self) -> None:
        assert BackupSchedule.from_api(SNAPSHOT).compression_type is None

    def test_missing_fields_mean_none(self) -> None:
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
    def test_anything_but_a_schedule_is_rejected(self, listed: Any) -> None:
        with pytest.raises(ValueError) as error:
            BackupSchedule.from_api(listed)
        assert str(error.value) == f"not a backup schedule: {short_repr(listed)}"

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"scheduling": {"interval": {}, "minute": [0]}}, "interval is {}, which is not a string"),
            ({"scheduling": {"interval": "hourly", "minute": 0}}, "minute is 0, which is not a list"),
            ({"scheduling": {"interval": "hourly", "minute": [True]}}, "minute is True, which is not an integer"),
            ({"scheduling": {"interval": "daily", "hour": ["2"]}}, "hour is '2', which is not an integer"),
            ({"scheduling": {"interval": "weekly", "day": "4"}}, "day is '4', which is not a list"),
            ({"id": {}}, "id is {}, which is not a string"),
            ({"backupType": "du\x1bmp"}, "backupType is 'du\\x1bmp', which contains control characters"),
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
    def test_a_field_of_an_undocumented_type_is_rejected(self, changes: dict[str, Any], message: str) -> None:
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

    def test_the_request_body_of_a_snapshot(self) -> None:
        desired = schedule("weekly", additional_destinations=[DESTINATION], day=["Friday"], hour=[18], minute=[30])
        assert desired.to_api() == {
            "scheduling": {"interval": "weekly", "minute": [30], "hour": [18], "day": [4]},
            "backupType": "snapshot",
            "retentionTime": 7,
            "additionalDestinations": [{"destinationId": "cold-storage", "retentionTime": 7, "type": "custom"}],
        }

    def test_the_request_body_of_a_dump(self) -> None:
        desired = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        assert desired.to_api() == {
            "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
            "backupType": "dump",
            "retentionTime": 7,
            "compressionType": "zstd",
            "customDestinationId": "cold-storage",
        }

    def test_the_request_body_omits_empty_fields(self) -> None:
        assert set(schedule("daily", "dump", custom_destination_id="").to_api()) == {
            "scheduling", "backupType", "retentionTime"
        }  # fmt: skip
        assert set(schedule(additional_destinations=[]).to_api()) == {"scheduling", "backupType", "retentionTime"}
        assert Destination("cold-storage").to_api() == {"destinationId": "cold-storage", "type": "custom"}
        assert Destination("cold-storage").to_result() == {"destination_id": "cold-storage", "type": "custom"}

    def test_the_key_and_the_name(self) -> None:
        assert schedule("weekly", "dump").key == ("weekly", "dump")
        assert schedule("weekly", "dump").name == "weekly dump"

    @pytest.mark.parametrize(
        ("fields", "type_"), [({}, "custom"), ({"type": None}, "custom"), ({"type": "new-type"}, "new-type")]
    )
    def test_the_type_of_a_destination(self, fields: dict[str, Any], type_: str) -> None:
        listed = {**SNAPSHOT, "additionalDestinations": [{"destinationId": "cold-storage", **fields}]}
        desired = schedule(additional_destinations=[{"destination_id": "cold-storage", **fields}])
        for each in (BackupSchedule.from_api(listed), desired):
            assert each.additional_destinations == (Destination("cold-storage", type=type_),)

    def test_omitted_options_are_omitted_in_results(self) -> None:
        scheduling = schedule().scheduling
        assert BackupSchedule(scheduling, "snapshot").to_result() == {
            "scheduling": scheduling.as_dict(),
            "backup_type": "snapshot",
        }

    @pytest.mark.parametrize("frozen", [schedule(), Destination("cold-storage")], ids=lambda each: type(each).__name__)
    def test_schedules_and_destinations_are_immutable(self, frozen: Any) -> None:
        with pytest.raises(FrozenInstanceError):
            frozen.retention_time = 9


class TestOmittedOptions:
    def test_an_empty_value_of_an_option_that_is_not_allowed_is_ignored(self) -> None:
        assert schedule("daily", "dump", additional_destinations=[]).additional_destinations is None
        assert schedule(custom_destination_id="").custom_destination_id is None

    def test_a_new_schedule_gets_the_defaults_of_the_api(self) -> None:
        assert schedule("daily", "dump").with_defaults().settings() == {
            **schedule("daily", "dump").settings(),
            "compression_type": "gz",
            "custom_destination_id": "",
        }
        assert schedule().with_defaults().settings()["additional_destinations"] == []

    def test_defaults_do_not_replace_settings(self) -> None:
        dump = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        snapshot = schedule(additional_destinations=[DESTINATION])
        assert (dump.with_defaults(), snapshot.with_defaults()) == (dump, snapshot)

    def test_omitted_options_keep_existing_values(self) -> None:
        existing = schedule("daily", "dump", compression_type="zstd", custom_destination_id="cold-storage")
        assert schedule("daily", "dump").filled_from(existing) == existing
        existing = schedule(additional_destinations=[DESTINATION])
        assert schedule().filled_from(existing) == existing

    def test_a_destination_keeps_its_retention_time(self) -> None:
        existing = schedule(additional_destinations=[DESTINATION])
        desired = schedule(additional_destinations=[{"destination_id": "cold-storage"}, {"destination_id": "another"}])
        assert desired.filled_from(existing).additional_destinations == (
            Destination("another"),
            Destination("cold-storage", retention_time=7),
        )

    @pytest.mark.parametrize(
        ("desired", "existing", "differences"),
        [
            (schedule(), schedule(), ()),
            (schedule(minute=[5]), schedule(), ("scheduling.minute",)),
            (schedule(hour=[5]), schedule(), ("scheduling.hour",)),
            (schedule("weekly", day=[5]), schedule("weekly"), ("scheduling.day",)),
            (schedule(retention_time=9), schedule(), ("retention_time",)),
            (schedule(), schedule(additional_destinations=[DESTINATION]), ()),
            (
                schedule(additional_destinations=[]),
                schedule(additional_destinations=[DESTINATION]),
                ("additional_destinations",),
            ),
            (schedule(additional_destinations=[]), schedule().with_defaults(), ()),
            (schedule(additional_destinations=[DESTINATION]), schedule(), ("additional_destinations",)),
            # An empty value has no effect if the option is not allowed.
            (schedule(custom_destination_id=""), schedule().with_defaults(), ()),
            (
                schedule(additional_destinations=[{"destination_id": "cold-storage"}]),
                schedule(additional_destinations=[DESTINATION]),
                (),
            ),
            (
                schedule(additional_destinations=[{**DESTINATION, "retention_time": 8}]),
                schedule(additional_destinations=[DESTINATION]),
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
    def test_differences(self, desired: BackupSchedule, existing: BackupSchedule, differences: tuple[str, ...]) -> None:
        assert desired.differences(existing) == differences


minutes = st.lists(st.integers(0, 59), min_size=1, max_size=5)
hours = st.lists(st.integers(0, 23), min_size=1, max_size=3)
days = st.lists(st.integers(0, 6), min_size=1)
ids = st.sampled_from(["archive", "bucket-1", "bucket-2", "cold-storage"])


@st.composite
def listed_schedules(draw: st.DrawFn) -> dict[str, Any]:
    """Return a schedule as the API may list it."""
    interval = draw(st.sampled_from(sorted(TIMES)))
    scheduling: dict[str, Any] = {"interval": interval, "minute": draw(minutes)}
    if interval != "hourly":
        scheduling["hour"] = draw(hours)
    if interval == "weekly":
        scheduling["day"] = draw(days)
    backup_type = draw(st.sampled_from(["dump", "snapshot"]))
    listed = {
        "id": "62cc20b90956ab62a58e8474",
        "backupType": backup_type,
        "scheduling": scheduling,
        "retentionTime": draw(st.integers(1, 7)),
        "createdAt": "2026-01-15T09:30:00.000Z",
        "updatedAt": "2026-01-15T09:30:00.000Z",
    }
    if draw(st.booleans()):
        listed["backupCompressionType"] = draw(st.sampled_from(["gz", "zstd"]))
    if backup_type == "dump" and draw(st.booleans()):
        listed["customDestinationId"] = draw(ids)
    if backup_type == "snapshot" and draw(st.booleans()):
        listed["additionalDestinations"] = [
            {"destinationId": each, "type": "custom", **draw(st.sampled_from([{}, {"retentionTime": 3}]))}
            for each in draw(st.lists(ids, unique=True, max_size=3))
        ]
    return listed


def shuffled(value: Any, seed: int) -> Any:
    """Shuffle every list of a value, and repeat the numbers in it."""
    if isinstance(value, dict):
        return {name: shuffled(each, seed) for name, each in value.items()}
    if isinstance(value, list):
        repeated = value * 2 if value and isinstance(value[0], int) else list(value)
        random.Random(seed).shuffle(repeated)
        return repeated
    return value


class TestProperties:
    @given(listed_schedules(), st.integers())
    def test_order_and_duplicates_make_no_difference(self, listed: dict[str, Any], seed: int) -> None:
        assert BackupSchedule.from_api(shuffled(listed, seed)) == BackupSchedule.from_api(listed)

    @given(listed_schedules(), st.dictionaries(st.text().map("new".__add__), st.text()))
    def test_unknown_fields_make_no_difference(self, listed: dict[str, Any], unknown: dict[str, str]) -> None:
        assert BackupSchedule.from_api({**unknown, **listed}) == BackupSchedule.from_api(listed)

    @given(listed_schedules())
    def test_a_request_body_converts_back_to_its_schedule(self, listed: dict[str, Any]) -> None:
        complete = BackupSchedule.from_api(listed)
        assert BackupSchedule.from_api(complete.to_api()) == complete

    @given(listed_schedules())
    def test_a_request_body_without_optional_fields_means_the_defaults(self, listed: dict[str, Any]) -> None:
        options = BackupSchedule.from_api(listed).settings()
        for name in ("compression_type", "custom_destination_id", "additional_destinations"):
            options.pop(name, None)
        desired = BackupSchedule.from_params(options)
        assert BackupSchedule.from_api(desired.to_api()) == desired.with_defaults()
        assert desired.with_defaults().with_defaults() == desired.with_defaults()

    @given(listed_schedules())
    def test_a_result_can_be_passed_back_as_options(self, listed: dict[str, Any]) -> None:
        existing = BackupSchedule.from_api(listed)
        desired = BackupSchedule.from_params(existing.to_result())
        assert desired.differences(existing) == ()
        assert desired.filled_from(existing) == existing

    @given(listed_schedules())
    def test_omitted_options_make_no_difference(self, listed: dict[str, Any]) -> None:
        existing = BackupSchedule.from_api(listed)
        options = {name: existing.settings()[name] for name in ("scheduling", "backup_type", "retention_time")}
        assert BackupSchedule.from_params(options).differences(existing) == ()


OF_A_VOLUME = {name: SNAPSHOT[name] for name in ("id", "scheduling", "retentionTime", "createdAt", "updatedAt")}


class TestVolumes:
    """The schedules of volumes have only times and a retention time."""

    @pytest.mark.parametrize("backup_type", [{}, {"backupType": None}, {"backupType": "snapshot"}])
    def test_a_listed_schedule_is_a_snapshot_without_destinations(self, backup_type: dict[str, Any]) -> None:
        listed = {**OF_A_VOLUME, **backup_type, "backupCompressionType": "gz", "additionalDestinations": []}
        assert BackupSchedule.from_api(listed, VOLUME_SCHEMA).to_result() == {
            "id": "62cc20b90956ab62a58e8474",
            "scheduling": {"interval": "weekly", "minute": [0, 30], "hour": [18], "day": [0, 4]},
            "backup_type": "snapshot",
            "retention_time": 7,
            "created_at": "2026-01-15T09:30:00.000Z",
            "updated_at": "2026-01-16T09:30:00.000Z",
        }

    def test_a_request_body_has_nothing_else(self) -> None:
        listed = BackupSchedule.from_api(OF_A_VOLUME, VOLUME_SCHEMA)
        assert listed.to_api() == {
            "scheduling": {"interval": "weekly", "minute": [0, 30], "hour": [18], "day": [0, 4]},
            "retentionTime": 7,
        }
        assert listed.with_defaults() == listed

    def test_what_a_volume_does_not_have_is_an_unknown_field(self) -> None:
        destinations = SNAPSHOT["additionalDestinations"]
        listed = BackupSchedule.from_api({**OF_A_VOLUME, "additionalDestinations": destinations}, VOLUME_SCHEMA)
        assert listed.unknown_fields == {"additionalDestinations": destinations}
        assert listed.additional_destinations is None

    def test_a_schedule_that_the_task_sets_is_the_one_that_is_listed(self) -> None:
        params = {"scheduling": SNAPSHOT["scheduling"], "backup_type": "snapshot", "retention_time": 7}
        desired = BackupSchedule.from_params(params, VOLUME_SCHEMA)
        existing = BackupSchedule.from_api(OF_A_VOLUME, VOLUME_SCHEMA)
        assert (desired, desired.differences(existing)) == (existing, ())
        assert desired.filled_from(existing).to_api() == existing.to_api()

    def test_a_snapshot_of_a_policy_loses_its_destinations(self) -> None:
        reduced = schedule(additional_destinations=[DESTINATION]).reduced_to(VOLUME_SCHEMA)
        assert reduced is not None
        assert reduced.to_api() == {"scheduling": schedule().scheduling.as_dict(), "retentionTime": 7}
        assert schedule("daily", "dump").reduced_to(VOLUME_SCHEMA) is None

    def test_an_addon_keeps_everything(self) -> None:
        for each in (schedule(additional_destinations=[DESTINATION]), schedule("daily", "dump")):
            assert each.reduced_to(ADDON_SCHEMA) == each
