# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do to an addon's schedules: compare those that exist with those that are desired. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, cast

from .._model.schedule import BackupSchedule, Key
from .._model.schedule_rules import is_known

_INTERVALS = ("hourly", "daily", "weekly")

# Deletes come first: an addon may be limited in how many schedules it has.
_TURNS = ("delete", "replace", "create", "keep")


@dataclass(frozen=True)
class Action:
    """One thing to do, or done, to one schedule.

    action: create, replace or delete; keep, a difference that on_difference leaves alone; restore, an old one put back.
    before: the schedule that exists; None for create.
    after: the schedule that will exist; None for delete. It has no id yet.
    changed_options: the options in which before is not as wanted.
    """

    action: str
    before: BackupSchedule | None = None
    after: BackupSchedule | None = None
    changed_options: tuple[str, ...] = ()

    @property
    def schedule(self) -> BackupSchedule:
        """The schedule that it is about."""
        # An action without either is never made.
        return cast("BackupSchedule", self.after or self.before)

    @property
    def dropped_fields(self) -> Mapping[str, Any]:
        """The fields that a replace drops, because nobody knows how to send them; by the names of the API."""
        return self.before.unknown_fields if self.action == "replace" and self.before else {}

    def to_result(self) -> dict[str, Any]:
        interval, backup_type = self.schedule.key
        result: dict[str, Any] = {"action": self.action, "interval": interval, "backup_type": backup_type}
        if self.changed_options:
            result["changed_options"] = list(self.changed_options)
        if self.dropped_fields:
            result["dropped_fields"] = dict(self.dropped_fields)
        return result


@dataclass(frozen=True)
class Plan:
    """What to do to one addon.

    actions: in the order in which they are to be done.
    kept: the differences that on_difference leaves alone.
    before, after: all schedules of the addon, in a fixed order, as they are and as they will be.
    duplicates: the groups of schedules with the same key that will remain, each in a fixed order.
    blocked: those of the duplicates that keep a schedule from being replaced, for the API allows one of each key.
    """

    actions: tuple[Action, ...]
    kept: tuple[Action, ...] = ()
    before: tuple[BackupSchedule, ...] = ()
    after: tuple[BackupSchedule, ...] = ()
    duplicates: tuple[tuple[BackupSchedule, ...], ...] = ()
    blocked: tuple[tuple[BackupSchedule, ...], ...] = ()


def plan(
    existing: Iterable[BackupSchedule],
    desired: Sequence[BackupSchedule],
    prune: bool | AbstractSet[Key],
    on_difference: str,
) -> Plan:
    """Plan the way from the existing schedules to the desired ones.

    prune: True deletes every schedule that is not desired, False none, a set of keys only those. Of several schedules
    with the same key, which the API should not allow, all but one are not desired.
    on_difference: replace makes an existing schedule that differs as desired; keep, keep_and_warn and keep_and_fail
    leave it, and it is told in kept.
    """
    before = in_order(existing)
    groups: dict[Key, list[BackupSchedule]] = {}
    for schedule in before:
        groups.setdefault(schedule.key, []).append(schedule)
    parts = [
        *(_of_desired(each, groups.pop(each.key, []), _may_go(each.key, prune), on_difference) for each in desired),
        *(_of_others(group, _may_go(key, prune)) for key, group in groups.items()),
    ]
    return Plan(
        actions=tuple(sorted((action for part in parts for action in part.actions), key=_by_turn)),
        kept=tuple(sorted((action for part in parts for action in part.kept), key=_by_turn)),
        before=before,
        after=in_order(schedule for part in parts for schedule in part.after),
        duplicates=tuple(sorted((group for part in parts for group in part.duplicates), key=_by_schedule)),
        blocked=tuple(sorted((group for part in parts for group in part.blocked), key=_by_schedule)),
    )


def _of_desired(desired: BackupSchedule, group: Sequence[BackupSchedule], may_go: bool, on_difference: str) -> Plan:
    """Plan the way to one schedule from those with its key, of which there should be one at most."""
    if not group:
        created = desired.with_defaults()
        return Plan((Action("create", after=created),), after=(created,))
    # The one that is up to date, if any, and else the oldest.
    found = next((each for each in group if not desired.differences(each)), group[0])
    extra = [each for each in group if each is not found]
    deletes = [Action("delete", before=each) for each in extra if may_go]
    remaining = () if may_go else tuple(extra)
    duplicates = (tuple(group),) if remaining else ()
    changed_options = desired.differences(found)
    if changed_options and on_difference == "replace":
        new = desired.merged_into(found)
        replaced = Action("replace", before=found, after=new, changed_options=changed_options)
        return Plan((*deletes, replaced), after=(new, *remaining), duplicates=duplicates, blocked=duplicates)
    kept = (Action("keep", before=found, after=found, changed_options=changed_options),) if changed_options else ()
    return Plan(tuple(deletes), kept, after=(found, *remaining), duplicates=duplicates)


def _of_others(group: Sequence[BackupSchedule], may_go: bool) -> Plan:
    """Plan what becomes of schedules with a key that is not desired."""
    if may_go:
        return Plan(tuple(Action("delete", before=each) for each in group))
    # Of a kind that the API gets tomorrow an addon may have several.
    several = len(group) > 1 and is_known(group[0])
    return Plan((), after=tuple(group), duplicates=(tuple(group),) if several else ())


def in_order(schedules: Iterable[BackupSchedule]) -> tuple[BackupSchedule, ...]:
    """Sort by interval, the shortest first (one that is not known here last), then by backup type, then by age."""
    return tuple(sorted(schedules, key=_position))


def by_name(schedules: Iterable[BackupSchedule]) -> dict[str, BackupSchedule]:
    """Return the schedules by ``<interval> <backup type>``, of several with the same key all but one with their id."""
    named: dict[str, BackupSchedule] = {}
    for schedule in schedules:
        named[f"{schedule.name} {schedule.id}" if schedule.name in named else schedule.name] = schedule
    return named


def _may_go(key: Key, prune: bool | AbstractSet[Key]) -> bool:
    return prune if isinstance(prune, bool) else key in prune


def _position(schedule: BackupSchedule) -> tuple[Any, ...]:
    interval, backup_type = schedule.key
    known = _INTERVALS.index(interval) if interval in _INTERVALS else len(_INTERVALS)
    return (known, interval, backup_type, schedule.created_at or "", schedule.id or "")


def _by_schedule(group: Sequence[BackupSchedule]) -> tuple[Any, ...]:
    return _position(group[0])


def _by_turn(action: Action) -> tuple[Any, ...]:
    return (_TURNS.index(action.action), *_position(action.schedule))
