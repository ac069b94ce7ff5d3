# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan what to do with a notification integration. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .._model.notification import RAW_WEBHOOK, NotificationIntegration
from .._model.text import printable, short_repr
from .plan_object import ObjectPlan

NotificationPlan = ObjectPlan[NotificationIntegration]


def ambiguous(name: str | None, namesakes: Sequence[NotificationIntegration]) -> str:
    """Return the refusal of a name that several integrations have."""
    ids = printable(", ".join(str(each.id) for each in namesakes))
    return (
        f"{len(namesakes)} notification integrations have the name {short_repr(name)}: {ids}. Set integration_id to"
        " the ID of one of them."
    )


def plan_absent(existing: NotificationIntegration | None) -> NotificationPlan:
    """Plan how to delete the integration, if it exists."""
    return NotificationPlan("delete" if existing else None, existing, None)


def plan_present(
    desired: NotificationIntegration,
    existing: NotificationIntegration | None,
    namesakes: Sequence[NotificationIntegration],
    always_update_secret: bool,
) -> NotificationPlan:
    """Plan how to get from the existing integration to the desired one.

    namesakes: other integrations with the desired name. always_update_secret: whether to send what the API does not
    return even if nothing else differs.
    """
    if existing is None:
        after = desired.with_defaults()
        return NotificationPlan("create", None, after, refusals=tuple(_not_creatable(desired)))
    hidden = [
        option
        for option in ("webhook", "secret")
        if always_update_secret and getattr(desired, option) and existing.hides([option])
    ]
    changed_options = (*desired.differences(existing), *hidden)
    after = desired.filled_from(existing)
    refusals = [*_immutable(desired, existing), *_name_conflict(desired, existing, namesakes)]
    if after.restricted and not after.projects and {"restricted", "projects"} & set(changed_options):
        refusals.append(
            f"The notification integration {existing.id} would send no events, because it would be restricted without"
            " having any projects. Set projects, or restricted: false."
        )
    if desired.secret and existing.type != RAW_WEBHOOK:
        refusals.append(
            f"The notification integration {existing.id} has the type {short_repr(existing.type)}, and only"
            f" {RAW_WEBHOOK} sends a secret. Remove the option secret."
        )
    if "secret" not in changed_options:
        # Whether the existing secret is the same is not known.
        after = replace(after, secret=None)
    action = "update" if changed_options else None
    return NotificationPlan(action, existing, after, changed_options, tuple(refusals))


def _not_creatable(desired: NotificationIntegration) -> Iterator[str]:
    if desired.id is not None:
        yield (
            f"The notification integration with the ID {desired.id} does not exist. Check integration_id. To create an"
            " integration, omit it: Northflank determines the ID."
        )
        return
    missing = [option for option in ("type", "webhook") if getattr(desired, option) is None]
    if desired.restricted and desired.projects is None:
        missing.append("projects")
    if missing:
        yield (
            f"The notification integration {short_repr(desired.name)} does not exist, and cannot be created without"
            f" {' and '.join(missing)}."
        )


def _immutable(desired: NotificationIntegration, existing: NotificationIntegration) -> Iterator[str]:
    if desired.type not in (None, existing.type):
        yield (
            f"The API cannot change the type of the notification integration {existing.id} from"
            f" {short_repr(existing.type)} to {short_repr(desired.type)}. Delete it first, or choose another name."
        )


def _name_conflict(
    desired: NotificationIntegration, existing: NotificationIntegration, namesakes: Sequence[NotificationIntegration]
) -> Iterator[str]:
    if namesakes:
        ids = printable(", ".join(str(each.id) for each in namesakes))
        yield (
            f"The notification integration {existing.id} cannot be renamed: {short_repr(desired.name)} is the name of"
            f" {ids}. Choose another name."
        )
