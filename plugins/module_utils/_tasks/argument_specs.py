# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts that the argument specs of several modules share.

Options have the API's names in snake_case, with the API's own camelCase names as aliases, so that a request body from
the API reference works unchanged. Each function returns a new dictionary: ansible-core modifies argument specs.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible.module_utils.errors import UnsupportedError

from .._model.controls import RANGES
from .._model.text import short_repr


def option(api_name: str | None = None, **rules: Any) -> dict[str, Any]:
    """Return an option with an alias. api_name: the API's name of the option; None if it is the same."""
    return {**rules, "aliases": [api_name]} if api_name else rules


def connection() -> dict[str, Any]:
    """Return the options of the connection to the API."""
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
        "team_id": option("teamId", type="str"),
        "timeout": {"type": "int", "default": 30},
        "retries": {"type": "int", "default": 5},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "rate_limit_max_wait": {"type": "int", "default": 60},
        "rate_limit_reserve": {"type": "int", "default": 0},
        "rate_limit_clients": {"type": "int", "default": 1},
    }


def addons_of_project(required: bool = True) -> dict[str, Any]:
    """Return the options that select addons of a project. required: whether the project is."""
    return {**_of_project(required), "addon_ids": option("addonIds", type="list", elements="str")}


def volumes_of_project(required: bool = True) -> dict[str, Any]:
    """Return the options that select volumes of a project. required: whether the project is."""
    return {**_of_project(required), "volume_ids": option("volumeIds", type="list", elements="str")}


def _of_project(required: bool) -> dict[str, Any]:
    return {
        "project_id": option("projectId", type="str", required=required),
        "concurrency": {"type": "int", "default": 8},
    }


def schedule() -> dict[str, Any]:
    """Return the options of a backup schedule: the request body of the API's "Create addon backup schedule"."""
    return {
        **_times_and_retention(),
        "backup_type": option("backupType", type="str", required=True, choices=["dump", "snapshot"]),
        **storage(),
    }


def storage() -> dict[str, Any]:
    """Return the options for where a backup is stored, and how: those of each backup type."""
    return {
        "additional_destinations": option(
            "additionalDestinations",
            type="list",
            elements="dict",
            options={
                "destination_id": option("destinationId", type="str", required=True),
                "retention_time": option("retentionTime", type="int"),
                "type": {"type": "str", "choices": ["custom"], "default": "custom"},
            },
        ),
        "compression_type": option("compressionType", type="str", choices=["gz", "zstd"]),
        "custom_destination_id": option("customDestinationId", type="str"),
    }


def backup_filters() -> dict[str, Any]:
    """Return the options that select backups, besides their status."""
    return {"since": {"type": "str"}, "newest_only": {"type": "bool", "default": False}}


def on_demand_backup() -> dict[str, Any]:
    """Return the options of a backup on demand that do not depend on what is backed up."""
    return {
        "name": {"type": "str"},
        "backup_id": option("backupId", type="str"),
        "max_age": {"type": "int"},
        **waiting(),
    }


