# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the results of tasks.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api.rate_limit import TOO_MANY_REQUESTS
from .._errors import TaskFailed
from .context import Context


def finish(result: dict[str, Any], outcomes: Sequence[Mapping[str, Any]], context: Context) -> dict[str, Any]:
    """Return the result; if the work on an addon failed, raise TaskFailed with it, and with the reason for each addon.

    A task that was interrupted fails, even if all of its addons were processed.
    """
    failed = [each for each in outcomes if each.get("failed")]
    interruption = context.interruption
    interrupted = f"Interrupted by {interruption.reason}. " if interruption.requested else ""
    if not failed and not interrupted:
        return result
    skipped = [each for each in failed if each.get("interrupted")]
    limited = [each for each in failed if _is_untouched_by_rate_limit(each)]
    reasons = [
        f"{_name(each)}: {each['msg']}"
        for each in failed
        if not each.get("interrupted") and not _is_untouched_by_rate_limit(each)
    ]
    if skipped:
        reasons.append(f"{_count(skipped)} not processed: {', '.join(map(_name, skipped))}.")
    if limited:
        # One sentence for all of them: they share the limit, and may be many.
        names = ", ".join(map(_name, limited))
        reasons.append(f"{_count(limited)} not processed, the rate limit was reached: {names}. {limited[0]['msg']}")
    summary = f"{len(failed)} of {len(outcomes)} addons failed." if failed else "All addons were processed."
    raise TaskFailed({**result, "msg": f"{interrupted}{' '.join([summary, *reasons])}"})


def _name(outcome: Mapping[str, Any]) -> str:
    # Of a project that could not be read, no addon is known.
    return "/".join(outcome[key] for key in ("project_id", "addon_id") if outcome[key])


def _count(outcomes: Sequence[Mapping[str, Any]]) -> str:
    return "1 addon was" if len(outcomes) == 1 else f"{len(outcomes)} addons were"


def _is_untouched_by_rate_limit(outcome: Mapping[str, Any]) -> bool:
    """Return whether the rate limit was reached before anything was done to an addon."""
    return (outcome.get("error") or {}).get("status") == TOO_MANY_REQUESTS and not outcome.get("actions")
