# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do to an addon: one function, for the rollout, for its check mode and for those who report drift.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._addon_types import AddonTypes
from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._plan import Plan, plan
from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule, Key, staggered
from ansible_collections.community.northflank.plugins.module_utils._text import printable

_WITHOUT_DUMPS = "Remove the dump schedule, or set unsupported to warn or skip to apply only the snapshot schedules."


@dataclass(frozen=True)
class DesiredState:
    """What is to become of each addon; the fields are the options of the modules.

    types: what tells whether an addon can create dumps; None leaves that to the API's refusal.
    """

    schedules: Sequence[BackupSchedule]
    prune: bool | AbstractSet[Key]
    on_existing: str = "replace"
    write_method: str = "schedule"
    stagger_minutes: int = 0
    unsupported: str | None = None
    types: AddonTypes | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any], types: AddonTypes) -> DesiredState:
        """Take it from the options of a module that has ``schedules``."""
        return cls(
            schedules=[BackupSchedule.from_params(each) for each in params["schedules"]],
            prune=params["prune"],
            on_existing=params["on_existing"],
            write_method=params["write_method"],
            stagger_minutes=params["stagger_minutes"],
            unsupported=params["unsupported"],
            types=types if params["unsupported"] else None,
        )

    def of(self, target: Target) -> list[BackupSchedule]:
        """Return the schedules that one addon is to have, at its own times."""
        return staggered(self.schedules, self.stagger_minutes, target.project_id, target.addon_id)


@dataclass(frozen=True)
class Decision:
    """What a rollout does to one addon.

    plan: what it would do, were there no refusals.
    refusals: why nothing is done to the addon, which then fails; sentences.
    warnings: what the user is warned of before anything is done; sentences.
    unsupported: why the addon does not get the dumps that are desired; None if it gets all that is.
    """

    plan: Plan
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unsupported: str | None = None


def read_existing(client: Client, target: Target, desired: DesiredState) -> tuple[list[BackupSchedule], bool]:
    """Read the schedules that exist; return them, and whether the API listed them. Raises ApiError.

    An answer without a list may mean that there are none; a PATCH, which drops what it does not list, needs to know.
    """
    try:
        listed = client.read_schedules(target)
    except ApiError as error:
        if error.status != 404 or desired.schedules:
            raise
        # No schedule is desired of an addon that is gone, so nothing is to be done.
        return [], True
    return listed or [], listed is not None


def decide(target: Target, existing: Sequence[BackupSchedule], is_listed: bool, desired: DesiredState) -> Decision:
    """Decide what to do to an addon. Sends requests for the types of addons only, if at all. Raises ApiError.

    existing, is_listed: what read_existing() returned.
    """
    schedules = desired.of(target)
    steps = plan(existing, schedules, desired.prune, desired.on_existing)
    unsupported = _unsupported(target, steps, desired)
    if unsupported:
        snapshots = [schedule for schedule in schedules if schedule.backup_type != "dump"]
        steps = plan(existing, snapshots, _undesired(existing, schedules, desired.prune), desired.on_existing)
    refusals = [*_blocked(target, steps)]
    if unsupported and desired.unsupported == "fail":
        refusals.append(f"{unsupported} {_WITHOUT_DUMPS}")
    if steps.kept and desired.on_existing == "keep_and_fail":
        refusals.append(_differing(target, steps))
    if desired.write_method == "addon" and steps.actions:
        refusals.extend(_not_to_be_patched(target, steps, is_listed))
    warnings = [*_duplicates(target, steps), *_dropped_fields(target, steps)]
    if unsupported and desired.unsupported == "warn":
        warnings.append(f"{unsupported} It gets the others.")
    if steps.kept and desired.on_existing == "keep_and_warn":
        warnings.append(_differing(target, steps))
    return Decision(steps, tuple(refusals), () if refusals else tuple(warnings), unsupported)


def _undesired(
    existing: Sequence[BackupSchedule], schedules: Sequence[BackupSchedule], prune: bool | AbstractSet[Key]
) -> AbstractSet[Key]:
    """Return the keys that prune deletes: a dump that is desired, and exists, stays even where it is unsupported."""
    keys = {schedule.key for schedule in existing} - {
        schedule.key for schedule in schedules if schedule.backup_type == "dump"
    }
    return (keys if prune else frozenset()) if isinstance(prune, bool) else keys & prune


def _unsupported(target: Target, steps: Plan, desired: DesiredState) -> str | None:
    """Say what dumps would be written to an addon that cannot create any; None if there are none. Raises ApiError."""
    dumps = [
        action.schedule.name
        for action in steps.actions
        if action.action != "delete" and action.schedule.backup_type == "dump"
    ]
    type_ = desired.types.without_dumps(target) if desired.types and dumps else None
    return type_ and f"{target} is a {type_} addon, which cannot make dumps, but is to have a {' and a '.join(dumps)}."


def _differing(target: Target, steps: Plan) -> str:
    differing = ", ".join(f"{action.schedule.name} ({', '.join(action.because)})" for action in steps.kept)
    return f"{target} has schedules that are not as wanted, and on_existing leaves them as they are: {differing}."


def _duplicates(target: Target, steps: Plan) -> Iterator[str]:
    for group in steps.duplicates:
        yield f"{_several(target, group)}. Set prune: true to delete all but one."


def _blocked(target: Target, steps: Plan) -> Iterator[str]:
    for group in steps.blocked:
        yield (
            f"{_several(target, group)}, so none of them can be replaced."
            " Set prune: true to delete all but one, or delete them in Northflank."
        )


def _several(target: Target, group: Sequence[BackupSchedule]) -> str:
    ids = ", ".join(str(schedule.id) for schedule in group)
    return f"{target} has {len(group)} {group[0].name} schedules (IDs {ids}), where Northflank allows one"


def _dropped_fields(target: Target, steps: Plan) -> Iterator[str]:
    for action in steps.actions:
        if action.dropped_fields:
            fields = printable(json.dumps(action.dropped_fields, sort_keys=True))
            yield (
                f"Replacing the {action.schedule.name} schedule of {target} drops fields that this version of"
                f" community.northflank does not know: {fields}."
            )


def _not_to_be_patched(target: Target, steps: Plan, is_listed: bool) -> Iterator[str]:
    """Say what a PATCH, which replaces the whole list, would destroy."""
    instead = "Use write_method: schedule, which does not touch other schedules."
    if not is_listed:
        yield f"The API did not list the schedules of {target}, and a PATCH drops what it does not list. {instead}"
    remaining = {schedule.key for schedule in steps.after}
    for schedule in steps.before:
        unknown = schedule.unknown_fields or (None if schedule.is_understood else schedule.scheduling.as_dict())
        if schedule.key in remaining and unknown:
            fields = printable(json.dumps(unknown, sort_keys=True))
            yield (
                f"A PATCH of {target} would alter its {schedule.name} schedule, of which this version of"
                f" community.northflank does not know: {fields}. {instead}"
            )
    for group in steps.duplicates:
        yield f"{_several(target, group)}, and a PATCH cannot keep them. {instead}"
