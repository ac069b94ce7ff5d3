# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that put what the simulator and the modules tell into a form that a test can hold side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# What check mode cannot know, and what Ansible adds to a result.
NOT_COMPARED = ("created_at", "invocation", "rate_limit", "requests", "updated_at")


def by_method(log: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count the requests of a log: ``{GET: 20, POST: 60}``."""
    return dict(Counter(entry["method"] for entry in log))


def sent_after(log: Sequence[Mapping[str, Any]], before: int | str) -> dict[str, int]:
    """Count the requests of a log behind so many that were there before, by method."""
    return by_method(log[int(before) :])


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
        told = (by_method, changes, comparable, diff_in_words, in_words, of_project, reads, sent_after)
        return {each.__name__: each for each in told}
