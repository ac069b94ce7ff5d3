# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the results of restore drills from a directory of evidence, one JSON file per drill. No HTTP, no Ansible.

The files are not trusted: whatever they contain, an addon is only verified or restored if its newest file is complete,
matches its name, and is not from the future.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.drill import run_time
from ansible_collections.community.northflank.plugins.module_utils._model.ids import is_id
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable, short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import (
    is_formatted,
    is_in_future,
    parse_time,
)
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable, read_json

# The statuses of the newest drill of an addon. never: it has no evidence. unknown: the evidence cannot be used.
STATUSES = ("verified", "restored", "failed", "never", "unknown")

# What an addon without evidence has instead of an element of read_drills(), and the fields of ``last`` in the others.
NEVER: Mapping[str, Any] = {"status": "never", "verified_at": None, "seconds": None, "last": None}
_LAST = ("run_id", "completed_at", "restored", "verified", "reason")

# Such as shop.orders-db.drill-20261127T203131Z-1a2b3c4d.json. The ID of a run begins with its time.
_FILE_NAME = re.compile(
    r"(?P<project_id>[^.]+)\.(?P<addon_id>[^.]+)\.(?P<run_id>drill-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8})\.json"
)

# The version of the format, and the maximum size of a file in bytes. A file of a drill has a few kilobytes.
_VERSION = 1
_MAX_SIZE = 2**20

_TEXT: tuple[Any, ...] = (str,)
_TEXT_OR_NULL = (str, type(None))
_INTEGER_OR_NULL = (int, type(None))
_OBJECT = (dict,)
_OBJECT_OR_NULL = (dict, type(None))

# The types of the fields, and of those in objects. An added field does not change the version.
_TYPES = {
    "run_id": _TEXT,
    "host": _TEXT,
    "operator": _TEXT_OR_NULL,
    "project_id": _TEXT,
    "addon_id": _TEXT,
    "addon_type": _TEXT_OR_NULL,
    "policy": _OBJECT,
    "backup": _OBJECT_OR_NULL,
    "fork": _OBJECT_OR_NULL,
    "started_at": _TEXT,
    "completed_at": _TEXT,
    "restored": _OBJECT,
    "verified": _OBJECT,
    "cleanup": _OBJECT,
    "versions": _OBJECT,
}
_STEP_TYPES = {"verdict": _TEXT, "reason": _TEXT_OR_NULL, "seconds": _INTEGER_OR_NULL}
_OBJECTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "policy": {"name": _TEXT_OR_NULL, "sha256": _TEXT},
    "backup": {
        "id": _TEXT,
        "uid": _TEXT_OR_NULL,
        "name": _TEXT,
        "backup_type": _TEXT_OR_NULL,
        "created_at": _TEXT,
        "size": _INTEGER_OR_NULL,
        "age_minutes": _INTEGER_OR_NULL,
    },
    "fork": {"project_id": _TEXT, "addon_id": _TEXT, "name": _TEXT, "status": _TEXT},
    "restored": _STEP_TYPES,
    "verified": {**_STEP_TYPES, "checks": _TEXT_OR_NULL, "results": _OBJECT},
    "cleanup": {"outcome": _TEXT, "reason": _TEXT_OR_NULL},
    "versions": {"ansible_core": _TEXT, "collection": _TEXT, "python": _TEXT},
}
_VERDICTS = {"restored": ("passed", "failed"), "verified": ("passed", "failed", "skipped")}

# Of drills that were completed at the same time, the worst counts.
_WORST_LAST = ("verified", "restored", "failed")

# After that time, the role restore_drill expects by default that a run has ended: restore_drill_sweep_after_hours.
_LONGEST_RUN = timedelta(days=1)


@dataclass(frozen=True)
class _Drill:
    """The evidence of a drill. reason: why it failed, was not verified, or cannot be used.

    If it cannot be used, nothing else is known.
    """

    run_id: str
    completed_at: str | None = None
    restored: str | None = None
    verified: str | None = None
    reason: str | None = None
    seconds: int | None = None

    @property
    def status(self) -> str:
        if self.completed_at is None:
            return "unknown"
        if "failed" in (self.restored, self.verified):
            return "failed"
        return "verified" if self.verified == "passed" else "restored"

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _LAST}


