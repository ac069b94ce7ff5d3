# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence of a drill: verdicts, reasons, the schema, and the message about it."""

from __future__ import annotations

import json
import platform
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.community.northflank.plugins.module_utils._version import VERSION
from ansible_collections.community.northflank.plugins.plugin_utils._drill_evidence import evidence_of, message_of

SCHEMA = json.loads((Path(__file__).parents[4] / "docs" / "restore-drill.schema.json").read_text())
NOW = datetime(2026, 11, 27, 20, 36, 31, tzinfo=timezone.utc)
RUN = "drill-20261127T203131Z-1a2b3c4d"
FORK = {
    "project_id": "sandbox",
    "addon_id": "drill-orders-db-6c4a8dd0",
    "name": "drill-orders-db-6c4a8dd0",
    "status": "running",
    "addon_type": "postgresql",
    "backup_id": "b1",
    "source_project_id": "shop",
    "source_addon_id": "orders-db",
    "run_id": RUN,
    "started_at": "2026-11-27T20:31:33Z",
    "completed_at": "2026-11-27T20:35:33Z",
    "seconds": 240,
}
BACKUP = {
    "id": "b1",
    "uid": "62cc20b9-0956-ab62-a58e-847400000000",
    "name": "nightly",
    "status": "completed",
    "backup_type": "snapshot",
    "created_at": "2026-11-27T15:19:31.000Z",
    "completed_at": None,
    "size": 1048576,
    "compression_type": None,
    "additional_destinations": None,
    "custom_destination_id": None,
}
FORKED = {"changed": True, "failed": False, "fork": FORK, "backup": BACKUP}
DELETED = {"changed": True, "failed": False, "fork": FORK}
NOTHING_DELETED = {"changed": False, "failed": False, "fork": None}
RECORD = {
    "run_id": RUN,
    "host": "orders-db.shop",
    "operator": "ci",
    "project_id": "shop",
    "addon_id": "orders-db",
    "addon_type": "postgresql",
    "policy": "standard",
    "settings": {"backup": "newest", "storage": None, "timeout": 3600, "checks_sha256": "ab"},
    "started_at": "2026-11-27T20:31:31Z",
    "check_mode": False,
    "forked": FORKED,
    "deleted": DELETED,
    "is_kept": False,
    "reason": "",
    "checks": "checks.yml",
    "checks_seconds": 3,
    "results": {"rows": 5},
    "credentials": {},
}


def evidence(**changes: Any) -> dict[str, Any]:
    """Return the evidence of a record, which conforms to the schema, unless it is that of check mode."""
    built = evidence_of({**RECORD, **changes}, NOW, "2.19.3")
    if not changes.get("check_mode"):
        jsonschema.validate(built, SCHEMA, jsonschema.Draft202012Validator)
    assert json.loads(json.dumps(built)) == built
    return built


def parts(built: dict[str, Any]) -> tuple[Any, ...]:
    return built["restored"]["verdict"], built["verified"]["verdict"], built["cleanup"]["outcome"]


def test_the_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_drill_that_passed() -> None:
    assert evidence() == {
        "version": 1,
        "run_id": RUN,
        "host": "orders-db.shop",
        "operator": "ci",
        "project_id": "shop",
        "addon_id": "orders-db",
        "addon_type": "postgresql",
        "policy": {"name": "standard", "sha256": evidence()["policy"]["sha256"]},
        "backup": {
            "id": "b1",
            "uid": "62cc20b9-0956-ab62-a58e-847400000000",
            "name": "nightly",
            "backup_type": "snapshot",
            "created_at": "2026-11-27T15:19:31.000Z",
            "size": 1048576,
            "age_minutes": 312,
        },
        "fork": {name: FORK[name] for name in ("project_id", "addon_id", "name", "status")},
        "started_at": "2026-11-27T20:31:31Z",
        "completed_at": "2026-11-27T20:36:31Z",
        "restored": {"verdict": "passed", "reason": None, "seconds": 240},
        "verified": {"verdict": "passed", "reason": None, "seconds": 3, "checks": "checks.yml", "results": {"rows": 5}},
        "cleanup": {"outcome": "deleted", "reason": None},
        "versions": {"ansible_core": "2.19.3", "collection": VERSION, "python": platform.python_version()},
    }
    assert message_of(evidence()) == (
        "shop/orders-db: backup nightly (5 hours old) was restored in 240 s, and verified in 3 s."
        " The fork sandbox/drill-orders-db-6c4a8dd0 was deleted."
    )


def test_a_clock_that_was_set_back() -> None:
    assert evidence(checks_seconds=-3599)["verified"]["seconds"] == 0


