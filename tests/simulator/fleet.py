# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def make_fleet(
    projects: int = 1, addons: int = 1, types: Sequence[str] = ("postgresql",), schedules: Sequence[Any] = ()
) -> dict[str, Any]:
    """Make a fleet of project-1, project-2 and so on, each with addon-1, addon-2 and so on.

    types: given to the addons in turn. schedules: request bodies, which every addon gets.
    """
    return {
        "destinations": [{"id": "cold-storage", "name": "Cold storage"}],
        "projects": [
            {
                "id": f"project-{project + 1}",
                "addons": [
                    {"id": f"addon-{addon + 1}", "type": types[addon % len(types)], "backup_schedules": list(schedules)}
                    for addon in range(addons)
                ],
            }
            for project in range(projects)
        ],
    }
