# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the results of restore drills: statuses, which files are read, and files that cannot be used."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils import _json_file
from ansible_collections.community.northflank.plugins.plugin_utils._drill_evidence import evidence_of
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import (
    NEVER,
    STATUSES,
    are_drills,
    read_drills,
)
from ansible_collections.community.northflank.tests.support.drill_evidence import evidence, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
RUN_ID = "drill-20261122T022000Z-1a2b3c4d"
NAME = f"shop.orders-db.{RUN_ID}.json"


def days_ago(days: float, **more: Any) -> dict[str, Any]:
    return evidence(NOW - timedelta(days=days), **more)


def content(**more: Any) -> dict[str, Any]:
    """Return the content of the file NAME."""
    return {**days_ago(2), **more}


def read(folder: Path, *drills: dict[str, Any]) -> dict[str, Any]:
    """Return the state of the addon shop/orders-db after drills."""
    write(folder, *drills)
    return read_drills(str(folder), NOW)["shop/orders-db"]


@pytest.mark.parametrize(
    ("verdicts", "status", "last"),
    [
        ({}, "verified", ("passed", "passed", None)),
        ({"verified": "skipped", "reason": "No checks."}, "restored", ("passed", "skipped", "No checks.")),
        ({"verified": "failed", "reason": "Empty."}, "failed", ("passed", "failed", "Empty.")),
        ({"restored": "failed", "verified": "skipped", "reason": "No."}, "failed", ("failed", "skipped", "No.")),
        # Evidence that contradicts itself is not a pass.
        ({"restored": "failed", "reason": "No."}, "failed", ("failed", "passed", "No.")),
    ],
)
def test_the_status_of_a_drill(
    tmp_path: Path, verdicts: dict[str, Any], status: str, last: tuple[str | None, ...]
) -> None:
    state = read(tmp_path, days_ago(2, **verdicts))
    is_verified = status == "verified"
    assert state == {
        "status": status,
        "verified_at": "2026-11-22T02:30:00Z" if is_verified else None,
        "seconds": 240 if is_verified else None,
        "last": {
            "run_id": RUN_ID,
            "completed_at": "2026-11-22T02:30:00Z",
            **dict(zip(("restored", "verified", "reason"), last)),
        },
    }
    assert are_drills({"shop/orders-db": state})


def test_the_reason_is_that_of_the_step_that_failed(tmp_path: Path) -> None:
    drill = days_ago(2, restored="failed", verified="skipped")
    drill["restored"]["reason"], drill["verified"]["reason"] = "No restore.", "No checks."
    assert read(tmp_path, drill)["last"]["reason"] == "No restore."
    drill["restored"] = {**drill["restored"], "verdict": "passed", "reason": None}
    assert read(tmp_path, drill)["last"]["reason"] == "No checks."


def test_the_newest_drill_and_the_newest_verified_one_count(tmp_path: Path) -> None:
    drills = [
        days_ago(1, verified="failed", reason="Empty."),
        days_ago(3, verified="skipped"),
        days_ago(4, seconds=100),
        days_ago(5, seconds=90),
        days_ago(6, restored="failed"),
    ]
    state = read(tmp_path, *drills)
    assert (state["status"], state["last"]["run_id"]) == ("failed", drills[0]["run_id"])
    assert (state["verified_at"], state["seconds"]) == ("2026-11-20T02:30:00Z", 100)


def of_run(began: str, token: str, days: float, **more: Any) -> dict[str, Any]:
    """Return the evidence of a drill of a run that began in November."""
    return {**days_ago(days, **more), "run_id": f"drill-202611{began}Z-{token}"}


@pytest.mark.parametrize(
    ("drills", "status"),
    [
        # The drill of the earlier run was completed after that of the later one.
        ((("22T020000", "1a2b3c4d", 1.2, "failed"), ("22T030000", "1a2b3c4d", 1.9, "passed")), "failed"),
        ((("22T020000", "1a2b3c4d", 1.2, "passed"), ("22T030000", "1a2b3c4d", 1.9, "failed")), "verified"),
        # Both runs began in the same second.
        ((("22T020000", "00000000", 1.2, "failed"), ("22T020000", "ffffffff", 1.9, "passed")), "failed"),
        ((("22T020000", "00000000", 1.9, "failed"), ("22T020000", "ffffffff", 1.2, "passed")), "verified"),
        # Both drills were completed in the same second: the worse one counts.
        ((("22T020000", "00000000", 1.2, "failed"), ("22T020000", "ffffffff", 1.2, "passed")), "failed"),
        ((("22T020000", "00000000", 1.2, "passed"), ("22T030000", "ffffffff", 1.2, "skipped")), "restored"),
        ((("22T020000", "00000000", 1.2, "skipped"), ("22T020000", "ffffffff", 1.2, "passed")), "restored"),
    ],
)
def test_the_newest_drill_is_the_one_that_was_completed_last(
    tmp_path: Path, drills: tuple[tuple[str, str, float, str], ...], status: str
) -> None:
    written = [of_run(began, token, days, verified=verdict) for began, token, days, verdict in drills]
    assert read(tmp_path, *written)["status"] == status