def test_the_name_of_a_host_is_text() -> None:
    """Up to ansible-core 2.18, a template turns the name True into a boolean."""
    assert evidence(host=True)["host"] == "True"


def test_a_drill_without_checks() -> None:
    built = evidence(checks=None, checks_seconds=None, results={})
    assert parts(built) == ("passed", "skipped", "deleted")
    assert built["verified"]["reason"] == "No checks are configured: set restore_drill_checks."
    assert message_of(built).startswith(
        "shop/orders-db: backup nightly (5 hours old) was restored in 240 s, but not verified. No checks"
    )


def test_a_backup_that_could_not_be_restored() -> None:
    forked = {"failed": True, "msg": "shop/orders-db has no completed backup.", "fork": None, "backup": None}
    built = evidence(
        forked=forked, deleted=NOTHING_DELETED, reason="Create a fork: no backup", checks_seconds=None, results={}
    )
    assert parts(built) == ("failed", "skipped", "none")
    assert built["restored"] == {"verdict": "failed", "reason": "Create a fork: no backup", "seconds": None}
    assert built["verified"]["reason"] == "No backup was restored."
    assert (built["backup"], built["fork"], built["addon_type"]) == (None, None, "postgresql")
    assert message_of(built) == (
        "The restore drill of shop/orders-db failed, because no backup was restored. Create a fork: no backup."
    )


def test_a_fork_that_failed_is_deleted() -> None:
    forked = {**FORKED, "failed": True, "msg": "does not run", "fork": {**FORK, "status": "failed", "seconds": None}}
    built = evidence(forked=forked, reason="Create a fork: does not run", checks_seconds=None)
    assert parts(built) == ("failed", "skipped", "deleted")
    assert built["fork"]["status"] == "failed"
    assert built["backup"]["id"] == "b1"


def test_a_fork_whose_creation_was_not_known() -> None:
    forked = {"failed": True, "msg": "It is unknown whether", "fork": None, "backup": BACKUP}
    built = evidence(forked=forked, reason="It is unknown whether", checks_seconds=None)
    assert parts(built) == ("failed", "skipped", "deleted")
    assert built["fork"]["addon_id"] == FORK["addon_id"]


@pytest.mark.parametrize("forked", [{}, {"failed": True, "msg": "terminated"}, {"unreachable": True, "changed": False}])
def test_a_module_without_a_result(forked: dict[str, Any]) -> None:
    built = evidence(forked=forked, deleted={}, reason="", checks_seconds="")
    assert parts(built) == ("failed", "skipped", "none")
    assert built["restored"]["reason"] == "Ansible reported no reason; see its output."


def test_checks_that_failed() -> None:
    built = evidence(reason="Count: 0 rows", results={})
    assert parts(built) == ("passed", "failed", "deleted")
    assert built["verified"]["reason"] == "Count: 0 rows"
    assert message_of(built) == (
        "The restore drill of shop/orders-db failed: backup nightly (5 hours old) was restored in 240 s, but the"
        " checks failed. Count: 0 rows. The fork sandbox/drill-orders-db-6c4a8dd0 was deleted."
    )


def test_a_deletion_that_failed() -> None:
    deleted = {"failed": True, "msg": "DELETE failed with status 500.", "fork": FORK, "changed": False}
    built = evidence(deleted=deleted)
    assert parts(built) == ("passed", "passed", "failed")
    assert built["cleanup"]["reason"] == "DELETE failed with status 500."
    assert message_of(built).endswith(
        "verified in 3 s. The fork sandbox/drill-orders-db-6c4a8dd0 could not be deleted, and costs money until it is:"
        " delete it in Northflank, or wait for a later run to delete it. DELETE failed with status 500."
    )


def test_a_deletion_that_failed_of_a_fork_that_is_not_known() -> None:
    deleted = {"failed": True, "msg": "GET failed.", "fork": None}
    built = evidence(forked={}, deleted=deleted, reason="x")
    assert parts(built) == ("failed", "skipped", "failed")
    assert "The fork that the drill may have created could not be deleted" in message_of(built)


@pytest.mark.parametrize("deleted", [{}, "{'failed': True, 'error': [[[[", {"unreachable": True, "changed": False}])
def test_a_deletion_without_a_result_is_not_a_success(deleted: Any) -> None:
    built = evidence(deleted=deleted)
    assert parts(built) == ("passed", "passed", "failed")
    assert built["cleanup"]["reason"] == "Ansible reported no reason; see its output."


def test_a_fork_that_is_kept() -> None:
    built = evidence(is_kept=True, deleted={"skipped": True, "changed": False})
    assert parts(built) == ("passed", "passed", "kept")
    assert message_of(built).endswith(
        " The fork sandbox/drill-orders-db-6c4a8dd0 was kept, and costs money until it is deleted."
    )
    # Without a fork, there is nothing to keep.
    assert parts(evidence(is_kept=True, forked={}, deleted={"skipped": True}, reason="x"))[2] == "none"


