# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Determine which resources get which schedules from the options schedules, policy and assignments.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api.resources import ResourceType
from .._model.assignment import Assignment
from .._model.policies import unknown_policy
from .._model.schedule import BackupSchedule
from .._model.schedule_rules import list_errors
from .custom_policies import Policies, all_policies
from .validation import boolean_errors

_OPTIONS = ("schedules", "policy", "assignments")
_CONDITIONS = ("tags", "types", "names")


def read_assignments(
    type_: ResourceType, argument_spec: Mapping[str, Any], params: Mapping[str, Any], is_required: bool
) -> tuple[list[Assignment], list[str]]:
    """Return the assignments to resources of a type, and the validation errors of these options.

    Schedules or a policy are one assignment, which every resource matches. is_required: whether one of the options is.
    """
    policies, errors = all_policies(params["custom_policies"])
    if boolean_errors(argument_spec, params):
        # The rules compare numbers. The Booleans are reported with the other common errors.
        return [], errors
    given = [option for option in _OPTIONS if params[option] is not None]
    if len(given) > 1:
        errors.append(f"{given[1]}: mutually exclusive with {given[0]}; set one of {_listed(_OPTIONS)}")
    elif is_required and not given:
        errors.append(f"schedules: set one of {_listed(_OPTIONS)}")
    assignments = []
    if params["schedules"] is not None or params["policy"] is not None:
        assignment, found = _assignment(type_, params, policies, "")
        assignments.append(assignment)
        errors.extend(found)
    if params["assignments"] is not None:
        listed, found = _assignments(type_, params["assignments"], policies)
        assignments.extend(listed)
        errors.extend(found)
    return assignments, errors


def named_schedules(params: Mapping[str, Any], assignments: Sequence[Assignment]) -> dict[str, BackupSchedule]:
    """Return the desired schedules by the prefix of the names of their options, such as ``schedules[2].``.

    assignments: what read_assignments() returned for these options.
    """
    schedules = {}
    for number, assignment in enumerate(assignments):
        entry = "" if params["assignments"] is None else f"assignments[{number}]."
        option = f"{entry}schedules" if assignment.policy is None else f"custom_policies.{assignment.policy}"
        schedules.update({f"{option}[{index}].": each for index, each in enumerate(assignment.schedules)})
    return schedules


def _assignments(
    type_: ResourceType, entries: Sequence[Mapping[str, Any]], policies: Policies
) -> tuple[list[Assignment], list[str]]:
    assignments: list[Assignment] = []
    errors: list[str] = [] if entries else ["assignments: must not be empty"]
    catch_all: int | None = None
    for index, entry in enumerate(entries):
        option = f"assignments[{index}]"
        given = [name for name in ("schedules", "policy") if entry[name] is not None]
        if len(given) != 1:
            errors.append(f"{option}: set either schedules or policy")
        if catch_all is not None:
            errors.append(f"{option}: matches no {type_.name}, because assignments[{catch_all}] matches all")
        elif all(entry[name] is None for name in _CONDITIONS):
            catch_all = index
        errors.extend(
            f"{option}.{name}: must not be empty; omit it to match all {type_.collection}"
            for name in _CONDITIONS
            if entry[name] is not None and not entry[name]
        )
        assignment, found = _assignment(type_, entry, policies, f"{option}.")
        assignments.append(assignment)
        errors.extend(found)
    return assignments, errors


def _assignment(
    type_: ResourceType, entry: Mapping[str, Any], policies: Policies, prefix: str
) -> tuple[Assignment, list[str]]:
    """Return an entry of assignments, and its validation errors; or the module's own options schedules and policy."""
    name, schedules, errors = entry["policy"], list[BackupSchedule](), list[str]()
    if entry["schedules"] is not None:
        schedules = [BackupSchedule.from_params(each, type_.schema) for each in entry["schedules"]]
        errors.extend(list_errors(schedules, f"{prefix}schedules"))
    elif name in policies:
        reduced = [each.reduced_to(type_.schema) for each in policies[name]]
        schedules = [each for each in reduced if each]
        if policies[name] and not schedules:
            # Otherwise the resources would have no backups, although they have a policy.
            types = " or ".join(type_.schema.backup_types)
            errors.append(f"{prefix}policy: {name} has no {types} schedules, so it cannot be applied to {type_}")
    if name is not None and name not in policies:
        errors.append(unknown_policy(f"{prefix}policy", name, policies))
    return Assignment(schedules, name, *(entry.get(each) for each in ("names", "types", "tags"))), errors


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
