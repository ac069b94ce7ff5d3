# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies for a fleet and the options of a task.

There are few values, so that existing and desired schedules are often equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

PROJECT = "project-1"
KEYS = [(interval, kind) for interval in ("hourly", "daily", "weekly") for kind in ("dump", "snapshot")]
DESTINATIONS = ("cold-storage", "far-away")

CAN_DUMP = ("postgresql", "mysql", "mongodb")
TYPES = (*CAN_DUMP, "redis", "minio")


@dataclass(frozen=True)
class Case:
    """A fleet and settings of the simulator, and the options of a task.

    kind: of the resources of the task, addon or volume.
    """

    fleet: dict[str, Any]
    settings: dict[str, Any]
    options: dict[str, Any]
    kind: str = "addon"

    @property
    def targets(self) -> list[str]:
        """The IDs of the addons or volumes of the task."""
        if f"{self.kind}_id" in self.options:
            return [self.options[f"{self.kind}_id"]]
        resources = self.fleet["projects"][0][f"{self.kind}s"]
        return list(self.options.get(f"{self.kind}_ids") or [each["id"] for each in resources])


def _one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _rarely(value: Any, usually: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([usually] * 9 + [value])


def _scheduling(interval: str) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, Any] = {"interval": st.just(interval), "minute": _one_of([0], [30, 0], [15])}
    if interval != "hourly":
        fields["hour"] = _one_of([2], [2, 14])
    if interval == "weekly":
        fields["day"] = _one_of([0], [4, 0])
    return st.fixed_dictionaries(fields)


@st.composite
def bodies(draw: st.DrawFn, key: tuple[str, str]) -> dict[str, Any]:
    """Return a valid request body with this interval and type."""
    interval, kind = key
    body = {"scheduling": draw(_scheduling(interval)), "backupType": kind, "retentionTime": draw(_one_of(1, 5, 7))}
    if kind == "dump":
        body.update(draw(st.fixed_dictionaries({}, optional={"compressionType": _one_of("gz", "zstd")})))
        body.update(draw(st.fixed_dictionaries({}, optional={"customDestinationId": _one_of(*DESTINATIONS)})))
    else:
        ids = draw(_one_of((), (), DESTINATIONS[:1], DESTINATIONS))
        retention = {"retentionTime": _one_of(3, 7)}
        destinations = [
            {"destinationId": id_, "type": "custom", **draw(st.fixed_dictionaries({}, optional=retention))}
            for id_ in ids
        ]
        body.update({"additionalDestinations": destinations} if destinations else {})
    return body


# Changes to a valid schedule that violate the API's reference.
_ODDITIES: list[dict[str, Any]] = [
    {},
    {},
    {},
    {},
    {"paused": True},
    {"name": "nightly", "labels": {"team": ["shop"]}},
    {"scheduling": {"dayOfMonth": [1, 15]}},
    {"scheduling": {"interval": "monthly", "dayOfMonth": [31]}},
    {"scheduling": {"interval": "quarterly"}, "backupType": "dump"},
    {"scheduling": {"minute": 0}},
    {"scheduling": {"minute": ["0"]}},
    {"scheduling": {"minute": None, "hour": None, "day": None}},
    {"scheduling": {"minute": [0.0]}},
    {"scheduling": None},
    {"retentionTime": "7"},
    {"retentionTime": 7.0},
    {"retentionTime": True},
    {"retentionTime": None},
    {"retentionTime": 500},
    {"backupType": "copy"},
    {"additionalDestinations": None},
    {"additionalDestinations": [{"destinationId": "cold-storage", "type": "custom", "region": "eu"}]},
    {"additionalDestinations": [{"type": "custom"}]},
    {"backupCompressionType": "lz4"},
    {"customDestinationId": None},
    {"id": "not/an/id"},
    {"updatedAt": None},
]


