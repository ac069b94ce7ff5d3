# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the reports of the slices of a job, to merge them into one. No HTTP, no Ansible.

The files are not trusted: an addon whose slice has not reported, or whose report cannot be used, is unknown.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._api.resources import RESOURCE_TYPES
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.module_utils._model.times import (
    format_time,
    is_in_future,
    parse_time,
)
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable, read_json
from ansible_collections.community.northflank.plugins.plugin_utils._report import VERSION

# The maximum size of a file in bytes. An addon has a few kilobytes.
_MAX_SIZE = 2**28

# How many unusable parts a reason lists at most.
_MAX_LISTED = 3


@dataclass(frozen=True)
class _Part:
    """The report of a slice. results: by host, as the modules return them."""

    generated_at: datetime
    results: Mapping[str, Mapping[str, Any]]


def read_parts(
    paths: Sequence[str], hosts: Sequence[str], now: datetime, max_age: timedelta
) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """Return the result of each host, as the modules return it, and why parts cannot be used: sentences.

    paths: the files report.json of the slices. now: in UTC. max_age: of a part.

    If several parts have a host, the newest counts. A host that none of them has gets a result with the reason.
    """
    parts: list[_Part] = []
    errors: list[str] = []
    for path in paths:
        try:
            parts.append(_read(path, now, max_age))
        except FileNotFoundError:
            errors.append(f"{path} does not exist.")
        except Unusable as error:
            errors.append(f"{path} {error}.")
    results: dict[str, Mapping[str, Any]] = {}
    for part in sorted(parts, key=lambda each: each.generated_at):
        results.update(part.results)
    missing = {"msg": _missing(errors)}
    return {host: results.get(host, missing) for host in hosts}, errors


def _missing(errors: Sequence[str]) -> str:
    more = f" ({len(errors) - _MAX_LISTED} more)" if len(errors) > _MAX_LISTED else ""
    unusable = f" Parts that cannot be used: {' '.join(errors[:_MAX_LISTED])}{more}" if errors else ""
    return f"No part of the report has this host. Run the report on it again.{unusable}"


def _read(path: str, now: datetime, max_age: timedelta) -> _Part:
    report = read_json(path, _MAX_SIZE)
    if not isinstance(report, dict) or report.get("version") != VERSION or isinstance(report["version"], bool):
        raise Unusable(f"is not a report of version {VERSION}")
    hosts = report.get("hosts")
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        raise Unusable("has no valid list of hosts")
    results: dict[str, dict[str, Any]] = {host: {} for host in hosts}
    for type_ in RESOURCE_TYPES:
        entries = report.get(type_.collection)
        if not isinstance(entries, list):
            raise Unusable(f"has no valid list of {type_.collection}")
        for entry in entries:
            host = entry.get("host") if isinstance(entry, dict) else None
            if not isinstance(host, str) or host not in results:
                raise Unusable(f"has {type_.collection} of a host that is not in its list of hosts")
            _add(results[host], type_.collection, entry)
    # A project without addons has an empty list.
    for result in results.values():
        if not result:
            result[RESOURCE_TYPES[0].collection] = []
    return _Part(_time(report.get("generated_at"), now, max_age), results)


def _add(result: dict[str, Any], collection: str, entry: Mapping[str, Any]) -> None:
    """Add an addon or a volume to the result of its host."""
    if "msg" in result:
        return
    if entry.get("resource_type") is None:
        # The host had failed, so nothing is known of it.
        reasons = entry.get("reasons")
        text = " ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        result.clear()
        result["msg"] = text or "Its backups could not be read."
        return
    result.setdefault(collection, []).append({**entry, "controls": _without_exceptions(entry.get("controls"))})


def _without_exceptions(controls: Any) -> Any:
    """Return the controls as they were before the slice applied exceptions: the merged report applies its own."""
    if not isinstance(controls, dict):
        return controls
    return {
        name: {**result, **result["finding"]}
        if isinstance(result, dict) and isinstance(result.get("finding"), dict)
        else result
        for name, result in controls.items()
    }


def _time(value: Any, now: datetime, max_age: timedelta) -> datetime:
    time = parse_time(value) if isinstance(value, str) else None
    if time is None:
        raise Unusable(f"has an invalid time: {short_repr(value)}")
    if is_in_future(time, now):
        raise Unusable(f"was generated in the future, at {format_time(time)}")
    if now - time > max_age:
        hours = max_age.total_seconds() / 3600
        raise Unusable(f"was generated at {format_time(time)}, more than {hours:g} hours ago (see max_age_hours)")
    return time