def test_a_run_of_more_than_a_day_hides_no_later_one(tmp_path: Path) -> None:
    drills = [of_run("20T030000", "1a2b3c4d", 1), of_run("21T030000", "1a2b3c4d", 2.9, verified="failed")]
    state = read(tmp_path, *drills)
    assert (state["status"], state["verified_at"]) == ("failed", "2026-11-23T02:30:00Z")


@pytest.mark.parametrize(("began", "status"), [("22T020000", "unknown"), ("22T015959", "verified")])
def test_an_unusable_file_of_a_run_that_is_not_earlier_is_the_newest(tmp_path: Path, began: str, status: str) -> None:
    unusable = {**of_run(began, "00000000", 1.2), "version": 2}
    assert read(tmp_path, of_run("22T020000", "ffffffff", 1.2), unusable)["status"] == status


def test_every_addon_has_its_own_drills(tmp_path: Path) -> None:
    write(tmp_path, days_ago(1), days_ago(1, addon="shop/cache", restored="failed"), days_ago(1, addon="crm/orders-db"))
    found = read_drills(str(tmp_path), NOW)
    assert {name: state["status"] for name, state in found.items()} == {
        "crm/orders-db": "verified",
        "shop/cache": "failed",
        "shop/orders-db": "verified",
    }


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({}, "restored"),
        ({"checks": "checks.yml", "checks_seconds": "3"}, "verified"),
        ({"checks": "checks.yml", "checks_seconds": "3", "reason": "Empty."}, "failed"),
        ({"forked": {"failed": True}, "reason": "No backup."}, "failed"),
    ],
)
def test_the_evidence_of_the_role_is_read(tmp_path: Path, record: dict[str, Any], status: str) -> None:
    fork = {"project_id": "sandbox", "addon_id": "drill", "name": "drill", "status": "running", "seconds": 240}
    backup = {"id": "1", "uid": None, "name": "daily", "backup_type": "snapshot", "created_at": "?", "size": None}
    started = {"run_id": RUN_ID, "host": "orders-db", "started_at": "2026-11-22T02:20:05Z", "settings": {}}
    ids = {"project_id": "shop", "addon_id": "orders-db", "addon_type": None, "policy": None, "operator": None}
    outcome = {"forked": {"fork": fork, "backup": backup}, "deleted": {}, "is_kept": False, "reason": "", "results": {}}
    checks = {"checks": None, "checks_seconds": "", "checks_timeout": 600, "check_mode": False, "credentials": {}}
    drill = evidence_of({**started, **ids, **outcome, **checks, **record}, NOW - timedelta(days=2), "2.19.3")
    state = read(tmp_path, drill)
    assert (state["status"], state["last"]["completed_at"]) == (status, "2026-11-22T02:30:00Z")
    assert state["seconds"] == (240 if status == "verified" else None)


def test_an_unknown_duration(tmp_path: Path) -> None:
    state = read(tmp_path, days_ago(2, seconds=None))
    assert (state["status"], state["seconds"]) == ("verified", None)


def test_reasons_are_printable_and_bounded(tmp_path: Path) -> None:
    state = read(tmp_path, days_ago(2, verified="failed", reason="\x1b[31mRed\n\ud800" + "x" * 5000))
    assert state["last"]["reason"].startswith("[31mRed")
    assert state["last"]["reason"].isprintable()
    assert len(state["last"]["reason"]) < 1100


