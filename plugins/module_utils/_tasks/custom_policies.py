# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies that a task can apply: those that are built in, and custom ones, which are validated in full.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.policies import BUILT_IN
from .._model.schedule import BackupSchedule
from .._model.schedule_rules import list_errors
from .._model.text import short_repr
from . import argument_specs
from .validation import boolean_errors

Policies = dict[str, list[BackupSchedule]]


def all_policies(custom: Any, option: str = "custom_policies") -> tuple[Policies, list[str]]:
    """Return the policies by name, and the validation errors of all custom ones.

    custom: lists of schedules by the name of their policy, which replace or add to the built-in policies. option: which
    has them. Each error begins with its name, the policy and the schedule:
    ``custom_policies.mine[0].retention_time: ...``.
    """
    policies = {name: [BackupSchedule.from_params(each) for each in listed] for name, listed in BUILT_IN.items()}
    if not isinstance(custom, Mapping):
        return policies, [] if custom is None else [f"{option}: {short_repr(custom)} is not a dictionary"]
    errors: list[str] = []
    for name, listed in custom.items():
        policies[str(name)], found = _custom_policy(f"{option}.{name}", listed)
        errors.extend(found)
    return policies, errors


def _custom_policy(option: str, listed: Any) -> tuple[list[BackupSchedule], list[str]]:
    """Return the schedules of a policy that are well-formed, and the validation errors of all."""
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return [], [f"{option}: {short_repr(listed)} is not a list of schedules"]
    schedules: list[BackupSchedule | None] = []
    errors = []
    for index, each in enumerate(listed):
        entry = f"{option}[{index}]"
        params, found = argument_specs.validate_schedule(entry, each)
        found += boolean_errors(argument_specs.schedule(), params, f"{entry}.")
        schedules.append(None if found else BackupSchedule.from_params(params))
        errors.extend(found)
    return [each for each in schedules if each], [*errors, *list_errors(schedules, option)]
