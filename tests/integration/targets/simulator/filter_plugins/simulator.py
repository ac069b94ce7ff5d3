# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that put what the simulator and the modules tell into a form that a test can hold side by side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

# What check mode cannot know, and what Ansible adds to a result.
NOT_COMPARED = ("created_at", "invocation", "rate_limit", "requests", "updated_at")


Checkpoints = Sequence[dict[str, Any]]
Results = Sequence[Mapping[str, Any]]

OPENER = build_opener(ProxyHandler({}))


def begun(control_url: str, fleet: Any, settings: Any) -> bool:
    """Have the simulator begin anew with a fleet, and settings if any are unusual."""
    _send("PUT", f"{control_url}/fleet", fleet)
    if settings:
        _send("PATCH", f"{control_url}/settings", settings)
    return recorded({}, control_url, "")


def recorded(result: Any, control_url: str, step: str) -> bool:
    """Have the simulator keep what a run of a step came to, beside what it sent and what there is after it."""
    # What the loop and new versions of ansible-core add to every result while failed_when is evaluated.
    of_the_loop = ("ansible_loop_var", result.get("ansible_loop_var"))
    unused = [name for name in ("deprecations", "warnings") if not result.get(name)]
    told = {name: value for name, value in result.items() if name not in (*of_the_loop, *unused)}
    _send("POST", f"{control_url}/checkpoints", {"step": step, "result": told})
    return True


def noted(control_url: str) -> dict[str, Any]:
    """Give what was sent since this was last asked, and the schedules of each addon then and now, as sentences."""
    recorded({}, control_url, "")
    before, now = _send("GET", f"{control_url}/checkpoints", None)[-2:]
    sent = [{"method": entry["method"], "path": entry["path"]} for entry in now["requests"]]
    return {"sent": sent, "had": in_words(before["schedules"]), "has": in_words(now["schedules"])}


def real_run(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> Mapping[str, Any]:
    """Give the checkpoint after the first run of a step that was for real."""
    return _runs_of(checkpoints, step, registered)[2]


def unmet(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> list[str]:
    """Say what is not as a step has it; tasks/step.yml lists what a step has."""
    fails, requests = "fails" in step, dict(step["requests"])
    before, *runs = _runs_of(checkpoints, step, registered)
    if len(runs) != (2 if fails else 4):
        return [f"It ran {len(runs)} times"]
    look, do, *again = runs
    had, has = in_words(before["schedules"]), in_words(do["schedules"])
    result, sent = do["note"]["result"], by_method(do["requests"])
    message = result.get("msg", "")
    conditions = {
        "check mode sends nothing but the reads": by_method(look["requests"]) == reads(requests),
        "check mode changes nothing": in_words(look["schedules"]) == had,
        "it fails if it should, and only then": result.get("failed", False) == fails,
        "the message has all of its parts": all(part in message for part in step.get("fails", [])),
        "it is changed if schedules are": result.get("changed", False) == ("schedules" in step),
        "it sends the requests": sent == requests,
        "it counts its requests": result.get("requests", sum(sent.values())) == sum(sent.values()),
        "the addons have their schedules": has == step.get("schedules", had),
        "the diff is what was changed": diff_in_words(result.get("diff", [])) == changes(had, has),
        "check mode foresees the result": not step.get("foreseen", True)
        or comparable(look["note"]["result"]) == comparable(result),
    }
    for name, run in zip(("look again", "do again"), again):
        told = run["note"]["result"]
        conditions[f"{name}: nothing is left to change"] = (
            not told.get("failed", False)
            and not told.get("changed", False)
            and told.get("diff", []) == []
            and by_method(run["requests"]) == reads(requests)
            and in_words(run["schedules"]) == has
        )
    broken = [condition for condition, met in conditions.items() if not met]
    return [*broken, json.dumps(runs)] if broken else []


def by_method(log: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count the requests of a log: ``{GET: 20, POST: 60}``."""
    return dict(Counter(entry["method"] for entry in log))


def reads(requests: Mapping[str, int]) -> dict[str, int]:
    """Give the part of such a count that changes nothing."""
    return {method: count for method, count in requests.items() if method == "GET"}


def in_words(schedules: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[str]]:
    """Give the schedules of each addon that has any as sorted sentences."""
    return {addon: sorted(map(_sentence, listed)) for addon, listed in schedules.items() if listed}


def of_project(schedules: Mapping[str, list[str]], project_id: str) -> dict[str, list[str]]:
    """Give those of them that belong to a project."""
    return {addon: sentences for addon, sentences in schedules.items() if addon.startswith(f"{project_id}/")}


def changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Give the addons that have other schedules than before, with both."""
    return {
        addon: {"before": before.get(addon, []), "after": after.get(addon, [])}
        for addon in {**before, **after}
        if before.get(addon) != after.get(addon)
    }


def diff_in_words(diff: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Give a module's diff in the form of changes()."""
    return {
        entry["after_header"]: {
            side: in_words({"": list(entry[side].values())}).get("", []) for side in ("before", "after")
        }
        for entry in diff
    }


def comparable(told: Any) -> Any:
    """Take out of a result what check mode cannot know, at any depth. An error has an id that it can know."""
    if isinstance(told, Mapping):
        made_by_the_server = (*NOT_COMPARED, "id") if "scheduling" in told else NOT_COMPARED
        return {name: comparable(value) for name, value in told.items() if name not in made_by_the_server}
    if isinstance(told, (list, tuple)):
        return [comparable(each) for each in told]
    return told


def _runs_of(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> Checkpoints:
    """Give the checkpoint before the runs of a step, and those after each of them, with their warnings.

    ansible-core 2.19 has the warnings in a result only until its loop ends, 2.21 only in what the loop registers.
    """
    numbers = [number for number, each in enumerate(checkpoints) if each["note"]["step"] == step["name"]]
    before, *runs = checkpoints[min(numbers, default=1) - 1 : max(numbers, default=0) + 1]
    for run, result in zip(runs, registered):
        if result.get("warnings"):
            run["note"]["result"]["warnings"] = list(result["warnings"])
    return [before, *runs]


def _send(method: str, url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body, default=str).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with OPENER.open(request, timeout=60) as answer:
        return json.load(answer)


def _sentence(schedule: Mapping[str, Any]) -> str:
    """Say what a schedule is, be it in the form of the API or of a result."""
    is_dump = _of(schedule, "backup_type", "backupType") == "dump"
    times = schedule["scheduling"]
    words = [times["interval"], _of(schedule, "backup_type", "backupType")]
    for part in ("day", "hour", "minute"):
        if times.get(part):
            words.append(f"{part} {'+'.join(map(str, sorted(times[part])))}")
    words.append(f"kept {_of(schedule, 'retention_time', 'retentionTime')}")
    if is_dump:
        words.append(_of(schedule, "compression_type", "backupCompressionType"))
    destination = _of(schedule, "custom_destination_id", "customDestinationId")
    if destination:
        words.append(f"to {destination}")
    for copy in _of(schedule, "additional_destinations", "additionalDestinations") or ():
        words.append(f"copied to {_of(copy, 'destination_id', 'destinationId')}")
        words.append(f"kept {_of(copy, 'retention_time', 'retentionTime')}")
    return " ".join(words)


def _of(schedule: Mapping[str, Any], name: str, api_name: str) -> Any:
    return schedule.get(name, schedule.get(api_name))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        ours = (begun, by_method, comparable, noted, of_project, reads, real_run, recorded, unmet)
        return {each.__name__: each for each in ours}
