# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the results of tasks.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._api.rate_limit import TOO_MANY_REQUESTS
from .._api.resources import ResourceType
from .._errors import TaskFailed
from .context import Context


def result_or_raise(
    type_: ResourceType, result: dict[str, Any], entries: Sequence[Mapping[str, Any]], context: Context
) -> dict[str, Any]:
    """Return the result; if the work on a resource failed, raise TaskFailed with it, and with the reason for each.

    type_: of the resources. entries: what for_each() returned.

    A task that was interrupted fails, even if all of its resources were processed.
    """
    failed = [each for each in entries if each.get("failed")]
    interruption = context.interruption
    if failed:
        interrupted = f"Interrupted by {interruption.reason}. " if interruption.requested else ""
        summary = f"{len(failed)} of {len(entries)} {type_.collection} failed."
        raise TaskFailed({**result, "msg": f"{interrupted}{' '.join([summary, *_reasons(type_, failed)])}"})
    if interruption.requested:
        processed = f"after all {type_.collection} had been processed"
        raise TaskFailed({**result, "msg": f"Interrupted by {interruption.reason} {processed}."})
    return result


def _reasons(type_: ResourceType, failed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield why resources failed. Those to which nothing was done share a sentence: they may be many."""
    interrupted = [each for each in failed if each.get("interrupted")]
    limited = [each for each in failed if _stopped_by_rate_limit(each)]
    for each in failed:
        if not each.get("interrupted") and not _stopped_by_rate_limit(each):
            yield f"{_name(type_, each)}: {each['msg']}"
    if interrupted:
        yield f"{_count(type_, interrupted)} not processed: {_names(type_, interrupted)}."
    if limited:
        reason = "because the rate limit was reached"
        yield f"{_count(type_, limited)} not processed {reason}: {_names(type_, limited)}. {limited[0]['msg']}"


def _names(type_: ResourceType, entries: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(_name(type_, entry) for entry in entries)


def _name(type_: ResourceType, entry: Mapping[str, Any]) -> str:
    # Of a project that could not be read, no resource is known.
    return "/".join(entry[key] for key in ("project_id", type_.id_option) if entry[key])


def _count(type_: ResourceType, entries: Sequence[Mapping[str, Any]]) -> str:
    return f"1 {type_.name} was" if len(entries) == 1 else f"{len(entries)} {type_.collection} were"


def _stopped_by_rate_limit(entry: Mapping[str, Any]) -> bool:
    """Return whether the rate limit was reached before anything was done to a resource."""
    return (entry.get("error") or {}).get("status") == TOO_MANY_REQUESTS and not entry.get("actions")
