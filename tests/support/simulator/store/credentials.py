# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials of addons."""

from __future__ import annotations

from typing import Any

from simulator.store.addons import Addon
from simulator.store.context import make_uid

PORTS = {"minio": 9000, "mongodb": 27017, "mysql": 3306, "postgresql": 5432, "rabbitmq": 5672, "redis": 6379}

# The scheme and the name of the URI of some types.
URIS = {"postgresql": ("postgresql", "POSTGRES_URI")}


def credentials_of(addon: Addon) -> dict[str, dict[str, Any]]:
    """Return the credentials of an addon as the API does: always the same, and no two addons have the same secrets."""
    envs = {
        "HOST": f"primary.{addon.id}--{make_uid(addon.project_id, addon.id)[:8]}.addon.code.run",
        "PORT": str(PORTS[addon.type]),
        "USERNAME": "app",
        "DATABASE": "app",
    }
    password = make_uid(addon.project_id, addon.id, "password")
    scheme, name = URIS.get(addon.type, (addon.type, f"{addon.type.upper()}_URI"))
    uri = f"{scheme}://{envs['USERNAME']}:{password}@{envs['HOST']}:{envs['PORT']}/{envs['DATABASE']}"
    return {"envs": envs, "secrets": {"PASSWORD": password, name: uri}}