@st.composite
def _listed(draw: st.DrawFn, key: tuple[str, str], near: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """Return a schedule as the API lists it, which may violate the reference or be a duplicate."""
    schedule = draw(st.one_of(bodies(key), st.just(near[key]))) if key in near else draw(bodies(key))
    schedule = {**schedule}
    if key[1] == "dump":
        schedule["backupCompressionType"] = schedule.pop("compressionType", "gz")
    for name, value in draw(st.sampled_from(_ODDITIES)).items():
        is_part = name == "scheduling" and isinstance(value, dict)
        schedule[name] = {**schedule["scheduling"], **value} if is_part else value
    return schedule


@st.composite
def _addons(draw: st.DrawFn, number: int, near: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """Return an addon. near: the bodies of schedules that it often has."""
    kind = draw(st.sampled_from(TYPES))
    types = ("dump", "snapshot") if kind in CAN_DUMP else ("snapshot",)
    often = [key for key in near if key[1] in types]
    keys = draw(st.lists(st.sampled_from([key for key in KEYS if key[1] in types]), unique=True, max_size=2))
    keys = list(dict.fromkeys([*keys, *(key for key in often if draw(_one_of(True, True, False)))]))
    schedules = [near[key] if key in near and draw(st.booleans()) else draw(bodies(key)) for key in keys]
    has_odd = draw(_one_of(False, False, True))
    listed_keys = draw(st.lists(st.sampled_from([*KEYS, *near, *near]), min_size=1, max_size=2)) if has_odd else []
    return {
        "id": f"addon-{number}",
        "type": kind,
        "status": draw(_rarely("deleting", "running") if not schedules else st.just("running")),
        "backup_schedules": schedules,
        "listed_schedules": [draw(_listed(key, near)) for key in listed_keys],
    }


@st.composite
def _options_of(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    """Convert a body to options. Optional ones are set, omitted or empty."""
    kind = body["backupType"]
    options = {
        "scheduling": body["scheduling"],
        "backup_type": kind,
        "retention_time": body["retentionTime"],
    }
    fields: dict[str, Any] = {"additional_destinations": [], "custom_destination_id": ""}
    if kind == "dump":
        fields["custom_destination_id"] = body.get("customDestinationId", "")
        fields["compression_type"] = body.get("compressionType", "gz")
    else:
        fields["additional_destinations"] = [
            {
                "destination_id": each["destinationId"],
                "retention_time": each.get("retentionTime"),
                "type": each["type"],
            }
            for each in body.get("additionalDestinations", ())
        ]
    return {**options, **{name: value for name, value in fields.items() if draw(st.booleans())}}


_INVALID: list[dict[str, Any]] = [
    {"retention_time": 0},
    {"retention_time": None},
    {"retention_time": True},
    {"retention_time": 121},
    {"scheduling": {"interval": "weekly", "minute": [60], "hour": [2], "day": [0]}},
    {"scheduling": {"interval": "daily", "minute": [0], "hour": None, "day": None}},
    {"backup_type": "snapshot", "compression_type": "gz"},
    {"additional_destinations": [{"destination_id": "x", "retention_time": None, "type": "custom"}]},
]


@st.composite
def _desired(draw: st.DrawFn, desired: list[dict[str, Any]]) -> list[dict[str, Any]]:
    schedules = [draw(_options_of(body)) for body in desired]
    if schedules and draw(_rarely(True, False)):
        schedules[0] = {**schedules[0], **draw(st.sampled_from([*_INVALID, {}]))}
        schedules += draw(_one_of([], schedules[:1]))
    return schedules


_SETTINGS = st.fixed_dictionaries(
    {
        "extra_fields": _rarely(True, False),
        "omit_empty_lists": _rarely(True, False),
        "patch_returns_request_form": st.booleans(),
        "paginate_schedules": _rarely(True, False),
        "max_page_size": _one_of(100, 2),
    }
)


@st.composite
def _fleets(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a fleet, and the bodies of schedules that its addons often have."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=draw(_rarely(0, 1)), max_size=4))
    desired = [draw(bodies(key)) for key in keys]
    count = draw(st.sampled_from([1, 1, 2, 3]))
    near = dict(zip(keys, desired))
    addons = [draw(_addons(number + 1, near)) for number in range(count)]
    fleet = {
        "destinations": [{"id": id_} for id_ in DESTINATIONS],
        "projects": [{"id": PROJECT, "addons": addons}],
    }
    return fleet, desired


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a case of addon_backup_schedules."""
    fleet, desired = draw(_fleets())
    addons = fleet["projects"][0]["addons"]
    ids = [addon["id"] for addon in addons]
    chosen: dict[str, Any] = {"all_addons": True}
    if draw(st.booleans()):
        chosen = {"addon_ids": [*ids[: draw(st.integers(1, len(ids)))], *draw(_rarely(["gone"], []))]}
    unsupported = draw(_one_of(None, None, "fail", "warn", "skip"))
    types = {addon["id"]: addon["type"] for addon in addons}
    return Case(
        fleet=fleet,
        settings=draw(_SETTINGS),
        options={
            "project_id": PROJECT,
            **chosen,
            "schedules": draw(_desired(desired)),
            "prune": draw(st.booleans()),
            "on_difference": draw(_one_of("replace", "replace", "replace", "keep", "keep_and_warn", "keep_and_fail")),
            "write_method": draw(_one_of("schedule", "schedule", "addon")),
            "stagger_minutes": draw(_one_of(0, 0, 0, 45, 600)),
            "on_unsupported": unsupported,
            "known_addon_types": types if unsupported and draw(st.booleans()) else None,
            "concurrency": draw(_rarely(4, 1)),
        },
    )


@st.composite
def cases_of_volumes(draw: st.DrawFn) -> Case:
    """Return a case of volume_backup_schedules: one of addon_backup_schedules without what volumes do not have."""
    case = draw(cases())
    project = case.fleet["projects"][0]
    volumes = [
        {
            "id": addon["id"].replace("addon", "volume"),
            "backup_schedules": [
                {name: body[name] for name in ("scheduling", "retentionTime")}
                for body in addon["backup_schedules"]
                if body["backupType"] == "snapshot"
            ],
            "listed_schedules": [
                {name: value for name, value in listed.items() if name != "additionalDestinations"}
                for listed in addon["listed_schedules"]
            ],
        }
        for addon in project["addons"]
    ]
    schedules = [
        {name: schedule[name] for name in ("scheduling", "backup_type", "retention_time")}
        for schedule in case.options["schedules"]
        if schedule["backup_type"] == "snapshot"
    ]
    options = {
        name.replace("addon", "volume"): value
        for name, value in case.options.items()
        if name not in ("write_method", "on_unsupported", "known_addon_types")
    }
    if "volume_ids" in options:
        options["volume_ids"] = [each.replace("addon", "volume") for each in options["volume_ids"]]
    return Case(
        fleet={"projects": [{"id": PROJECT, "volumes": volumes}]},
        settings={**case.settings, "omit_volume_backup_type": draw(st.booleans()), "bare_lists": draw(st.booleans())},
        options={**options, "schedules": schedules},
        kind="volume",
    )


@st.composite
def cases_of_one(draw: st.DrawFn) -> Case:
    """Return a case of addon_backup_schedule."""
    fleet, desired = draw(_fleets())
    body = desired[0] if desired else draw(bodies(draw(st.sampled_from(KEYS))))
    (schedule,) = draw(_desired([body]))[:1]
    ids = [addon["id"] for addon in fleet["projects"][0]["addons"]]
    return Case(
        fleet=fleet,
        settings=draw(_SETTINGS),
        options={
            "project_id": PROJECT,
            "addon_id": draw(_rarely("gone", ids[0])),
            **schedule,
            "state": draw(_one_of("present", "present", "absent")),
            "on_difference": draw(_one_of("replace", "replace", "keep", "keep_and_warn", "keep_and_fail")),
        },
    )