def waiting() -> dict[str, Any]:
    """Return the options of the wait for the end of a long operation."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 3600},
        "wait_interval": {"type": "int", "default": 5},
    }


def source_backup() -> dict[str, Any]:
    """Return the options that select a backup, and the addon that it is of."""
    return {
        "source_project_id": option("sourceProjectId", type="str"),
        "source_addon_id": option("sourceAddonId", type="str"),
        "backup_id": option("backupId", type="str"),
        "backup_type": option("backupType", type="str", choices=["dump", "snapshot"]),
        "max_age": {"type": "int"},
    }


def volume_schedule() -> dict[str, Any]:
    """Return the options of a backup schedule of a volume, whose backups are all snapshots."""
    return {
        **_times_and_retention(),
        "backup_type": option("backupType", type="str", choices=["snapshot"], default="snapshot"),
    }


def _times_and_retention() -> dict[str, Any]:
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
        "retention_time": option("retentionTime", type="int"),
    }


def read_only_fields() -> dict[str, Any]:
    """Return the options that are accepted and ignored, so that results can be passed back as options."""
    return {
        "unknown_fields": {"type": "dict"},
        "id": {"type": "str"},
        "created_at": option("createdAt", type="str"),
        "updated_at": option("updatedAt", type="str"),
    }


def desired_schedules(schedule: Callable[[], dict[str, Any]] = schedule) -> dict[str, Any]:
    """Return the options that determine the desired schedules. schedule: returns the options of each."""

    def schedules() -> dict[str, Any]:
        return {"type": "list", "elements": "dict", "options": {**schedule(), **read_only_fields()}}

    return {
        "schedules": schedules(),
        "policy": {"type": "str"},
        "custom_policies": {"type": "dict"},
        "assignments": {
            "type": "list",
            "elements": "dict",
            "options": {
                "tags": {"type": "list", "elements": "str"},
                "types": {"type": "list", "elements": "str"},
                "names": {"type": "list", "elements": "str"},
                "schedules": schedules(),
                "policy": {"type": "str"},
            },
        },
    }


def required_controls() -> dict[str, Any]:
    """Return the options that require backup controls."""
    return {"controls": {"type": "dict", "options": controls()}, "policy_controls": {"type": "dict"}}


def controls() -> dict[str, Any]:
    """Return the options of backup controls: the parameters of each."""
    numbers = {
        name: {
            "type": "dict",
            "options": {parameter: {"type": "int", "required": True} for parameter in ranges},
        }
        for name, ranges in RANGES.items()
    }
    restore_tested = {"days": {"type": "int", "default": 90}, "include_restores": {"type": "bool", "default": False}}
    return {**numbers, "restore_tested": {"type": "dict", "options": restore_tested}}


# Creating a validator takes long compared with using it, so each is created once.
_SCHEDULE = ArgumentSpecValidator({**schedule(), **read_only_fields()})
_CONTROLS = ArgumentSpecValidator(controls())


def validate_schedule(option: str, value: Any) -> tuple[dict[str, Any], list[str]]:
    """Validate a schedule in an option whose form ansible-core does not know: an entry of a custom policy.

    Return the schedule as ansible-core validates it, and the errors, each of which begins with the name of the option.
    """
    return _validate(_SCHEDULE, option, value)


def validate_controls(option: str, value: Any) -> tuple[dict[str, Any], list[str]]:
    """Validate the controls of a policy: see validate_schedule()."""
    return _validate(_CONTROLS, option, value)


def _validate(validator: ArgumentSpecValidator, option: str, value: Any) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(value, Mapping):
        return {}, [f"{option}: {short_repr(value)} is not a dictionary"]
    errors = type_errors(validator.argument_spec, value, f"{option}.")
    if errors:
        return {}, errors
    validated = validator.validate(value)
    errors = [
        f"{option}: unsupported parameters: {each.msg}"
        if isinstance(each, UnsupportedError)
        else f"{option}: {each.msg}"
        for each in validated.errors
    ]
    return validated.validated_parameters, errors


def type_errors(spec: Mapping[str, Any], params: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the errors of suboptions that are no dictionaries, because ansible-core fails on them without their names.

    It accepts text, which may be JSON. The values are not quoted: they may be secrets.
    """
    errors: list[str] = []
    for option_name, rules in spec.items():
        for name in (option_name, *rules.get("aliases", ())) if "options" in rules else ():
            value, is_list = params.get(name), rules.get("type") == "list"
            listed = (
                value if is_list and isinstance(value, (list, tuple)) else () if is_list or value is None else [value]
            )
            for index, each in enumerate(listed):
                path = f"{prefix}{name}[{index}]" if is_list else f"{prefix}{name}"
                if isinstance(each, Mapping):
                    errors += type_errors(rules["options"], each, f"{path}.")
                elif not isinstance(each, str):
                    errors.append(f"{path}: must be a dictionary")
    return errors


def on_difference() -> dict[str, Any]:
    """Return the option that decides what happens to an existing schedule that differs."""
    return {"type": "str", "choices": ["replace", "keep_and_warn", "keep_and_fail", "keep"], "default": "replace"}


def validate_destinations() -> dict[str, Any]:
    """Return the option that decides whether backup destinations must exist before anything is written."""
    return {"type": "bool", "default": False}


def reconciliation() -> dict[str, Any]:
    """Return the options that decide how schedules are applied."""
    return {
        "prune": {"type": "bool", "default": False},
        "on_difference": on_difference(),
        "stagger_minutes": {"type": "int", "default": 0},
    }


def addon_reconciliation() -> dict[str, Any]:
    """Return the options that decide how the schedules of addons are applied."""
    return {
        **reconciliation(),
        "write_method": {"type": "str", "choices": ["schedule", "addon"], "default": "schedule"},
        "on_unsupported": {"type": "str", "choices": ["fail", "warn", "skip"]},
        "known_addon_types": {"type": "dict"},
    }


def _first_env(*names: str) -> str:
    """Return the first of these environment variables that is set and not blank.

    ansible-core's env_fallback returns an empty one instead of trying the next.
    """
    for name in names:
        if os.environ.get(name, "").strip():
            return os.environ[name]
    raise AnsibleFallbackNotFound
