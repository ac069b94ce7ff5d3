# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A history: where a fleet starts, what is wanted of it, and what goes wrong on the way. Each is drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.faults import ODD_JSON

from .injections import EXCEPTIONS, REQUEST_PLACES, Injection

KEYS = [(interval, kind) for interval in ("hourly", "daily", "weekly") for kind in ("dump", "snapshot")]
PROJECT = "project-1"
PASSING = (500, 502, 503, 504)
REFUSING = (400, 401, 403, 404, 409, 422)


@dataclass(frozen=True)
class Rival:
    """What somebody else does to an addon just before a request takes effect: creates body, or deletes its like."""

    addon_id: str
    body: dict[str, Any]
    creates: bool


@dataclass(frozen=True)
class History:
    """start: the schedules of each addon, as request bodies. options: those of addon_backup_schedules.

    faults: rules for the simulator; rivals: by the position of the fault that calls them.
    settings: of the simulator.
    odd: schedules of each addon that break the API's rules, as it lists them.
    injections: exceptions that requests raise. raised_at_a_line: one that a line of the code that applies a plan does.
    """

    seed: int
    start: dict[str, list[dict[str, Any]]]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    rivals: dict[int, Rival]
    settings: dict[str, Any]
    odd: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    injections: tuple[Injection, ...] = ()
    raised_at_a_line: type[BaseException] | None = None

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.raised_at_a_line)


def without_rivals(history: History) -> History:
    """Leave out whoever else writes to the addons."""
    return replace(history, faults=[fault for fault in history.faults if fault["kind"] != "call"], rivals={})


def draw_odd(seed: int) -> History:
    """Draw a history that starts with duplicates, unknown intervals and unknown fields."""
    rng = random.Random(f"odd {seed}")
    history = draw(seed)
    wanted = [_key(_body_of(option)) for option in history.options["schedules"]]
    odd = {
        addon: [_odd(rng, rng.choice([*KEYS, *wanted, *wanted]), history) for _count in range(rng.choice([0, 1, 1, 2]))]
        for addon in history.start
    }
    return replace(history, odd=odd, settings={**history.settings, "max_schedules": None})


def draw_hostile(seed: int) -> History:
    """Draw a history of responses that break a client: malformed redirects, chunks and JSON, endless bodies."""
    rng = random.Random(f"hostile {seed}")
    history = without_rivals(draw(seed))
    faults = [_hostile(rng) for _count in range(rng.choice([1, 1, 2, 3]))]
    return replace(history, faults=[*faults, *history.faults[:1]])


