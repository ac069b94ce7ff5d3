# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan what to do with a backup destination. Pure: no HTTP, no Ansible.

A destination is never deleted and created again to change it: backup schedules refer to it.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .._model.destination import SECRETS, STATIC_CREDENTIALS, BackupDestination, is_changeable
from .._model.text import short_repr
from .plan_object import ObjectPlan

DestinationPlan = ObjectPlan[BackupDestination]


def plan_absent(desired: BackupDestination, existing: BackupDestination | None) -> DestinationPlan:
    """Plan how to get rid of the destination, if it exists. desired: its ID or name."""
    refusals = tuple(_renamed(desired, existing, "delete"))
    return DestinationPlan("delete" if existing else None, existing, None, refusals=refusals)


def plan_present(
    desired: BackupDestination, existing: BackupDestination | None, namesake: BackupDestination | None
) -> DestinationPlan:
    """Plan how to get from the existing destination to the desired one.

    namesake: another destination with the desired name. The name must be unique.
    """
    if existing is None:
        after = desired.with_defaults()
        refusals = [*_name_conflict(desired, existing, namesake), *_missing(after)]
        return DestinationPlan("create", None, after, refusals=tuple(refusals))
    changed_options = desired.differences(existing)
    after = replace(desired.filled_from(existing), id=existing.id)
    refusals = [
        *_immutable(desired, existing, changed_options),
        *(_name_conflict(desired, existing, namesake) if namesake else _renamed(desired, existing, "rename")),
        *_not_returned(existing, after, changed_options),
    ]
    action = "update" if changed_options else None
    return DestinationPlan(action, existing, after, changed_options, tuple(refusals))


def _name_conflict(
    desired: BackupDestination, existing: BackupDestination | None, namesake: BackupDestination | None
) -> Iterator[str]:
    if namesake is not None:
        problem = "does not exist" if existing is None else "cannot be renamed"
        id_ = f"the ID {namesake.id}" if namesake.id else "an ID that the API does not list"
        yield (
            f"The backup destination {desired.expected_id} {problem}, and another one has the name"
            f" {short_repr(desired.name)} and {id_}. Set destination_id to that ID, or choose another name."
        )


def _renamed(desired: BackupDestination, existing: BackupDestination | None, effect: str) -> Iterator[str]:
    if existing is not None and desired.id is None and existing.name != desired.name:
        yield (
            f"The backup destination with the ID {existing.id}, which follows from the name {short_repr(desired.name)},"
            f" has the name {short_repr(existing.name)}. Set destination_id to {existing.id} to {effect} it."
        )


def _missing(after: BackupDestination) -> Iterator[str]:
    missing = _missing_secrets(after)
    if missing:
        yield f"The backup destination {after.expected_id} does not exist, and cannot be created without {missing}."


def _not_returned(
    existing: BackupDestination, after: BackupDestination, changed_options: tuple[str, ...]
) -> Iterator[str]:
    # Credentials are sent as a whole.
    missing = _missing_secrets(after)
    if missing and "credentials" in after.to_patch(changed_options):
        yield (
            f"The credentials of the backup destination {existing.expected_id} cannot be changed without {missing},"
            " because the API does not return the existing ones."
        )


def _missing_secrets(after: BackupDestination) -> str:
    """Return the options of the secrets that a destination needs but does not have; empty if there are none."""
    if after.credentials.auth_mode != STATIC_CREDENTIALS:
        return ""
    return " and ".join(f"credentials.{name}" for name in SECRETS if getattr(after.credentials, name) is None)


def _immutable(
    desired: BackupDestination, existing: BackupDestination, changed_options: tuple[str, ...]
) -> Iterator[str]:
    fixed = [option for option in changed_options if not is_changeable(option)]
    if fixed:
        differences = ", ".join(
            f"{option} (from {short_repr(getattr(existing, option))} to {short_repr(getattr(desired, option))})"
            for option in fixed
        )
        yield (
            f"The API cannot change these options of the backup destination {existing.expected_id}: {differences}."
            " It is not replaced, because backup schedules may refer to it. Create another destination, or set the"
            " options to the existing values."
        )