def read_drills(directory: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Return the restore drills of each addon that has evidence in a directory, by project/addon.

    status is that of the newest drill, which is ``last``. verified_at and seconds are those of the newest verified one.
    The newest drill is the one that was completed last, because runs overlap. A file that cannot be used is newer than
    it, unless its run began earlier. The files of an addon are read from the newest to the newest verified one, and
    those of runs that overlap with the newest one. Files with other names are ignored.

    now: in UTC.

    Raises OSError if the directory cannot be listed.
    """
    run_ids: dict[tuple[str, str], list[str]] = {}
    for found in map(_FILE_NAME.fullmatch, os.listdir(directory)):
        if found and is_id(found["project_id"]) and is_id(found["addon_id"]):
            run_ids.setdefault((found["project_id"], found["addon_id"]), []).append(found["run_id"])
    return {
        f"{project_id}/{addon_id}": _assess(
            sorted(listed, reverse=True), partial(_read, directory, project_id, addon_id, now=now)
        )
        for (project_id, addon_id), listed in sorted(run_ids.items())
    }


def are_drills(value: Any) -> bool:
    """Return whether a value has the format of the result of read_drills()."""
    return isinstance(value, dict) and all(
        isinstance(each, dict)
        and each.keys() == NEVER.keys()
        and each["status"] in STATUSES
        and isinstance(each["seconds"], _INTEGER_OR_NULL)
        and not isinstance(each["seconds"], bool)
        and (each["seconds"] or 0) >= 0
        and _is_time(each["verified_at"])
        and (each["last"] is None if each["status"] == "never" else _is_last(each["last"]))
        for each in value.values()
    )


def _is_last(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(_LAST)
        and all(isinstance(each, _TEXT_OR_NULL) for each in value.values())
        and value["run_id"] is not None
        and _is_time(value["completed_at"])
        and all(value[name] in (None, *verdicts) for name, verdicts in _VERDICTS.items())
    )


def _is_time(value: Any) -> bool:
    """Return whether a value is a time as evidence has it, or null."""
    return value is None or is_formatted(value)


def _assess(newest_first: Sequence[str], read: Callable[[str], _Drill]) -> dict[str, Any]:
    """Return the state of an addon from its runs, of which there is at least one. read: the file of a run."""
    drills: list[_Drill] = []
    newest, is_verified = None, False
    for run_id in newest_first:
        if newest and is_verified and not _may_overlap(run_id, newest):
            break
        drill = read(run_id)
        drills.append(drill)
        newest = newest or (run_id if drill.completed_at else None)
        is_verified = is_verified or drill.status == "verified"
    last = _last([each for each in drills if newest is None or _may_overlap(each.run_id, newest)])
    verified = max((each for each in drills if each.status == "verified"), key=_completion, default=None)
    return {
        "status": last.status,
        "verified_at": verified.completed_at if verified else None,
        "seconds": verified.seconds if verified else None,
        "last": last.as_dict(),
    }


def _may_overlap(run_id: str, later: str) -> bool:
    """Return whether a drill of a run may have been completed after one of a later run, whose ID is valid."""
    began, later_began = run_time(run_id), run_time(later)
    return began is None or later_began is None or later_began - began < _LONGEST_RUN


def _last(newest_first: Sequence[_Drill]) -> _Drill:
    """Return the drill that was completed last. Of one that cannot be used, only the ID of its run tells when."""
    last = max((each for each in newest_first if each.completed_at), key=_completion, default=None)
    unusable = next((each for each in newest_first if not each.completed_at), None)
    if unusable and (last is None or _run_began(unusable) >= _run_began(last)):
        return unusable
    return last or newest_first[0]


def _completion(drill: _Drill) -> tuple[str, int]:
    return drill.completed_at or "", _WORST_LAST.index(drill.status)


def _run_began(drill: _Drill) -> str:
    """Return the ID of the run without its random part."""
    return drill.run_id.rpartition("-")[0]


def _read(directory: str, project_id: str, addon_id: str, run_id: str, now: datetime) -> _Drill:
    name = f"{project_id}.{addon_id}.{run_id}.json"
    try:
        evidence = _parse(os.path.join(directory, name))
        for field, expected in (("project_id", project_id), ("addon_id", addon_id), ("run_id", run_id)):
            if evidence[field] != expected:
                raise Unusable(f"does not match its name: its {field} is {short_repr(evidence[field])}")
        _check_times(run_id, evidence, now)
    except Unusable as error:
        return _Drill(run_id, reason=f"{name} {printable(str(error))}")
    restored, verified = evidence["restored"], evidence["verified"]
    reason = (restored if restored["verdict"] == "failed" else verified)["reason"]
    return _Drill(
        run_id,
        evidence["completed_at"],
        restored["verdict"],
        verified["verdict"],
        reason if reason is None else printable(reason),
        restored["seconds"],
    )


def _parse(path: str) -> dict[str, Any]:
    """Return the evidence in a file, with the format that this file expects. Raises Unusable."""
    try:
        evidence = read_json(path, _MAX_SIZE)
    except FileNotFoundError as error:
        raise Unusable(f"cannot be read: {error.strerror}") from None
    if not isinstance(evidence, dict):
        raise Unusable("is not the evidence of a drill")
    version = evidence.get("version")
    if isinstance(version, bool) or version != _VERSION:
        raise Unusable(f"has the version {short_repr(version)}, but only version {_VERSION} is supported")
    _check_types(evidence, _TYPES)
    for name, types in _OBJECTS.items():
        if evidence[name] is not None:
            _check_types(evidence[name], types, f"{name}.")
    _check_steps(evidence)
    return evidence


def _check_steps(evidence: Mapping[str, Any]) -> None:
    """Raise Unusable unless restored and verified have valid values, and what a pass requires."""
    for step, verdicts in _VERDICTS.items():
        verdict, reason, seconds = (evidence[step][name] for name in _STEP_TYPES)
        if verdict not in verdicts:
            raise Unusable(f"has an invalid {step}.verdict: {short_repr(verdict)}")
        if (verdict == "passed") != (reason is None):
            raise Unusable(f"has an invalid {step}.reason: {short_repr(reason)}")
        if seconds is not None and seconds < 0:
            raise Unusable(f"has an invalid {step}.seconds: {short_repr(seconds)}")
    if evidence["restored"]["verdict"] == "passed" and evidence["fork"] is None:
        raise Unusable("has no fork, but was restored")
    if evidence["verified"]["verdict"] == "passed" and evidence["verified"]["checks"] is None:
        raise Unusable("has no verified.checks, but was verified")


def _check_types(values: Mapping[str, Any], types: Mapping[str, tuple[Any, ...]], prefix: str = "") -> None:
    for name, allowed in types.items():
        if name not in values:
            raise Unusable(f"has no {prefix}{name}")
        # A Boolean is not an integer.
        if type(values[name]) not in allowed:
            raise Unusable(f"has an invalid {prefix}{name}: {short_repr(values[name])}")


def _check_times(run_id: str, evidence: Mapping[str, Any], now: datetime) -> None:
    """Raise Unusable unless a drill started after its run, was completed after that, and is not in the future."""
    run = run_time(run_id)
    if run is None:
        raise Unusable("has an invalid time in its name")
    started, completed = (_time(name, evidence[name]) for name in ("started_at", "completed_at"))
    if is_in_future(completed, now):
        raise Unusable(f"was completed in the future, at {evidence['completed_at']}")
    if is_in_future(run, started) or is_in_future(started, completed):
        raise Unusable("has times that contradict each other")


def _time(name: str, text: str) -> datetime:
    time = parse_time(text)
    if time is None or not is_formatted(text):
        raise Unusable(f"has an invalid {name}: {short_repr(text)}")
    return time
