# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task for a backup destination, and checks of its result and of the destinations afterwards."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from simulator.bodies.destinations import BackupDestination, BackupDestinationUpdate
from simulator.errors import ApiError
from simulator.store import Store

from . import account_objects
from .account_objects import families, random_faults, slug

# The methods of requests with faults, by the desired state. None is any method.
METHODS: dict[str, tuple[str | None, ...]] = {
    "present": ("POST", "POST", "PATCH", "PATCH", "GET", None),
    "absent": ("DELETE", "DELETE", "DELETE", "GET", None),
}

NAMES = ("Cold storage", "Archive", "Off-site")
KEYS = ("key-number-one", "key-number-two", "key-number-three")

# The API's names of the options, and of the suboptions of credentials.
FIELDS = {"name": "name", "description": "description", "type": "type", "prefix": "prefix", "usage": "usage"}
CREDENTIALS = {
    "bucket_name": "bucketName",
    "region": "region",
    "endpoint": "endpoint",
    "auth_mode": "authMode",
    "access_key": "accessKey",
    "secret_key": "secretKey",
    "workload_identity_id": "workloadIdentityId",
    "enable_object_lock": "enableObjectLock",
    "object_lock_retention_days": "objectLockRetentionDays",
}
DEFAULTS = {"description": "", "usage": "globalBackups", "authMode": "staticCreds", "enableObjectLock": False}


@dataclass(frozen=True)
class Scenario(account_objects.Scenario):
    """A task with faults. is_used: whether a schedule uses the first destination."""

    is_used: bool = False


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with errors, lost responses and other clients."""
    rng = random.Random(f"destination {seed}")
    names = rng.sample(NAMES, rng.choice([0, 1, 2, 2]))
    start = [{**_destination(rng, name), "id": slug(name)} for name in names]
    options = _options(rng, _destination(rng, rng.choice([*names, *names, *NAMES])), names)
    keys = [options["credentials"][name] for name in ("access_key", "secret_key")]
    faults, concurrent_writes = random_faults(rng, options, METHODS[options["state"]], keys, _concurrent_write)
    return Scenario(
        seed=seed,
        start=start,
        options=options,
        faults=faults,
        concurrent_writes=concurrent_writes,
        settings={
            "rate_limit": rng.choice([1000, 1000, 20, 6]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "extra_fields": rng.random() < 0.5,
            "list_destination_ids": rng.random() < 0.3,
            "destination_id_suffix": rng.choice(["", "", "", "-1"]),
            "unique_destination_names": rng.random() < 0.6,
            "destination_patch_response": rng.choice(["full", "without_secrets", "empty"]),
            "stored_description": "of a server" if rng.random() < 0.1 else None,
            "merge_patched_credentials": rng.random() < 0.5,
            "rename_changes_destination_id": rng.random() < 0.2,
            "keep_used_destinations": rng.random() < 0.5,
        },
        is_used=rng.random() < 0.3,
    )


def _detectable(scenario: Scenario) -> Scenario:
    """Return the scenario without a destination in use: the response may say that it was deleted."""
    return replace(scenario, is_used=False)


FAMILIES = families(
    "destinations", random_scenario, ["POST", "POST", "PATCH", "PATCH", "DELETE", "GET", None], _detectable
)


def _destination(rng: random.Random, name: str) -> dict[str, Any]:
    """Return a valid request body. There are few values, so that two bodies are often nearly equal."""
    credentials: dict[str, Any] = {
        "bucketName": rng.choice(["bucket", "bucket", "other-bucket"]),
        "region": rng.choice(["eu-west-1", "eu-west-1", "us-east-1"]),
        "endpoint": "s3.example.org",
    }
    if rng.random() < 0.2:
        credentials.update(authMode="workloadIdentity", workloadIdentityId=rng.choice(["writer", "reader"]))
    else:
        credentials.update(accessKey=f"access-{rng.choice(KEYS)}", secretKey=f"secret-{rng.choice(KEYS)}")
    if rng.random() < 0.2:
        credentials.update(enableObjectLock=True, objectLockRetentionDays=rng.choice([1, 30]))
    destination = {
        "name": name,
        "type": "s3",
        "prefix": rng.choice(["", "", "", "backups"]),
        "usage": rng.choice(["globalBackups"] * 4 + ["containerSnapshots"]),
        "credentials": credentials,
    }
    return {**destination, **({"description": "of tests"} if rng.random() < 0.4 else {})}


def _options(rng: random.Random, body: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Convert a request body to validated options, with some optional ones omitted, or to options that delete it."""
    credentials = {name: body["credentials"].get(api_name) for name, api_name in CREDENTIALS.items()}
    if rng.random() < 0.3:
        credentials.update(access_key=None, secret_key=None)
    options = {
        "destination_id": rng.choice([slug(body["name"]), *map(slug, names)]) if rng.random() < 0.3 else None,
        "name": body["name"],
        "description": rng.choice([body.get("description"), ""]),
        "type": "s3",
        "prefix": body["prefix"],
        "usage": rng.choice([body["usage"], None]),
        "credentials": credentials,
        "state": rng.choice(["present", "present", "present", "absent"]),
        "retries": rng.choice([0, 1, 2, 5]),
        "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
    }
    return options


