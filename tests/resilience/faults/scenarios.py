# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a rollout: a fleet, the options of a task, and faults. Each is generated from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.faults import ODD_JSON

from .injections import EXCEPTIONS, REQUEST_PLACES, Injection

KEYS = [(interval, kind) for interval in ("hourly", "daily", "weekly") for kind in ("dump", "snapshot")]
PROJECT = "project-1"
TRANSIENT_STATUSES = (500, 502, 503, 504)
REJECTED_STATUSES = (400, 401, 403, 404, 409, 422)

# The fields that the schedules of volumes do not have.
ADDON_FIELDS = ("additionalDestinations", "compressionType", "customDestinationId", "backupCompressionType")

# The methods of requests with faults, by frequency. None is any method.
METHODS = ("POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "GET", None)


@dataclass(frozen=True)
class ConcurrentWrite:
    """A write of another client just before a request: it replaces the schedule like body, or deletes it."""

    resource_id: str
    body: dict[str, Any]
    creates: bool


@dataclass(frozen=True)
class Scenario:
    """A rollout with faults.

    start: the existing schedules of each addon or volume, as request bodies.
    options: of addon_backup_schedules or volume_backup_schedules.
    faults: rules for the simulator. concurrent_writes: by the position of their fault.
    settings: of the simulator.
    odd: existing schedules of each addon or volume that violate the API's reference, as listed.
    injections: exceptions in requests. line_exception: an exception at a random line of the code that applies a plan.
    kind: of the resources.
    """

    seed: int
    start: dict[str, list[dict[str, Any]]]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    concurrent_writes: dict[int, ConcurrentWrite]
    settings: dict[str, Any]
    odd: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None
    kind: str = "addon"

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


def without_concurrent_writes(scenario: Scenario) -> Scenario:
    """Return the scenario without writes of other clients."""
    return replace(
        scenario, faults=[fault for fault in scenario.faults if fault["kind"] != "call"], concurrent_writes={}
    )


def odd_scenario(seed: int) -> Scenario:
    """Return a scenario with duplicates, unknown intervals and unknown fields."""
    rng = random.Random(f"odd {seed}")
    scenario = random_scenario(seed)
    desired = [_key(_body_of(option)) for option in scenario.options["schedules"]]
    odd = {
        addon: [
            _odd(rng, rng.choice([*KEYS, *desired, *desired]), scenario) for _count in range(rng.choice([0, 1, 1, 2]))
        ]
        for addon in scenario.start
    }
    return replace(scenario, odd=odd, settings={**scenario.settings, "max_schedules": None})


def hostile_scenario(seed: int) -> Scenario:
    """Return a scenario with invalid responses: malformed redirects, chunks and JSON, very large bodies."""
    rng = random.Random(f"hostile {seed}")
    scenario = without_concurrent_writes(random_scenario(seed))
    faults = [hostile_fault(rng) for _count in range(rng.choice([1, 1, 2, 3]))]
    return replace(scenario, faults=[*faults, *scenario.faults[:1]])


def exceptions_scenario(seed: int) -> Scenario:
    """Return a scenario with unexpected exceptions in requests."""
    rng = random.Random(f"exceptions {seed}")
    scenario = without_concurrent_writes(odd_scenario(seed) if rng.random() < 0.2 else random_scenario(seed))
    injections = tuple(
        Injection(
            place=rng.choice(REQUEST_PLACES),
            position=rng.choice([0, 0, 0, 1, 2, 4]),
            exception=rng.choice(EXCEPTIONS),
            method=rng.choice(["POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "PATCH", "GET", None]),
        )
        for _count in range(rng.choice([1, 1, 1, 2, 3]))
    )
    return replace(scenario, injections=injections, faults=scenario.faults[:2])


def lines_scenario(seed: int) -> Scenario:
    """Return a scenario with an exception at a line of the code that applies a plan, including the rollback."""
    rng = random.Random(f"lines {seed}")
    scenario = without_concurrent_writes(odd_scenario(seed) if rng.random() < 0.2 else random_scenario(seed))
    rejection = {"kind": "status", "status": rng.choice([400, 500]), "method": "POST", "after_commit": False}
    faults = [rejection] if rng.random() < 0.4 else scenario.faults[:2]
    return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=faults)


def volumes_scenario(seed: int) -> Scenario:
    """Return a scenario of another family with volumes: without dumps and without what only addons have."""
    rng = random.Random(f"volumes {seed}")
    scenario = rng.choice([random_scenario, hostile_scenario, odd_scenario, exceptions_scenario, lines_scenario])(seed)
    addon_options = ("addon_ids", "all_addons", "write_method")
    ids = scenario.options["addon_ids"]
    return replace(
        scenario,
        kind="volume",
        start={_volume(addon): _of_volume(bodies) for addon, bodies in scenario.start.items()},
        options={
            **{name: value for name, value in scenario.options.items() if name not in addon_options},
            "volume_ids": ids and list(map(_volume, ids)),
            "all_volumes": scenario.options["all_addons"],
            "schedules": [
                {name: option[name] for name in ("scheduling", "backup_type", "retention_time")}
                for option in scenario.options["schedules"]
                if option["backup_type"] == "snapshot"
            ],
        },
        concurrent_writes={
            position: replace(write, resource_id=_volume(write.resource_id), body=_without_type(write.body))
            for position, write in scenario.concurrent_writes.items()
        },
        settings={**scenario.settings, "bare_lists": rng.random() < 0.5, "omit_volume_backup_type": rng.random() < 0.5},
        odd={
            _volume(addon): [
                {name: value for name, value in listed.items() if name not in ADDON_FIELDS}
                for listed in schedules
                if listed["backupType"] == "snapshot"
            ]
            for addon, schedules in scenario.odd.items()
        },
    )


def random_scenario(seed: int, slow: bool = True) -> Scenario:
    """Return a scenario. slow: whether responses may time out, which takes real time over HTTP."""
    rng = random.Random(seed)
    addons = [f"addon-{number + 1}" for number in range(rng.randint(1, 3))]
    start = {addon: _schedules(rng, rng.randint(0, 4)) for addon in addons}
    desired = _schedules(rng, rng.randint(0, 4))
    # Most rollouts find schedules that are up to date, or nearly.
    for addon in addons:
        if rng.random() < 0.5:
            alike = [body if rng.random() < 0.5 else _body(rng, _key(body)) for body in desired]
            start[addon] = _merged(start[addon], alike)
    write_method = rng.choice(["schedule", "schedule", "addon"])
    all_addons = rng.random() < 0.3
    faults, concurrent_writes = [], {}
    for position in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        fault = random_fault(rng, slow)
        # A PATCH overwrites concurrent writes since the last read. This is a documented limitation.
        if rng.random() < 0.15 and write_method == "schedule":
            fault = {**fault, "kind": "call", "times": 1}
            concurrent_writes[position] = ConcurrentWrite(
                rng.choice(addons), _body(rng, rng.choice(KEYS)), rng.random() < 0.6
            )
        faults.append(fault)
    rate_limit = rng.choice([1000, 1000, 1000, 40, 20, 8, 5])
    return Scenario(
        seed=seed,
        start=start,
        options={
            "project_id": PROJECT,
            "addon_ids": None if all_addons else addons,
            "all_addons": all_addons,
            "schedules": [_option(body) for body in desired],
            "prune": rng.random() < 0.5,
            "on_difference": rng.choice(["replace"] * 7 + ["keep", "keep_and_warn", "keep_and_fail"]),
            "write_method": write_method,
            "concurrency": rng.choice([1, 2, 4]),
            "retries": rng.choice([0, 1, 2, 5]),
            "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
            "rate_limit_reserve": rng.choice([0, 0, 0, 2]),
        },
        faults=faults,
        concurrent_writes=concurrent_writes,
        settings={
            "rate_limit": rate_limit,
            "rate_window": rng.choice([30.0, 3600.0]),
            "retry_after": rng.random() < 0.3,
            # A concurrent write can move a schedule to a page that was already read.
            # A list with more pages than the rate limit allows requests is never read completely.
            "paginate_schedules": not concurrent_writes and rate_limit > 8 and rng.random() < 0.2,
            "max_page_size": rng.choice([100, 2, 1]),
            # The task does not send a PATCH if a schedule has unknown fields.
            "extra_fields": rng.random() < 0.8 and write_method == "schedule",
            "omit_empty_lists": rng.random() < 0.2 and write_method == "schedule",
            "patch_returns_request_form": rng.random() < 0.3,
        },
    )


def _volume(addon: str) -> str:
    return addon.replace("addon", "volume")


def _of_volume(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_without_type(body) for body in bodies if body["backupType"] == "snapshot"]


def _without_type(body: dict[str, Any]) -> dict[str, Any]:
    """Return the request body of a volume's schedule."""
    return {name: body[name] for name in ("scheduling", "retentionTime")}


def _schedules(rng: random.Random, count: int) -> list[dict[str, Any]]:
    return [_body(rng, key) for key in rng.sample(KEYS, count)]


def _key(body: dict[str, Any]) -> tuple[str, str]:
    return (body["scheduling"]["interval"], body["backupType"])


def _merged(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({_key(body): body for body in [*first, *second]}.values())


def _body(rng: random.Random, key: tuple[str, str]) -> dict[str, Any]:
    """Return a valid request body. There are few values, so that two bodies with the same key are often equal."""
    interval, kind = key
    scheduling: dict[str, Any] = {"interval": interval, "minute": rng.choice([[0], [0, 30], [15]])}
    if interval != "hourly":
        scheduling["hour"] = rng.choice([[2], [2, 14]])
    if interval == "weekly":
        scheduling["day"] = rng.choice([[0], [0, 4]])
    body: dict[str, Any] = {"scheduling": scheduling, "backupType": kind, "retentionTime": rng.choice([1, 5, 7])}
    if kind == "dump" and rng.random() < 0.5:
        body["compressionType"] = rng.choice(["gz", "zstd"])
    if kind == "dump" and rng.random() < 0.3:
        body["customDestinationId"] = "cold-storage"
    if kind == "snapshot" and rng.random() < 0.4:
        destination = {"destinationId": "cold-storage", "type": "custom"}
        body["additionalDestinations"] = [{**destination, "retentionTime": 3} if rng.random() < 0.5 else destination]
    return body


def _option(body: dict[str, Any]) -> dict[str, Any]:
    """Convert a request body to validated options."""
    scheduling = {"hour": None, "day": None, **body["scheduling"]}
    destinations = body.get("additionalDestinations")
    return {
        "scheduling": scheduling,
        "backup_type": body["backupType"],
        "retention_time": body["retentionTime"],
        "compression_type": body.get("compressionType"),
        "custom_destination_id": body.get("customDestinationId"),
        "additional_destinations": destinations
        and [
            {"destination_id": each["destinationId"], "retention_time": each.get("retentionTime"), "type": each["type"]}
            for each in destinations
        ],
    }


def random_fault(rng: random.Random, slow: bool, methods: Sequence[str | None] = METHODS) -> dict[str, Any]:
    """Return a fault of requests with one of these methods. None is any method."""
    kinds = ["status", "status", "status", "drop", "drop", "truncate", "garbage", "html", "empty", "redirect"]
    method = rng.choice(methods)
    fault: dict[str, Any] = {
        "kind": rng.choice([*kinds, "slow"] if slow else kinds),
        "method": method,
        "skip": rng.choice([0, 0, 0, 1, 2, 4]),
        "times": rng.choice([1, 1, 1, 2, 3, 8]),
        "after_commit": rng.random() < 0.5,
    }
    if fault["kind"] == "slow":
        fault["seconds"] = 5
    if fault["kind"] == "redirect":
        fault["after_commit"] = False
    if fault["kind"] == "html":
        fault["status"] = rng.choice([200, 502, 503])
    if fault["kind"] == "status":
        fault["status"] = rng.choice([*TRANSIENT_STATUSES, *REJECTED_STATUSES, 429])
        if fault["status"] < 500:
            # A client cannot detect a rejected request that took effect, except for a DELETE that a proxy repeated.
            fault["after_commit"] = fault["status"] == 404 and method == "DELETE" and rng.random() < 0.5
        if fault["status"] == 429:
            fault["headers"] = rng.choice([{}, {"retry-after": "7"}])
    return fault


def hostile_fault(rng: random.Random) -> dict[str, Any]:
    """Return a fault with an invalid response."""
    fault: dict[str, Any] = {
        "kind": rng.choice(["redirect", "redirect", "chunks", "chunks", "text", "text", "text", "no_content", "drip"]),
        "method": rng.choice(["POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "GET", None]),
        "skip": rng.choice([0, 0, 0, 1, 2]),
        "times": rng.choice([1, 1, 1, 2, 8]),
        "after_commit": rng.random() < 0.5,
    }
    if rng.random() < 0.02:
        fault.update(kind="large", size=30_000_000, times=1)
    if fault["kind"] == "redirect":
        locations = ["http://[bad", "http://127.0.0.1:65536/", "https://login.example.org/", "//", "http://\u00e9 /"]
        fault.update(status=rng.choice([301, 302, 303, 307, 308]), headers={"location": rng.choice(locations)})
    elif fault["kind"] == "chunks":
        fault["text"] = rng.choice(["-5", "many", "", "5;" + "x" * 70_000])
    elif fault["kind"] == "text":
        fault.update(text=rng.choice(list(ODD_JSON.values())), status=rng.choice([200, 200, 500]))
    elif fault["kind"] == "drip":
        fault["seconds"] = rng.choice([0.5, 5])
    is_success = fault["kind"] in ("drip", "no_content", "large") or fault.get("status") == 200
    if is_success and fault["method"] not in ("POST", "PATCH"):
        # A client cannot detect a successful response to a request that did not take effect.
        fault["after_commit"] = True
    return fault


def _odd(rng: random.Random, key: tuple[str, str], scenario: Scenario) -> dict[str, Any]:
    """Return a schedule that violates the API's reference, often one of the task or a duplicate."""
    bodies = [_body_of(option) for option in scenario.options["schedules"]]
    alike = [body for body in bodies if _key(body) == key]
    body = rng.choice(alike) if alike and rng.random() < 0.5 else _body(rng, key)
    changes: dict[str, Any] = rng.choice(
        [{}, {}, {"paused": True}, {"name": "nightly"}, {"dayOfMonth": [1]}, {"interval": "monthly", "dayOfMonth": [1]}]
    )
    listed = {**body, "scheduling": dict(body["scheduling"])}
    for name, value in changes.items():
        part = listed["scheduling"] if name in ("dayOfMonth", "interval") else listed
        part[name] = value
    if body["backupType"] == "dump":
        listed["backupCompressionType"] = listed.pop("compressionType", "gz")
    return listed


def _body_of(option: dict[str, Any]) -> dict[str, Any]:
    """Convert validated options to a request body."""
    destinations = [
        {
            name: value
            for name, value in (
                ("destinationId", each["destination_id"]),
                ("retentionTime", each["retention_time"]),
                ("type", each["type"]),
            )
            if value is not None
        }
        for each in option["additional_destinations"] or ()
    ]
    body = {
        "scheduling": {name: value for name, value in option["scheduling"].items() if value is not None},
        "backupType": option["backup_type"],
        "retentionTime": option["retention_time"],
        "compressionType": option["compression_type"],
        "customDestinationId": option["custom_destination_id"],
        "additionalDestinations": destinations or None,
    }
    return {name: value for name, value in body.items() if value is not None}


# The kinds of scenarios, by name.
FAMILIES: dict[str, Callable[[int], Scenario]] = {
    "faults": random_scenario,
    "hostile": hostile_scenario,
    "odd": odd_scenario,
    "exceptions": exceptions_scenario,
    "lines": lines_scenario,
    "volumes": volumes_scenario,
}
