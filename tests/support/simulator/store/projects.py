# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.store.addons import Addon
from simulator.store.context import make_uid
from simulator.store.volumes import Volume


@dataclass
class Project:
    id: str
    name: str = ""
    addons: dict[str, Addon] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "uid": make_uid(self.id),
            "description": "",
            "lifecycleStatus": "created",
        }
