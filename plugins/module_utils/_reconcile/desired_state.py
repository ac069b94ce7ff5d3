# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The desired state of resources: their schedules, and how to get there.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from .._api.addon_types import AddonTypes
from .._api.resources import Resource
from .._model.assignment import Assignment
from .._model.schedule import BackupSchedule, Key
from .._model.staggering import stagger_schedules


@dataclass(frozen=True)
class DesiredState:
    """The desired state of a resource. The fields are options of the modules.

    policy: the name of the policy that the schedules are from; None for a list of schedules.
    types: determines whether an addon can create dumps; None leaves that to the API.
    """

    schedules: Sequence[BackupSchedule]
    prune: bool | AbstractSet[Key]
    on_difference: str = "replace"
    write_method: str = "schedule"
    stagger_minutes: int = 0
    on_unsupported: str | None = None
    types: AddonTypes | None = None
    policy: str | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any], assignment: Assignment, types: AddonTypes) -> DesiredState:
        """Take it from the options of a module, of which some are only for addons, and the assignment of a resource."""
        for_addons = {name: params[name] for name in ("write_method", "on_unsupported") if name in params}
        return cls(
            schedules=assignment.schedules,
            policy=assignment.policy,
            prune=params["prune"],
            on_difference=params["on_difference"],
            stagger_minutes=params["stagger_minutes"],
            types=types if params.get("on_unsupported") else None,
            **for_addons,
        )

    def schedules_of(self, resource: Resource) -> list[BackupSchedule]:
        """Return the desired schedules of a resource, staggered."""
        return stagger_schedules(self.schedules, self.stagger_minutes, resource.project_id, resource.id)
