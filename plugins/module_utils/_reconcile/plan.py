# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan what to do: compare the existing schedules of a resource with the desired ones. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, cast

from .._model.schedule import BackupSchedule, Key
from .._model.schedule_rules import is_known
from .._model.scheduling import INTERVALS

# Deletes come first: a resource may be limited in how many schedules it has.
_ORDER = ("delete", "replace", "create", "keep")


@dataclass(frozen=True)
class Action:
    """What to do, or what was done, to one schedule.

    action: create, replace, delete; keep (a difference that on_difference keeps); restore (roll back a replace).
    before: the existing schedule; None for create.
    after: the schedule that will exist; None for delete. In a plan, a new schedule has no ID yet.
    changed_options: the options in which before differs from the desired schedule.
    """

    action: str
    before: BackupSchedule | None = None
    after: BackupSchedule | None = None
    changed_options: tuple[str, ...] = ()

    @property
    def schedule(self) -> BackupSchedule:
        """The schedule that the action is about."""
        # Every action has at least one of them.
        return cast("BackupSchedule", self.after or self.before)

    @property
    def dropped_fields(self) -> Mapping[str, Any]:
        """The unknown fields that a replace drops, named as in the API."""
        return self.before.unknown_fields if self.action == "replace" and self.before else {}

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        interval, backup_type = self.schedule.key
        result: dict[str, Any] = {"action": self.action, "interval": interval, "backup_type": backup_type}
        if self.changed_options:
            result["changed_options"] = list(self.changed_options)
        if self.dropped_fields:
            result["dropped_fields"] = dict(self.dropped_fields)
        return result


@dataclass(frozen=True)
class Plan:
    """What to do to a resource.

    actions: in the order in which to do them.
    kept: the schedules that differ and are kept, because of on_difference.
    before, after: all schedules of the resource, in a fixed order, as they are and as they will be.
    duplicates: the groups of schedules with the same key that will remain, each in a fixed order.
    blocked: the duplicates that prevent a replace, because the API allows only one schedule per key.
    """

    actions: tuple[Action, ...]
    kept: tuple[Action, ...] = ()
    before: tuple[BackupSchedule, ...] = ()
    after: tuple[BackupSchedule, ...] = ()
    duplicates: tuple[tuple[BackupSchedule, ...], ...] = ()
    blocked: tuple[tuple[BackupSchedule, ...], ...] = ()


def make_plan(
    existing: Iterable[BackupSchedule],
    desired: Sequence[BackupSchedule],
    prune: bool | AbstractSet[Key],
    on_difference: str,
) -> Plan:
    """Plan how to get from the existing schedules to the desired ones.

    prune: True deletes every schedule that is not desired, False none, a set of keys only those. Of several schedules
    with the same key, which the API should not allow, all but one are not desired.
    on_difference: replace replaces an existing schedule that differs; keep, keep_and_warn and keep_and_fail keep it,
    and list it in kept.
    """
    before = sorted_schedules(existing)
    groups: dict[Key, list[BackupSchedule]] = {}
    for schedule in before:
        groups.setdefault(schedule.key, []).append(schedule)
    parts = [
        *(_plan_desired(each, groups.pop(each.key, []), _prunes(prune, each.key), on_difference) for each in desired),
        *(_plan_others(group, _prunes(prune, key)) for key, group in groups.items()),
    ]
    return Plan(
        actions=sorted_actions(action for part in parts for action in part.actions),
        kept=sorted_actions(action for part in parts for action in part.kept),
        before=before,
        after=sorted_schedules(schedule for part in parts for schedule in part.after),
        duplicates=tuple(sorted((group for part in parts for group in part.duplicates), key=_group_position)),
        blocked=tuple(sorted((group for part in parts for group in part.blocked), key=_group_position)),
    )


def _plan_desired(desired: BackupSchedule, group: Sequence[BackupSchedule], prunes: bool, on_difference: str) -> Plan:
    """Plan how to get to a schedule from those with its key, of which there should be at most one."""
    if not group:
        created = desired.with_defaults()
        return Plan((Action("create", after=created),), after=(created,))
    # The one that is up to date, if any, otherwise the oldest.
    found = next((each for each in group if not desired.differences(each)), group[0])
    extra = [each for each in group if each is not found]
    deletes = [Action("delete", before=each) for each in extra if prunes]
    remaining = () if prunes else tuple(extra)
    duplicates = (tuple(group),) if remaining else ()
    changed_options = desired.differences(found)
    if changed_options and on_difference == "replace":
        new = desired.filled_from(found)
        replaced = Action("replace", before=found, after=new, changed_options=changed_options)
        return Plan((*deletes, replaced), after=(new, *remaining), duplicates=duplicates, blocked=duplicates)
    kept = (Action("keep", before=found, after=found, changed_options=changed_options),) if changed_options else ()
    return Plan(tuple(deletes), kept, after=(found, *remaining), duplicates=duplicates)


def _plan_others(group: Sequence[BackupSchedule], prunes: bool) -> Plan:
    """Plan what to do with schedules whose key is not desired."""
    if prunes:
        return Plan(tuple(Action("delete", before=each) for each in group))
    # The API may allow several schedules of a type that this collection does not know.
    are_duplicates = len(group) > 1 and is_known(group[0])
    return Plan((), after=tuple(group), duplicates=(tuple(group),) if are_duplicates else ())


def sorted_schedules(schedules: Iterable[BackupSchedule]) -> tuple[BackupSchedule, ...]:
    """Sort by interval, the shortest first and unknown ones last, then by backup type, then by age."""
    return tuple(sorted(schedules, key=_position))


def sorted_actions(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Sort in the order in which actions are done: deletes first, then by their schedules."""
    return tuple(sorted(actions, key=_action_position))


def closest(schedules: Iterable[BackupSchedule], desired: BackupSchedule) -> BackupSchedule | None:
    """Return the schedule with the key of the desired one; of several, one without differences if there is one."""
    group = [schedule for schedule in schedules if schedule.key == desired.key]
    return min(group, key=lambda each: bool(desired.differences(each)), default=None)


def by_name(schedules: Iterable[BackupSchedule]) -> dict[str, BackupSchedule]:
    """Return the schedules by ``<interval> <backup_type>``, followed by the ID for duplicates."""
    named: dict[str, BackupSchedule] = {}
    for schedule in schedules:
        named[f"{schedule.name} {schedule.id}" if schedule.name in named else schedule.name] = schedule
    return named


def _prunes(prune: bool | AbstractSet[Key], key: Key) -> bool:
    return prune if isinstance(prune, bool) else key in prune


def _position(schedule: BackupSchedule) -> tuple[Any, ...]:
    interval, backup_type = schedule.key
    known = INTERVALS.index(interval) if interval in INTERVALS else len(INTERVALS)
    return (known, interval, backup_type, schedule.created_at or "", schedule.id or "")


def _group_position(group: Sequence[BackupSchedule]) -> tuple[Any, ...]:
    return _position(group[0])


def _action_position(action: Action) -> tuple[Any, ...]:
    return (_ORDER.index(action.action), *_position(action.schedule))