def _concurrent_write(rng: random.Random, options: dict[str, Any]) -> Callable[[Store], None]:
    """Return a function that changes the destination as another client, just before a request."""
    action = rng.choice(["create", "create", "create the same", "change", "delete"])
    body = _destination(rng, options["name"])
    if action == "create the same":
        body = _complete(options)

    def write(store: Store) -> None:
        destination_id = options["destination_id"] or slug(options["name"])
        try:
            if action.startswith("create"):
                store.destinations.create(BackupDestination.model_validate(body), by="other")
            elif action == "change":
                change = BackupDestinationUpdate.model_validate({"description": "of another client"})
                store.destinations.update(destination_id, change, by="other")
            else:
                store.destinations.delete(destination_id, [], by="other")
        except ApiError:
            return

    return write


def _complete(options: dict[str, Any]) -> dict[str, Any]:
    """Return a request body with these options, and with required fields."""
    credentials = {CREDENTIALS[name]: value for name, value in options["credentials"].items() if value is not None}
    if credentials.get("authMode") != "workloadIdentity":
        credentials = {"accessKey": "access-of-another-client", "secretKey": "secret-of-another-client", **credentials}
    body = {name: options[name] for name in ("name", "type", "prefix", "description") if options[name] is not None}
    return {**body, "usage": options["usage"] or "globalBackups", "credentials": credentials}


class Harness(account_objects.Harness):
    """Runs scenarios of backup destinations."""

    key = "backup_destination"
    refusals = re.compile(
        "cannot change these options|another one has the name|cannot be created without|is in use by|which follows from"
    )
    not_predicted = re.compile("in use|that were requested")

    def run_task(
        self, interruption: Interruption | None = None, check_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        return self.task_runner.run_destination(interruption, check_mode, **options)

    def fleet(self, scenario: Scenario) -> dict[str, Any]:
        schedules = []
        if scenario.is_used and scenario.start:
            schedules = [
                {
                    "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
                    "backupType": "dump",
                    "retentionTime": 7,
                    "customDestinationId": scenario.start[0]["id"],
                }
            ]
        projects = [{"id": "shop", "addons": [{"id": "db", "backup_schedules": schedules}]}]
        return {"destinations": copy.deepcopy(scenario.start), "projects": projects}

    def store(self) -> Any:
        return self.simulator.store.destinations

    def existing(self) -> list[dict[str, Any]]:
        store = self.simulator.store.destinations
        return [store.get(destination_id) for destination_id in store.ids()]

    def differences(self, options: dict[str, Any], found: dict[str, Any]) -> list[str]:
        existing = {**DEFAULTS, **found, **found["credentials"]}
        desired = {FIELDS[name]: options[name] for name in FIELDS}
        desired.update({CREDENTIALS[name]: value for name, value in options["credentials"].items()})
        return [name for name, value in desired.items() if value is not None and value != existing.get(name)]

    def target(self, scenario: Scenario, before: list[dict[str, Any]]) -> str:
        return str(scenario.options["destination_id"] or slug(scenario.options["name"]))

    def check_secrets(self, scenario: Scenario, shown: str) -> None:
        for each in (*(f"access-{key}" for key in KEYS), *(f"secret-{key}" for key in KEYS), "of-another-client"):
            assert each not in shown, f"shows {each}: {shown}"

    def may_be_refused(self, scenario: Scenario, message: str) -> bool:
        return super().may_be_refused(scenario, message) or bool(scenario.settings["stored_description"])

    def converges(self, scenario: Scenario, result: dict[str, Any]) -> bool:
        # Another ID than expected is reported in a warning, and the next run fails.
        return scenario.options["state"] == "absent" or result[self.key]["id"] == self.target(scenario, [])

    def check_id(self, scenario: Scenario, reported: dict[str, Any], warnings: list[str]) -> None:
        is_expected = reported["id"] == self.target(scenario, [])
        assert is_expected or any("Set destination_id" in text for text in warnings), warnings
