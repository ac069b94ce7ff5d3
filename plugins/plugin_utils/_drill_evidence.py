# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence of a restore drill, and the message about it. Pure: no HTTP, no Ansible.

docs/restore-drill.schema.json describes the evidence.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.ids import id_errors
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time, parse_time
from ansible_collections.community.northflank.plugins.module_utils._version import VERSION
from ansible_collections.community.northflank.plugins.plugin_utils._drill_failures import failure_reason, secrets_of
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import to_json_value, to_text

# The version of the format of the evidence. A new field does not change it.
_VERSION = 1

# What is copied from the results of the modules.
_BACKUP = ("id", "uid", "name", "backup_type", "created_at", "size")
_FORK = ("project_id", "addon_id", "name", "status")

_MINUTES_PER_HOUR = 60
_HOURS_PER_DAY = 24

_CHECK_MODE = "Check mode creates no fork."
_NO_REASON = "Ansible reported no reason; see its output."

# In characters. Two reasons are part of a message at most.
_MAX_MESSAGE = 2000

# What the name of the file consists of.
_IDS = ("project_id", "addon_id", "run_id")


def evidence_of(record: Mapping[str, Any], now: datetime, ansible_core: str) -> dict[str, Any]:
    """Return the evidence of a drill that has ended.

    record: what the role knows of the drill: see its tasks. now: in UTC. ansible_core: the version.

    Raises ValueError if an ID is invalid: the IDs are the name of the file.
    """
    ids = {name: to_text(record[name]) for name in _IDS}
    errors = [error for name, value in ids.items() for error in id_errors(name, value)]
    if errors:
        raise ValueError("; ".join(errors))
    forked, deleted = _mapping(record["forked"]), _mapping(record["deleted"])
    fork = _mapping(forked.get("fork")) or _mapping(deleted.get("fork"))
    restored = _restored(record, forked)
    evidence = {
        "version": _VERSION,
        "run_id": ids["run_id"],
        "host": to_text(record["host"]),
        "operator": _optional(record["operator"]),
        "project_id": ids["project_id"],
        "addon_id": ids["addon_id"],
        "addon_type": fork.get("addon_type") or _optional(record["addon_type"]),
        "policy": {"name": _optional(record["policy"]), "sha256": _digest(record["settings"])},
        "backup": _backup(_mapping(forked.get("backup")), record["started_at"]),
        "fork": {name: fork.get(name) for name in _FORK} if fork else None,
        "started_at": record["started_at"],
        "completed_at": format_time(now),
        "restored": restored,
        "verified": _verified(record, restored["verdict"]),
        "cleanup": _cleanup(record, deleted, bool(fork)),
        "versions": {"ansible_core": ansible_core, "collection": VERSION, "python": platform.python_version()},
    }
    cleaned: dict[str, Any] = to_json_value(evidence)
    return cleaned


def message_of(evidence: Mapping[str, Any]) -> str:
    """Return what evidence says, in sentences."""
    name = f"{evidence['project_id']}/{evidence['addon_id']}"
    parts = filter(None, [_result_text(evidence, name), _cleanup_text(evidence)])
    sentences = [each if each.endswith((".", "!", "?")) else f"{each}." for each in parts]
    return printable(" ".join(sentences), _MAX_MESSAGE)


def _result_text(evidence: Mapping[str, Any], name: str) -> str:
    restored, verified = evidence["restored"], evidence["verified"]
    backup = _backup_text(evidence["backup"])
    was_restored = f"{backup} was restored{_duration_text(restored)}"
    if restored["verdict"] == "skipped":
        checked = f" and verified with {verified['checks']}" if verified["checks"] else ""
        return f"{name}: {backup} would be restored{checked}. {restored['reason']}"
    if restored["verdict"] == "failed":
        return f"The restore drill of {name} failed, because no backup was restored. {restored['reason']}"
    if verified["verdict"] == "failed":
        return f"The restore drill of {name} failed: {was_restored}, but the checks failed. {verified['reason']}"
    if verified["verdict"] == "skipped":
        return f"{name}: {was_restored}, but not verified. {verified['reason']}"
    return f"{name}: {was_restored}, and verified{_duration_text(verified)}."


