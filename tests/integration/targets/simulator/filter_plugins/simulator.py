# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that control the simulator, and compare its requests and schedules with results of the modules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

# Values that check mode cannot predict, and that Ansible adds to a result.
NOT_COMPARED = ("created_at", "invocation", "rate_limit", "requests", "updated_at")


Checkpoints = Sequence[dict[str, Any]]
Results = Sequence[Mapping[str, Any]]

OPENER = build_opener(ProxyHandler({}))


def reset(control_url: str, fleet: Any, settings: Any) -> bool:
    """Reset the simulator to a fleet and settings, and create a checkpoint."""
    _send("PUT", f"{control_url}/fleet", fleet)
    if settings:
        _send("PATCH", f"{control_url}/settings", settings)
    return recorded({}, control_url, "")


def recorded(result: Any, control_url: str, step: str) -> bool:
    """Create a checkpoint of the simulator with the result of a run, its requests, and the schedules after it."""
    # The loop and recent versions of ansible-core add these while failed_when is evaluated.
    loop_vars = ("ansible_loop_var", result.get("ansible_loop_var"))
    empty = [name for name in ("deprecations", "warnings") if not result.get(name)]
    recorded_result = {name: value for name, value in result.items() if name not in (*loop_vars, *empty)}
    _send("POST", f"{control_url}/checkpoints", {"step": step, "result": recorded_result})
    return True


def checkpoint(control_url: str) -> dict[str, Any]:
    """Create a checkpoint, and return the requests since the previous one, and the schedules at both, as text."""
    recorded({}, control_url, "")
    before, now = _send("GET", f"{control_url}/checkpoints", None)[-2:]
    sent = [{"method": entry["method"], "path": entry["path"]} for entry in now["requests"]]
    return {"sent": sent, "before": as_text(before["schedules"]), "after": as_text(now["schedules"])}


def real_run(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> Mapping[str, Any]:
    """Return the checkpoint after the first real run of a step."""
    return _runs_of(checkpoints, step, registered)[2]


def violations(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> list[str]:
    """Return the violated conditions of a step, which tasks/step.yml describes."""
    fails, requests = "fails" in step, dict(step["requests"])
    before, *runs = _runs_of(checkpoints, step, registered)
    if len(runs) != (2 if fails else 4):
        return [f"{len(runs)} runs"]
    check, real, *second = runs
    old, new = as_text(before["schedules"]), as_text(real["schedules"])
    result, sent = real["note"]["result"], by_method(real["requests"])
    message = result.get("msg", "")
    conditions = {
        "check mode sends only the GET requests": by_method(check["requests"]) == reads(requests),
        "check mode changes nothing": as_text(check["schedules"]) == old,
        "failed as expected": result.get("failed", False) == fails,
        "the message contains all parts": all(part in message for part in step.get("fails", [])),
        "changed if schedules changed": result.get("changed", False) == ("schedules" in step),
        "the expected requests": sent == requests,
        "the number of requests in the result": result.get("requests", sum(sent.values())) == sum(sent.values()),
        "the expected schedules": new == step.get("schedules", old),
        "the diff matches the changes": diff_as_text(result.get("diff", [])) == changes(old, new),
        "check mode predicts the result": not step.get("foreseen", True)
        or comparable(check["note"]["result"]) == comparable(result),
    }
    for name, run in zip(("second run in check mode", "second real run"), second):
        second_result = run["note"]["result"]
        conditions[f"{name}: no changes"] = (
            not second_result.get("failed", False)
            and not second_result.get("changed", False)
            and second_result.get("diff", []) == []
            and by_method(run["requests"]) == reads(requests)
            and as_text(run["schedules"]) == new
        )
    violated = [condition for condition, met in conditions.items() if not met]
    return [*violated, json.dumps(runs)] if violated else []


def by_method(log: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of requests of a log by method: ``{GET: 20, POST: 60}``."""
    return dict(Counter(entry["method"] for entry in log))


def reads(requests: Mapping[str, int]) -> dict[str, int]:
    """Return only the number of GET requests."""
    return {method: count for method, count in requests.items() if method == "GET"}


def as_text(schedules: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[str]]:
    """Return the schedules of each addon that has any, as sorted texts."""
    return {addon: sorted(map(_text, listed)) for addon, listed in schedules.items() if listed}


def of_project(schedules: Mapping[str, list[str]], project_id: str) -> dict[str, list[str]]:
    """Return the schedules of the addons of a project."""
    return {addon: listed for addon, listed in schedules.items() if addon.startswith(f"{project_id}/")}


def changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Return the schedules before and after of each addon or volume whose schedules changed, by their headers."""
    return {
        path.replace("/volumes/", "/"): {"before": before.get(path, []), "after": after.get(path, [])}
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    }


def diff_as_text(diff: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Convert the diff of a module to the form of changes()."""
    return {
        entry["after_header"]: {
            side: as_text({"": list(entry[side].values())}).get("", []) for side in ("before", "after")
        }
        for entry in diff
    }


def comparable(result: Any) -> Any:
    """Remove the values that check mode cannot predict, at any depth. It can predict the ID of an error."""
    if isinstance(result, Mapping):
        not_compared = (*NOT_COMPARED, "id") if "scheduling" in result else NOT_COMPARED
        return {name: comparable(value) for name, value in result.items() if name not in not_compared}
    if isinstance(result, (list, tuple)):
        return [comparable(each) for each in result]
    return result


def _runs_of(checkpoints: Checkpoints, step: Mapping[str, Any], registered: Results) -> Checkpoints:
    """Return the checkpoint before the runs of a step, and the checkpoint after each run, with its warnings.

    In ansible-core 2.19, a result contains warnings only until its loop ends; in 2.21, only in the registered result.
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
    with OPENER.open(request, timeout=60) as response:
        return json.load(response)


def _text(schedule: Mapping[str, Any]) -> str:
    """Return a schedule of the API or of a result as text."""
    # The schedules of volumes may be listed without a type.
    backup_type = _of(schedule, "backup_type", "backupType") or "snapshot"
    times = schedule["scheduling"]
    words = [times["interval"], backup_type]
    for part in ("day", "hour", "minute"):
        if times.get(part):
            words.append(f"{part} {'+'.join(map(str, sorted(times[part])))}")
    words.append(f"kept {_of(schedule, 'retention_time', 'retentionTime')}")
    if backup_type == "dump":
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
        filters = (reset, by_method, comparable, checkpoint, of_project, reads, real_run, recorded, violations)
        return {each.__name__: each for each in filters}