def test_a_newer_writer_may_add_fields(tmp_path: Path) -> None:
    drill = days_ago(2)
    drill["restored"]["more"] = drill["more"] = 1
    assert read(tmp_path, drill)["status"] == "verified"


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "shop.orders-db.json",
        f"{NAME}.tmp",
        f".{NAME}",
        NAME.replace("drill-", "run-"),
        NAME.replace("1a2b3c4d", "1A2B3C4D"),
        NAME.replace("1a2b3c4d", "1a2b3c4d (1)"),
        NAME.replace("shop", "shop.more"),
        NAME.replace("shop", "my--shop"),
        NAME.replace("shop", "shöp"),
        NAME.replace("shop", "sh\nop"),
        NAME.replace("2026", "२०२६"),
        f"{NAME}\n",
        os.fsdecode(b"\xff." + NAME.encode()),
    ],
)
def test_files_with_other_names_are_ignored(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(content()))
    assert read_drills(str(tmp_path), NOW) == {}


def as_json(**more: Any) -> bytes:
    return json.dumps(content(**more)).encode()


def step(name: str, **more: Any) -> bytes:
    return as_json(**{name: {**content()[name], **more}})


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in content().items() if key != name}).encode()


NOT_JSON = "is not valid JSON"
NOT_SUPPORTED = "but only version 1 is supported"
CONTRADICTION = "has times that contradict each other"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", NOT_JSON),
        (as_json()[:-1], NOT_JSON),
        (as_json()[:200], NOT_JSON),
        (as_json() * 2, NOT_JSON),
        (b"\xef\xbb\xbf" + as_json(), NOT_JSON),
        (as_json().decode().encode("utf-16"), NOT_JSON),
        (b"\0" * 100, NOT_JSON),
        (b"[" * 100_000, NOT_JSON),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, NOT_JSON),
        (b"version: 1", NOT_JSON),
        (as_json() + b" " * 2**20, "is larger than 1048576 bytes"),
        (b"null", "is not the evidence of a drill"),
        (b"[1]", "is not the evidence of a drill"),
        (b'"verified"', "is not the evidence of a drill"),
        (b"{}", f"has the version None, {NOT_SUPPORTED}"),
        (as_json(version=2), f"has the version 2, {NOT_SUPPORTED}"),
        (as_json(version="1"), f"has the version '1', {NOT_SUPPORTED}"),
        (as_json(version=True), f"has the version True, {NOT_SUPPORTED}"),
        (as_json(version=1.5), f"has the version 1.5, {NOT_SUPPORTED}"),
        *((without(name), f"has no {name}") for name in content() if name != "version"),
        (as_json(restored=None), "has an invalid restored: None"),
        *(
            (
                as_json(**{name: {key: each for key, each in value.items() if key != missing}}),
                f"has no {name}.{missing}",
            )
            for name, value in content().items()
            if isinstance(value, dict)
            for missing in value
        ),
        (step("policy", sha256=None), "has an invalid policy.sha256: None"),
        (step("backup", size=True), "has an invalid backup.size: True"),
        (step("cleanup", outcome=1), "has an invalid cleanup.outcome: 1"),
        (step("verified", results=[]), "has an invalid verified.results: []"),
        (step("verified", checks=None), "has no verified.checks, but was verified"),
        (as_json(fork=None), "has no fork, but was restored"),
        (as_json(verified="passed"), "has an invalid verified: 'passed'"),
        (as_json(verified=["passed"]), "has an invalid verified: ['passed']"),
        (as_json(restored={"verdict": "passed"}), "has no restored.reason"),
        (step("restored", verdict="skipped", reason="No."), "has an invalid restored.verdict: 'skipped'"),
        (step("verified", verdict="PASSED"), "has an invalid verified.verdict: 'PASSED'"),
        (step("verified", verdict=True), "has an invalid verified.verdict: True"),
        (step("verified", verdict={}), "has an invalid verified.verdict: {}"),
        (step("restored", seconds=-1), "has an invalid restored.seconds: -1"),
        (step("restored", seconds=True), "has an invalid restored.seconds: True"),
        (step("restored", seconds="240"), "has an invalid restored.seconds: '240'"),
        (step("restored", seconds=float("nan")), NOT_JSON),
        (as_json(operator=float("-inf")), NOT_JSON),
        (as_json().replace(b"240", b"1e999"), "is not valid JSON"),
        (as_json().replace(b'"ci"', b'"\xff"'), NOT_JSON),
        (b'{"version": 2, ' + as_json()[1:], NOT_JSON),
        (as_json()[:-1] + b', "addon_id": "orders-db"}', NOT_JSON),
        (as_json().replace(b'"verdict": "passed"', b'"verdict": "failed", "verdict": "passed"'), NOT_JSON),
        (step("verified", reason=["a"]), "has an invalid verified.reason: ['a']"),
        (step("verified", reason="Empty."), "has an invalid verified.reason: 'Empty.'"),
        (step("restored", reason=""), "has an invalid restored.reason: ''"),
        (step("verified", verdict="failed"), "has an invalid verified.reason: None"),
        (step("verified", verdict="skipped"), "has an invalid verified.reason: None"),
        (as_json(project_id="crm"), "does not match its name: its project_id is 'crm'"),
        (as_json(addon_id="orders-DB"), "does not match its name: its addon_id is 'orders-DB'"),
        (as_json(run_id=RUN_ID.replace("1a", "2a")), "does not match its name: its run_id is"),
        (as_json(addon_id=7), "has an invalid addon_id: 7"),
        (as_json(completed_at="2026-11-24T02:35:01Z"), "was completed in the future, at 2026-11-24T02:35:01Z"),
        (as_json(completed_at="9999-12-31T23:59:59Z"), "was completed in the future, at 9999-12-31T23:59:59Z"),
        (as_json(completed_at="2026-11-22T02:14:59Z"), CONTRADICTION),
        (as_json(started_at="2026-11-22T02:14:59Z"), CONTRADICTION),
        (as_json(completed_at="0001-01-01T00:00:00Z"), "has an invalid completed_at: '0001-01-01T00:00:00Z'"),
        (as_json(completed_at="2026-11-22"), "has an invalid completed_at: '2026-11-22'"),
        (as_json(completed_at="2026-11-22T03:30:00+01:00"), "has an invalid completed_at:"),
        (as_json(completed_at="2026-02-30T02:30:00Z"), "has an invalid completed_at:"),
        (as_json(completed_at=1795314600), "has an invalid completed_at: 1795314600"),
        (as_json(started_at="9999-12-31T23:59:59Z"), CONTRADICTION),
        (as_json(started_at="yesterday"), "has an invalid started_at: 'yesterday'"),
    ],
)
def test_an_unusable_file_is_unknown(tmp_path: Path, text: bytes, reason: str) -> None:
    (tmp_path / NAME).write_bytes(text)
    state = read(tmp_path)
    assert {**state, "last": {**state["last"], "reason": None}} == unknown(None)
    assert state["last"]["reason"].startswith(f"{NAME} {reason}")
    assert are_drills({"shop/orders-db": state})


