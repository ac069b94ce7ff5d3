# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the modules. Action plugins and tests use the very same.

The names are those of the API in snake_case; each takes the API's own camelCase name as an alias, so that a request
body copied from the API reference works as it stands.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible_collections.community.northflank.plugins.module_utils._backup import STATUSES


def _first_env(*names: str) -> str:
    """Fall back to the first of these environment variables that is set and not blank.

    ansible-core's env_fallback takes an empty one for a value, and does not look at the next.
    """
    for name in names:
        if os.environ.get(name, "").strip():
            return os.environ[name]
    raise AnsibleFallbackNotFound


def boolean_problems(spec: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    """Say which options of a module have a Boolean where an integer is expected: for ansible-core, true is an integer.

    spec: as AnsibleModule takes it. params: the validated options.
    """
    return list(_booleans(spec["argument_spec"], params, ""))


def _booleans(options: Mapping[str, Any], params: Mapping[str, Any], where: str) -> Iterator[str]:
    for name, rules in options.items():
        value = params.get(name)
        values = {f"{where}{name}": value}
        kind = rules.get("type", "str")
        if kind == "list" and isinstance(value, list):
            values = {f"{where}{name}[{index}]": each for index, each in enumerate(value)}
            kind = rules.get("elements", "str")
        for option, each in values.items():
            if isinstance(each, bool) and kind == "int":
                yield f"{option}: {str(each).lower()} is a Boolean, not an integer"
            elif isinstance(each, Mapping) and "options" in rules:
                yield from _booleans(rules["options"], each, f"{option}.")


def _option(api_name: str | None = None, **rules: Any) -> dict[str, Any]:
    return {**rules, "aliases": [api_name]} if api_name else rules


def _connection() -> dict[str, Any]:
    return {
        "api_token": {
            "type": "str",
            "no_log": True,
            "fallback": (_first_env, ["NORTHFLANK_API_TOKEN", "NF_API_TOKEN"]),
        },
        "api_url": {
            "type": "str",
            "default": "https://api.northflank.com",
            "fallback": (_first_env, ["NORTHFLANK_API_BASE_URL", "NF_API_HOST", "NF_HOST"]),
        },
        "team_id": _option("teamId", type="str"),
        "timeout": {"type": "int", "default": 30},
        "retries": {"type": "int", "default": 5},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "rate_limit_max_wait": {"type": "int", "default": 60},
        "rate_limit_reserve": {"type": "int", "default": 0},
    }


def _schedule() -> dict[str, Any]:
    """The request body of the API's "Create addon backup schedule"."""
    return {
        "scheduling": {
            "type": "dict",
            "required": True,
            "options": {
                "interval": {"type": "str", "required": True, "choices": ["hourly", "daily", "weekly"]},
                "minute": {"type": "list", "elements": "int"},
                "hour": {"type": "list", "elements": "int"},
                "day": {"type": "list", "elements": "str"},
            },
        },
        "backup_type": _option("backupType", type="str", required=True, choices=["dump", "snapshot"]),
        "retention_time": _option("retentionTime", type="int"),
        "additional_destinations": _option(
            "additionalDestinations",
            type="list",
            elements="dict",
            options={
                "destination_id": _option("destinationId", type="str", required=True),
                "retention_time": _option("retentionTime", type="int"),
                "type": {"type": "str", "choices": ["custom"], "default": "custom"},
            },
        ),
        "compression_type": _option("compressionType", type="str", choices=["gz", "zstd"]),
        "custom_destination_id": _option("customDestinationId", type="str"),
    }


def _made_by_the_server() -> dict[str, Any]:
    """What info returns beside the options; accepted, so that it can be given back, and ignored."""
    return {
        "unknown_fields": {"type": "dict"},
        "id": {"type": "str"},
        "created_at": _option("createdAt", type="str"),
        "updated_at": _option("updatedAt", type="str"),
    }


def _schedules(required: bool) -> dict[str, Any]:
    return {
        "type": "list",
        "elements": "dict",
        "required": required,
        "options": {**_schedule(), **_made_by_the_server()},
    }


def _on_existing() -> dict[str, Any]:
    return {"type": "str", "choices": ["replace", "keep_and_warn", "keep_and_fail", "keep"], "default": "replace"}


def _write_method() -> dict[str, Any]:
    return {"type": "str", "choices": ["schedule", "addon"], "default": "schedule"}


# How to reach the API: of the inventory plugin too.
CONNECTION = _connection()

ADDON_BACKUP_SCHEDULE: dict[str, Any] = {
    "argument_spec": {
        **_connection(),
        "project_id": _option("projectId", type="str", required=True),
        "addon_id": _option("addonId", type="str", required=True),
        **_schedule(),
        **_made_by_the_server(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "on_existing": _on_existing(),
    },
    "supports_check_mode": True,
}

ADDON_BACKUP_SCHEDULES: dict[str, Any] = {
    "argument_spec": {
        **_connection(),
        "project_id": _option("projectId", type="str", required=True),
        "addon_ids": _option("addonIds", type="list", elements="str"),
        "all_addons": {"type": "bool", "default": False},
        "schedules": _schedules(required=True),
        "prune": {"type": "bool", "default": False},
        "on_existing": _on_existing(),
        "write_method": _write_method(),
        "stagger_minutes": {"type": "int", "default": 0},
        "unsupported": {"type": "str", "choices": ["fail", "warn", "skip"]},
        "addon_types": {"type": "dict"},
        "concurrency": {"type": "int", "default": 8},
    },
    "supports_check_mode": True,
}

ADDON_BACKUP_INFO: dict[str, Any] = {
    "argument_spec": {
        **_connection(),
        "project_id": _option("projectId", type="str", required=True),
        "addon_ids": _option("addonIds", type="list", elements="str"),
        "status": {"type": "list", "elements": "str", "choices": list(STATUSES)},
        "since": {"type": "str"},
        "newest_only": {"type": "bool", "default": False},
        "concurrency": {"type": "int", "default": 8},
    },
    "supports_check_mode": True,
}

ADDON_BACKUP_STATUS_INFO: dict[str, Any] = {
    "argument_spec": {
        **_connection(),
        "project_id": _option("projectId", type="str", required=True),
        "addon_ids": _option("addonIds", type="list", elements="str"),
        "schedules": _schedules(required=False),
        "prune": {"type": "bool", "default": False},
        "on_existing": _on_existing(),
        "write_method": _write_method(),
        "stagger_minutes": {"type": "int", "default": 0},
        "unsupported": {"type": "str", "choices": ["fail", "warn", "skip"]},
        "addon_types": {"type": "dict"},
        "addon_statuses": {"type": "dict"},
        "policy_name": {"type": "str"},
        "grace_minutes": {"type": "int", "default": 60},
        "concurrency": {"type": "int", "default": 8},
    },
    "supports_check_mode": True,
}

ADDON_BACKUP_SCHEDULE_INFO: dict[str, Any] = {
    "argument_spec": {
        **_connection(),
        "project_id": _option("projectId", type="str", required=True),
        "addon_ids": _option("addonIds", type="list", elements="str"),
        "concurrency": {"type": "int", "default": 8},
    },
    "supports_check_mode": True,
}
