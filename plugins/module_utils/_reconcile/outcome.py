# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a plan: what is known of a resource while the plan is carried out, and afterwards. Pure.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._model.schedule import BackupSchedule
from .plan import Action, sorted_schedules


@dataclass(frozen=True)
class State:
    """What is known of a resource: at any time, what to report if nothing more becomes known.

    It is replaced as a whole, before a write is sent and when its effect is known. So no exception, and no other thread
    that reads it, finds only half of a change.

    schedules: those that are known to exist, in a fixed order.
    done: the actions that are known to have taken effect, in their order.
    lost: schedules that should exist and do not, or may not.
    notes: sentences that complete the error.
    is_in_doubt: whether it is unknown if something was created or deleted.
    """

    schedules: tuple[BackupSchedule, ...]
    done: tuple[Action, ...] = ()
    lost: tuple[BackupSchedule, ...] = ()
    notes: tuple[str, ...] = ()
    is_in_doubt: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or may have been."""
        return bool(self.done or self.lost) or self.is_in_doubt

    def after(self, action: Action) -> State:
        """Return the state after an action."""
        return replace(self._with(action.before, action.after), done=(*self.done, action))

    def with_existing(self, schedule: BackupSchedule | None) -> State:
        """Return the state with a schedule that another client has created in the meantime, if any."""
        return self._with(schedule, schedule)

    def with_note(self, note: str) -> State:
        """Return the state with another note."""
        return replace(self, notes=(*self.notes, note))

    def in_doubt(self, action: Action) -> State:
        """Return the state while it is unknown whether a create or a delete took effect."""
        effect = "created" if action.before is None else "deleted"
        note = (
            f"It is unknown whether the {action.schedule.name} schedule was {effect}; run the task again to find out."
        )
        return replace(self._with(action.before, None).with_note(note), is_in_doubt=True)

    def with_lost(self, old: BackupSchedule, reason: str) -> State:
        """Return the state in which a schedule that should exist does not, or may not. reason: a sentence."""
        note = f"The old {old.name} schedule may be lost. {reason} Its settings are in lost_schedules."
        state = self._with(old, None).with_note(note)
        return replace(state, lost=(*self.lost, old))

    def _with(self, removed: BackupSchedule | None, added: BackupSchedule | None) -> State:
        others = [each for each in self.schedules if not is_same(each, removed)]
        return replace(self, schedules=sorted_schedules([*others, added] if added else others))


@dataclass
class Outcome:
    """The outcome of a plan. error: what ended the work before the plan was done; None if it was done."""

    state: State
    error: BaseException | None = None


def is_same(schedule: BackupSchedule, other: BackupSchedule | None) -> bool:
    """Return whether two objects are one schedule of the API."""
    # A planned schedule has no ID yet, and a response to a PATCH may lack IDs.
    return schedule is other or (other is not None and schedule.id is not None and schedule.id == other.id)