def unknown(reason: str | None) -> dict[str, Any]:
    last = {"run_id": RUN_ID, "completed_at": None, "restored": None, "verified": None, "reason": reason}
    return {**NEVER, "status": "unknown", "last": last}


def symlink(path: Path) -> None:
    path.with_suffix(".other").write_bytes(as_json())
    path.symlink_to(path.with_suffix(".other"))


def dangling(path: Path) -> None:
    path.symlink_to("missing")


def loop(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


SYMLINK = "is a symbolic link"


@pytest.mark.parametrize(
    ("create", "reason"),
    [
        (symlink, SYMLINK),
        (dangling, SYMLINK),
        (loop, SYMLINK),
        (device, SYMLINK),
        (Path.mkdir, "cannot be read: Is a directory"),
        (os.mkfifo, "is not a regular file"),
        (unix_socket, "cannot be read: No such device or address"),
    ],
)
def test_anything_but_a_regular_file_is_unknown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, create: Callable[[Path], None], reason: str
) -> None:
    # The path of a socket has at most about 100 characters.
    monkeypatch.chdir(tmp_path)
    create(Path(NAME))
    before = len(os.listdir("/dev/fd"))
    assert read_drills(".", NOW) == {"shop/orders-db": unknown(f"{NAME} {reason}")}
    assert len(os.listdir("/dev/fd")) == before


def test_a_file_without_permission_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_arguments: Any) -> int:
        raise PermissionError(13, "Permission denied")

    write(tmp_path, days_ago(2))
    # root can read every file.
    monkeypatch.setattr(_json_file.os, "open", refuse)
    assert read(tmp_path) == unknown(f"{NAME} cannot be read: Permission denied")


def test_a_name_with_a_time_that_does_not_exist_is_the_newest_and_unknown(tmp_path: Path) -> None:
    run_id = "drill-99999999T999999Z-1a2b3c4d"
    state = read(tmp_path, days_ago(2), content(run_id=run_id))
    assert (state["status"], state["last"]["run_id"]) == ("unknown", run_id)
    assert state["last"]["reason"] == f"shop.orders-db.{run_id}.json has an invalid time in its name"
    assert state["verified_at"] == "2026-11-22T02:30:00Z"