def test_check_mode() -> None:
    built = evidence(check_mode=True, deleted={"skipped": True}, checks_seconds="", results={})
    assert parts(built) == ("skipped", "skipped", "none")
    assert message_of(built) == (
        "shop/orders-db: backup nightly (5 hours old) would be restored and verified with checks.yml."
        " Check mode creates no fork."
    )
    failed = evidence(check_mode=True, forked={"failed": True, "fork": None}, reason="no backup", deleted={})
    assert parts(failed) == ("failed", "skipped", "none")


def test_the_digest_of_the_settings() -> None:
    digest = evidence()["policy"]["sha256"]
    same = {"timeout": "3600", "storage": "", "checks_sha256": "ab", "backup": "newest"}
    assert evidence(settings=same)["policy"]["sha256"] == digest
    for changed in ({"timeout": 3601}, {"storage": 1}, {"checks_sha256": "ac"}):
        assert evidence(settings={**RECORD["settings"], **changed})["policy"]["sha256"] != digest


def test_templates_may_turn_null_into_an_empty_text() -> None:
    built = evidence(operator="", policy="", checks="", checks_seconds="", addon_type="", forked={}, deleted={})
    assert (built["operator"], built["policy"]["name"], built["addon_type"]) == (None, None, None)
    assert (built["verified"]["checks"], built["verified"]["seconds"]) == (None, None)


@pytest.mark.parametrize("results", [None, "text", [1], 5])
def test_results_that_are_not_a_dictionary(results: Any) -> None:
    assert evidence(results=results, reason="not a dictionary")["verified"]["results"] == {}


def test_results_of_any_type_are_json() -> None:
    results = {"when": NOW, 5: float("nan"), "lone \ud800": [{"a": ("b", None)}], "set": {1}}
    assert evidence(results=results)["verified"]["results"] == {
        "when": str(NOW),
        "5": None,
        "lone \ufffd": [{"a": ["b", None]}],
        "set": "{1}",
    }


def test_credentials_are_masked_in_results() -> None:
    credentials = {"envs": {"HOST": "db.example.org"}, "secrets": {"PASSWORD": "p4ss/w0rd", "DATABASE": "orders"}}
    built = evidence(
        credentials=credentials,
        results={"orders": ["p4ss/w0rd", {"p4ss%2Fw0rd": "postgresql://u:p4ss%2Fw0rd@db.example.org"}]},
    )
    assert built["verified"]["results"] == {
        "orders": ["********", {"********": "postgresql://u:********@db.example.org"}]
    }
    assert built["addon_id"] == "orders-db"


@pytest.mark.parametrize("name", ["project_id", "addon_id", "run_id"])
@pytest.mark.parametrize("value", ["../../etc", "a/b", "a.b", "", "{{ 1/0 }}", "a\nb", "a" * 101])
def test_an_invalid_id_is_never_part_of_a_path(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: "):
        evidence(**{name: value})


def test_ids_may_be_integers() -> None:
    assert evidence(addon_id=12345)["addon_id"] == "12345"


def test_a_backup_without_a_valid_time() -> None:
    built = evidence(forked={**FORKED, "backup": {**BACKUP, "created_at": "soon", "name": "", "uid": None}})
    assert built["backup"]["age_minutes"] is None
    assert message_of(built).startswith("shop/orders-db: backup b1 was restored")
    assert message_of(evidence(forked={**FORKED, "backup": None})).startswith("shop/orders-db: a backup was restored")


@pytest.mark.parametrize(
    ("time", "age"),
    [
        ("2026-11-27T20:31:31Z", "0 minutes"),
        ("2026-11-27T18:31:32Z", "119 minutes"),
        ("2026-11-27T18:31:31Z", "2 hours"),
        ("2026-11-25T20:31:32Z", "47 hours"),
        ("2026-11-25T20:31:31Z", "2 days"),
        ("2026-01-15T02:30:00Z", "316 days"),
        # The clocks differ.
        ("2026-11-27T20:33:31Z", "-2 minutes"),
    ],
)
def test_the_age_of_a_backup(time: str, age: str) -> None:
    built = evidence(forked={**FORKED, "backup": {**BACKUP, "created_at": time}})
    assert f"backup nightly ({age} old) was restored" in message_of(built)


def test_the_message_has_no_control_characters() -> None:
    built = evidence(forked={**FORKED, "backup": {**BACKUP, "name": "a\x1b[31m\nb" * 1000}})
    assert message_of(built).isprintable()
    assert len(message_of(built)) < 2100