def _backup_text(backup: Mapping[str, Any] | None) -> str:
    if backup is None:
        return "a backup"
    age = backup["age_minutes"]
    return f"backup {backup['name'] or backup['id']}" + (f" ({_age_text(age)} old)" if age is not None else "")


def _age_text(minutes: int) -> str:
    if minutes < _MINUTES_PER_HOUR * 2:
        return f"{minutes} minutes"
    hours = minutes // _MINUTES_PER_HOUR
    return f"{hours} hours" if hours < _HOURS_PER_DAY * 2 else f"{hours // _HOURS_PER_DAY} days"


def _duration_text(part: Mapping[str, Any]) -> str:
    return "" if part["seconds"] is None else f" in {part['seconds']} s"


def _cleanup_text(evidence: Mapping[str, Any]) -> str:
    fork, cleanup = evidence["fork"], evidence["cleanup"]
    name = f"{fork['project_id']}/{fork['addon_id']}" if fork else "that the drill may have created"
    return {
        "deleted": f"The fork {name} was deleted.",
        "kept": f"The fork {name} was kept, and costs money until it is deleted.",
        "failed": f"The fork {name} could not be deleted, and costs money until it is: delete it in Northflank, or wait"
        f" for a later run to delete it. {cleanup['reason']}",
        "none": "",
    }[cleanup["outcome"]]


def _backup(backup: Mapping[str, Any], started_at: str) -> dict[str, Any] | None:
    if not backup:
        return None
    began, started = parse_time(backup.get("created_at")), parse_time(started_at)
    age = int((started - began).total_seconds() // 60) if began and started else None
    return {**{name: backup.get(name) for name in _BACKUP}, "age_minutes": age}


def _restored(record: Mapping[str, Any], forked: Mapping[str, Any]) -> dict[str, Any]:
    if forked.get("failed") or not forked.get("fork"):
        return {"verdict": "failed", "reason": record["reason"] or _NO_REASON, "seconds": None}
    if record["check_mode"]:
        return {"verdict": "skipped", "reason": _CHECK_MODE, "seconds": None}
    return {"verdict": "passed", "reason": None, "seconds": forked["fork"].get("seconds")}


def _verified(record: Mapping[str, Any], restored: str) -> dict[str, Any]:
    reason, checks = _optional(record["reason"]), _optional(record["checks"])
    verdict = "failed" if reason else "passed"
    if restored != "passed":
        verdict, reason = "skipped", _CHECK_MODE if record["check_mode"] else "No backup was restored."
    elif checks is None and not reason:
        verdict, reason = "skipped", "No checks are configured: set restore_drill_checks."
    return {
        "verdict": verdict,
        "reason": reason,
        "seconds": _seconds(record["checks_seconds"]),
        "checks": checks,
        # What the checks record may contain secrets, too.
        "results": secrets_of(record["credentials"]).scrub(to_json_value(_mapping(record["results"]))),
    }


def _cleanup(record: Mapping[str, Any], deleted: Mapping[str, Any], has_fork: bool) -> dict[str, Any]:
    if deleted.get("failed"):
        return {"outcome": "failed", "reason": failure_reason(None, deleted, secrets_of(record["credentials"]))}
    if record["check_mode"] or not has_fork:
        return {"outcome": "none", "reason": None}
    if record["is_kept"]:
        return {"outcome": "kept", "reason": "restore_drill_keep is set."}
    if "fork" not in deleted:
        # Up to ansible-core 2.18, a result that is nested too deeply arrives as text, and it may be that of a failure.
        return {"outcome": "failed", "reason": _NO_REASON}
    return {"outcome": "deleted", "reason": None}


def _digest(settings: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the settings as canonical JSON, in which 5 and "5" are the same."""
    texts = {name: _optional(value) for name, value in settings.items()}
    return sha256(json.dumps(texts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _optional(value: Any) -> str | None:
    """Return text; None if it is empty. Up to ansible-core 2.18, a template turns null into an empty text."""
    return None if value is None or value == "" else to_text(value)


def _seconds(value: Any) -> int | None:
    """Return a duration, which would be negative if the clock was set back.

    Up to ansible-core 2.18, a template turns it into text.
    """
    return None if value is None or value == "" else max(0, int(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
