# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found about a backup control of a resource. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The worst first. Only a report, which knows the exceptions, has excepted.
STATUSES = ("fail", "unknown", "excepted", "pass", "not_applicable")

# How many reasons of the same status a result has at most.
_MAX_REASONS = 3


@dataclass(frozen=True)
class Finding:
    """The status of a control, and the reason for it: sentences, also for a pass.

    measured_at: when the restore whose duration was compared was completed; None if there is none.
    needs_evidence: whether only the evidence of restore drills, which was not read, can decide.
    """

    status: str
    reason: str
    measured_at: str | None = None
    needs_evidence: bool = False

    def to_result(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the form of results. parameters: of the control."""
        result: dict[str, Any] = {"status": self.status, "reason": self.reason, "parameters": dict(parameters)}
        if self.measured_at is not None:
            result["measured_at"] = self.measured_at
        if self.needs_evidence:
            result["needs_evidence"] = True
        return result


def passed(reason: str) -> Finding:
    """Return that a control passes."""
    return Finding("pass", reason)


def failed(reason: str) -> Finding:
    """Return that a control fails."""
    return Finding("fail", reason)


def unknown(reason: str) -> Finding:
    """Return that it is not known whether a control passes: something was not read, or has an unexpected value."""
    return Finding("unknown", reason)


def any_of(findings: Iterable[Finding]) -> Finding:
    """Return what is found if it suffices that one of these passes: the best status, and the reasons for it.

    findings: at least one.
    """
    listed = list(findings)
    best = max((each.status for each in listed), key=STATUSES.index)
    reasons = list(dict.fromkeys(each.reason for each in listed if each.status == best))
    return Finding(best, " ".join(reasons[:_MAX_REASONS]))