def test_an_old_drill_with_the_name_of_a_later_one_is_unknown(tmp_path: Path) -> None:
    state = read(tmp_path, content(run_id="drill-20991122T022000Z-1a2b3c4d"), days_ago(1, verified="failed"))
    assert state["status"] == "unknown"
    assert state["last"]["reason"].endswith(CONTRADICTION)
    assert state["verified_at"] is None


def test_clocks_may_differ_by_five_minutes(tmp_path: Path) -> None:
    assert read(tmp_path, content(completed_at="2026-11-24T02:35:00Z"))["status"] == "verified"
    assert read(tmp_path, content(started_at="2026-11-22T02:15:00Z"))["status"] == "verified"


def test_an_unusable_file_that_is_not_the_newest_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, days_ago(1, verified="failed"), days_ago(2), days_ago(3, seconds=5))
    (tmp_path / NAME).write_text("{")
    state = read(tmp_path)
    assert (state["status"], state["verified_at"], state["seconds"]) == ("failed", "2026-11-21T02:30:00Z", 5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_change_of_a_failed_drill_makes_it_a_pass(tmp_path: Path, data: st.DataObject) -> None:
    """Cut and change the bytes of a file at random: it fails, is unknown, or has the same verdict as before."""
    text = bytearray(json.dumps(days_ago(2, verified="failed")).encode())
    for _each in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / NAME).write_bytes(text[: data.draw(st.integers(0, len(text)))] if data.draw(st.booleans()) else text)
    state = read(tmp_path)
    assert state["status"] in ("failed", "unknown")
    assert are_drills({"shop/orders-db": state})


def test_only_the_necessary_files_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path, *(days_ago(each) for each in range(1, 200)))
    write(tmp_path, *(days_ago(each, addon="shop/cache", restored="failed") for each in (1, 2)))
    write(tmp_path, *(days_ago(each, addon="shop/cache") for each in range(3, 100)))
    opened = []

    def count(path: str, flags: int) -> int:
        opened.append(Path(path).name.rsplit("-", 1)[0])
        return os.open(path, flags)

    monkeypatch.setattr(_json_file, "_open", count)
    found = read_drills(str(tmp_path), NOW)
    assert {name: state["status"] for name, state in found.items()} == {
        "shop/cache": "failed",
        "shop/orders-db": "verified",
    }
    assert opened == [
        *(f"shop.cache.drill-202611{day}T022000Z" for day in (23, 22, 21)),
        "shop.orders-db.drill-20261123T022000Z",
    ]


def test_an_empty_directory_has_no_evidence(tmp_path: Path) -> None:
    assert read_drills(str(tmp_path), NOW) == {}


@pytest.mark.parametrize("path", ["missing", "file", ""])
def test_a_missing_directory_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("{}")
    with pytest.raises(OSError, match=r"No such file|Not a directory"):
        read_drills(path, NOW)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {"shop/orders-db": None},
        {"shop/orders-db": {}},
        {"shop/orders-db": {**NEVER, "status": "fine"}},
        {"shop/orders-db": {**NEVER, "status": "verified"}},
        {"shop/orders-db": {**NEVER, "last": {}}},
        {"shop/orders-db": {**NEVER, "more": 1}},
        {"shop/orders-db": {**unknown("?"), "seconds": "5"}},
        {"shop/orders-db": {**unknown("?"), "seconds": True}},
        {"shop/orders-db": {**unknown("?"), "seconds": -1}},
        {"shop/orders-db": {**unknown("?"), "verified_at": "yesterday"}},
        {"shop/orders-db": {**unknown("?"), "verified_at": float("nan")}},
        {"shop/orders-db": unknown({"text": "?"})},  # type: ignore[arg-type]
        {"shop/orders-db": {**unknown("?"), "last": {**unknown("?")["last"], "run_id": None}}},
        {"shop/orders-db": {**unknown("?"), "last": {**unknown("?")["last"], "completed_at": "yesterday"}}},
        {"shop/orders-db": {**unknown("?"), "last": {**unknown("?")["last"], "verified": "fine"}}},
        {"shop/orders-db": {**unknown("?"), "last": {"reason": "?"}}},
    ],
)
def test_anything_else_is_not_a_result(value: Any) -> None:
    assert not are_drills(value)


def test_the_statuses() -> None:
    assert are_drills({"shop/orders-db": dict(NEVER), "shop/cache": unknown("?")})
    assert STATUSES == ("verified", "restored", "failed", "never", "unknown")
