# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The backup controls that a task requires: of all resources, or of those with a policy.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._model.controls import CONTROLS, Controls, range_errors
from .._model.policies import BUILT_IN, unknown_policy
from . import argument_specs
from .validation import boolean_errors


@dataclass(frozen=True)
class RequiredControls:
    """The controls that are required of resources.

    by_policy: those of the resources with a policy, by its name; general: those of all others.
    """

    general: Controls
    by_policy: Mapping[str, Controls]

    def for_policy(self, policy: str | None) -> Controls:
        """Return the controls of a resource with a policy, or with none."""
        return self.general if policy is None else self.by_policy.get(policy, self.general)

    def for_unknown_policy(self) -> Controls:
        """Return the controls of a resource whose policy is not known: all that may apply to it."""
        listed = [self.general, *self.by_policy.values()]
        parameters = {name: each[name] for each in reversed(listed) for name in each}
        return {name: parameters[name] for name in CONTROLS if name in parameters}


def read_controls(params: Mapping[str, Any]) -> tuple[RequiredControls | None, list[str]]:
    """Return the required controls, None if both options are omitted, and the validation errors of these options."""
    general, by_policy = params["controls"], params["policy_controls"]
    if general is None and by_policy is None:
        return None, []
    controls = _selected(general or {})
    # The Booleans are reported with the other common errors.
    errors = [] if _boolean_errors("controls", controls) else range_errors("controls", controls)
    if by_policy is None:
        return RequiredControls(controls, {}), errors
    custom_policies = params["custom_policies"]
    known = {*BUILT_IN, *(map(str, custom_policies) if isinstance(custom_policies, Mapping) else ())}
    if all(params[option] is None for option in ("policy", "assignments", "schedules")):
        errors.append("policy_controls: has no effect without policy or assignments; set controls instead")
    controls_by_policy: dict[str, Controls] = {}
    for name, value in by_policy.items():
        option = f"policy_controls.{name}"
        if str(name) not in known:
            errors.append(unknown_policy("policy_controls", str(name), known))
        validated, found = argument_specs.validate_controls(option, value)
        selected = _selected(validated)
        found = found or _boolean_errors(option, selected) or range_errors(option, selected)
        controls_by_policy[str(name)] = selected
        errors.extend(found)
    return RequiredControls(controls, controls_by_policy), errors


def _selected(params: Mapping[str, Any]) -> Controls:
    """Return the controls that are set, in their order."""
    return {name: params[name] for name in CONTROLS if params.get(name) is not None}


def _boolean_errors(option: str, controls: Controls) -> list[str]:
    return boolean_errors(argument_specs.controls(), controls, f"{option}.")