def draw_exceptions(seed: int) -> History:
    """Draw a history in which requests raise what they never should."""
    rng = random.Random(f"exceptions {seed}")
    history = without_rivals(draw_odd(seed) if rng.random() < 0.2 else draw(seed))
    injections = tuple(
        Injection(
            place=rng.choice(REQUEST_PLACES),
            position=rng.choice([0, 0, 0, 1, 2, 4]),
            exception=rng.choice(EXCEPTIONS),
            method=rng.choice(["POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "PATCH", "GET", None]),
        )
        for _count in range(rng.choice([1, 1, 1, 2, 3]))
    )
    return replace(history, injections=injections, faults=history.faults[:2])


def draw_lines(seed: int) -> History:
    """Draw a history in which a line of the code that applies a plan raises, in the rollback too."""
    rng = random.Random(f"lines {seed}")
    history = without_rivals(draw_odd(seed) if rng.random() < 0.2 else draw(seed))
    refusal = {"kind": "status", "status": rng.choice([400, 500]), "method": "POST", "after_commit": False}
    faults = [refusal] if rng.random() < 0.4 else history.faults[:2]
    return replace(history, raised_at_a_line=rng.choice(EXCEPTIONS), faults=faults)


def draw(seed: int, slow: bool = True) -> History:
    """Draw the history of a seed; slow: whether answers may come too late, which costs real time on a wire."""
    rng = random.Random(seed)
    addons = [f"addon-{number + 1}" for number in range(rng.randint(1, 3))]
    start = {addon: _schedules(rng, rng.randint(0, 4)) for addon in addons}
    wanted = _schedules(rng, rng.randint(0, 4))
    # Schedules that stand as wanted already, or nearly, are what rollouts mostly meet.
    for addon in addons:
        if rng.random() < 0.5:
            alike = [body if rng.random() < 0.5 else _body(rng, _key(body)) for body in wanted]
            start[addon] = _merged(start[addon], alike)
    write_method = rng.choice(["schedule", "schedule", "addon"])
    all_addons = rng.random() < 0.3
    faults, rivals = [], {}
    for position in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        fault = _fault(rng, slow)
        # A PATCH replaces whatever a rival has written since the list was read: that cannot be seen, only documented.
        if rng.random() < 0.15 and write_method == "schedule":
            fault = {**fault, "kind": "call", "times": 1}
            rivals[position] = Rival(rng.choice(addons), _body(rng, rng.choice(KEYS)), rng.random() < 0.6)
        faults.append(fault)
    rate_limit = rng.choice([1000, 1000, 1000, 40, 20, 8, 5])
    return History(
        seed=seed,
        start=start,
        options={
            "project_id": PROJECT,
            "addon_ids": None if all_addons else addons,
            "all_addons": all_addons,
            "schedules": [_option(body) for body in wanted],
            "prune": rng.random() < 0.5,
            "on_difference": rng.choice(["replace"] * 7 + ["keep", "keep_and_warn", "keep_and_fail"]),
            "write_method": write_method,
            "concurrency": rng.choice([1, 2, 4]),
            "retries": rng.choice([0, 1, 2, 5]),
            "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
            "rate_limit_reserve": rng.choice([0, 0, 0, 2]),
        },
        faults=faults,
        rivals=rivals,
        settings={
            "rate_limit": rate_limit,
            "rate_window": rng.choice([30.0, 3600.0]),
            "retry_after": rng.random() < 0.3,
            # What a rival moves from one page to another while they are read, nobody sees.
            # A list of more pages than a window allows requests is read for ever.
            "paginate_schedules": not rivals and rate_limit > 8 and rng.random() < 0.2,
            "max_page_size": rng.choice([100, 2, 1]),
            # A PATCH is refused where anything is unknown.
            "extra_fields": rng.random() < 0.8 and write_method == "schedule",
            "omit_empty_lists": rng.random() < 0.2 and write_method == "schedule",
            "patch_returns_request_form": rng.random() < 0.3,
        },
    )


def _schedules(rng: random.Random, count: int) -> list[dict[str, Any]]:
    return [_body(rng, key) for key in rng.sample(KEYS, count)]


def _key(body: dict[str, Any]) -> tuple[str, str]:
    return (body["scheduling"]["interval"], body["backupType"])


def _merged(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({_key(body): body for body in [*first, *second]}.values())


def _body(rng: random.Random, key: tuple[str, str]) -> dict[str, Any]:
    """Draw a valid request body; a few values only, so that two of a key are often equal."""
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
    """Give a request body the form that validated options have."""
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


def _fault(rng: random.Random, slow: bool) -> dict[str, Any]:
    kinds = ["status", "status", "status", "drop", "drop", "truncate", "garbage", "html", "empty", "redirect"]
    method = rng.choice(["POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "GET", None])
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
        fault["status"] = rng.choice([*PASSING, *REFUSING, 429])
        if fault["status"] < 500:
            # A server that does what it says it refuses cannot be seen through, save for a DELETE that a proxy repeats.
            fault["after_commit"] = fault["status"] == 404 and method == "DELETE" and rng.random() < 0.5
        if fault["status"] == 429:
            fault["headers"] = rng.choice([{}, {"retry-after": "7"}])
    return fault


def _hostile(rng: random.Random) -> dict[str, Any]:
    """Draw a fault whose response a client may stumble over."""
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
        # A server that says it did what it did not do cannot be seen through.
        fault["after_commit"] = True
    return fault


def _odd(rng: random.Random, key: tuple[str, str], history: History) -> dict[str, Any]:
    """Draw a schedule as no reference has it, often one that the task names or a second one of its kind."""
    bodies = [_body_of(option) for option in history.options["schedules"]]
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
    """Give validated options the form of a request body."""
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


# What befalls a rollout, by name.
FAMILIES: dict[str, Callable[[int], History]] = {
    "faults": draw,
    "hostile": draw_hostile,
    "odd": draw_odd,
    "exceptions": draw_exceptions,
    "lines": draw_lines,
}
