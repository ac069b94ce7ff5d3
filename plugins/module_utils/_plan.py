# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do to an addon's schedules: compare those that exist with those that are wanted. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, cast

from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule, Key

_INTERVALS = ("hourly", "daily", "weekly")


@dataclass(frozen=True)
class Action:
    """One thing to do, or done, to one schedule.

    action: create, replace or delete; keep, a difference that on_existing leaves alone; restore, an old one put back.
    before: the schedule that exists; None for create.
    after: the schedule that will exist; None for delete. It has no id yet.
    because: the options in which before is not as wanted.
    """

    action: str
    before: BackupSchedule | None = None
    after: BackupSchedule | None = None
    because: tuple[str, ...] = ()

    @property
    def schedule(self) -> BackupSchedule:
        """The schedule that it is about."""
        # An action without either is never made.
        return cast(BackupSchedule, self.after or self.before)

    def to_result(self) -> dict[str, Any]:
        interval, backup_type = self.schedule.key
        result: dict[str, Any] = {"action": self.action, "interval": interval, "backup_type": backup_type}
        if self.because:
            result["because"] = list(self.because)
        return result


@dataclass(frozen=True)
class Plan:
    """What to do to one addon.

    actions: in the order in which they are to be done.
    kept: the differences that on_existing leaves alone.
    before, after: all schedules of the addon, in a fixed order, as they are and as they will be.
    """

    actions: tuple[Action, ...]
    kept: tuple[Action, ...]
    before: tuple[BackupSchedule, ...]
    after: tuple[BackupSchedule, ...]


def plan(
    existing: Iterable[BackupSchedule],
    wanted: Sequence[BackupSchedule],
    prune: bool | AbstractSet[Key],
    on_existing: str,
) -> Plan:
    """Plan the way from the existing schedules to the wanted ones.

    prune: True lets go every schedule that is not wanted, False none, a set of keys just those.
    on_existing: replace makes an existing schedule that differs as wanted; keep, keep_and_warn and keep_and_fail
    leave it, and it is told in kept.

    Deletes come first, then replaces, then creates: an addon may be limited in how many schedules it has.
    """
    standing = {schedule.key: schedule for schedule in existing}
    deletes, replaces, creates, kept = [], [], [], []
    after = dict(standing)
    for schedule in wanted:
        found = standing.get(schedule.key)
        if found is None:
            after[schedule.key] = schedule.with_defaults()
            creates.append(Action("create", after=after[schedule.key]))
            continue
        because = schedule.differences(found)
        if because and on_existing == "replace":
            after[schedule.key] = schedule.over(found)
            replaces.append(Action("replace", before=found, after=after[schedule.key], because=because))
        elif because:
            kept.append(Action("keep", before=found, after=found, because=because))
    unwanted = standing.keys() - {schedule.key for schedule in wanted}
    may_go = unwanted if prune is True else unwanted & (prune or frozenset())
    for key in may_go:
        deletes.append(Action("delete", before=after.pop(key)))
    return Plan(
        actions=tuple(action for kind in (deletes, replaces, creates) for action in sorted(kind, key=_by_schedule)),
        kept=tuple(sorted(kept, key=_by_schedule)),
        before=in_order(standing.values()),
        after=in_order(after.values()),
    )


def in_order(schedules: Iterable[BackupSchedule]) -> tuple[BackupSchedule, ...]:
    """Sort by interval, the shortest first (one that is not known here last), then by backup type."""
    return tuple(sorted(schedules, key=_position))


def _position(schedule: BackupSchedule) -> tuple[Any, ...]:
    interval, backup_type = schedule.key
    known = _INTERVALS.index(interval) if interval in _INTERVALS else len(_INTERVALS)
    return (known, interval, backup_type)


def _by_schedule(action: Action) -> tuple[Any, ...]:
    return _position(action.schedule)
