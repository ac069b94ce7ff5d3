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
from .._errors import TaskFailed
from .context import Context

# What identifies an entry.
_IDS = ("project_id", "addon_id", "volume_id", "destination_id", "integration_id")


def result_or_raise(
    result: dict[str, Any], entries: Sequence[Mapping[str, Any]], context: Context, noun: str = "addon"
) -> dict[str, Any]:
    """Return the result; if the work on a resource failed, raise TaskFailed with it, and with the reason for each.

    entries: what for_each() returned. noun: for what the entries are about.

    A task that was interrupted fails, even if all of its resources were processed.
    """
    failed = [each for each in entries if each.get("failed")]
    interruption = context.interruption
    if failed:
        interrupted = f"Interrupted by {interruption.reason}. " if interruption.requested else ""
        summary = f"{len(failed)} of {len(entries)} {noun}s failed."
        raise TaskFailed({**result, "msg": f"{interrupted}{' '.join([summary, *_reasons(failed, noun)])}"})
    if interruption.requested:
        raise TaskFailed(
            {**result, "msg": f"Interrupted by {interruption.reason} after all {noun}s had been processed."}
        )
    return result


def _reasons(failed: Sequence[Mapping[str, Any]], noun: str) -> Iterator[str]:
    """Yield why resources failed. Those to which nothing was done share a sentence: they may be many."""
    interrupted = [each for each in failed if each.get("interrupted")]
    limited = [each for each in failed if _stopped_by_rate_limit(each)]
    for each in failed:
        if not each.get("interrupted") and not _stopped_by_rate_limit(each):
            yield f"{_name(each)}: {each['msg']}"
    if interrupted:
        yield f"{_count(interrupted, noun)} not processed: {_names(interrupted)}."
    if limited:
        reason = "because the rate limit was reached"
        yield f"{_count(limited, noun)} not processed {reason}: {_names(limited)}. {limited[0]['msg']}"


def _names(entries: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(map(_name, entries))


def _name(entry: Mapping[str, Any]) -> str:
    # Of a project that could not be read, no resource is known.
    return "/".join(entry[key] for key in _IDS if entry.get(key))


def _count(entries: Sequence[Mapping[str, Any]], noun: str) -> str:
    return f"1 {noun} was" if len(entries) == 1 else f"{len(entries)} {noun}s were"


def _stopped_by_rate_limit(entry: Mapping[str, Any]) -> bool:
    """Return whether the rate limit was reached before anything was done to a resource."""
    return (entry.get("error") or {}).get("status") == TOO_MANY_REQUESTS and not entry.get("actions")
