# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the history: a damaged file is never an empty one, and what is written can be read."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS, STATUSES
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_history import (
    MAX_RUNS,
    as_history,
    is_history,
    read_history,
    with_report,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
RUN: dict[str, Any] = {
    "generated_at": "2026-11-23T02:30:00Z",
    "limit": None,
    "verdicts": {**dict.fromkeys(VERDICTS, 0), "ok": 3},
    "controls": {"off_site": {**dict.fromkeys(STATUSES, 0), "fail": 2}},
}


def test_a_file_that_does_not_exist_has_no_runs(tmp_path: Path) -> None:
    assert read_history(str(tmp_path / "history.json")) == []
    assert read_history(str(tmp_path / "missing" / "history.json")) == []


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    control = {"status": "pass", "reason": "Good.", "parameters": {}}
    entry = {
        "project_id": "shop",
        "addon_id": "db",
        "verdict": "late",
        "reasons": [],
        "controls": {"scheduled": control},
    }
    built = report([{"addons": [entry]}], ["shop"], NOW, limit="größe\ud800")
    runs = with_report([RUN, {**RUN, "controls": None}], built)
    path.write_text(as_history(runs))
    assert read_history(str(path)) == runs
    assert runs[-1] == {
        "generated_at": "2026-11-24T02:30:00Z",
        "limit": "größe\ufffd",
        "verdicts": {**dict.fromkeys(VERDICTS, 0), "late": 1},
        "controls": {"scheduled": {**dict.fromkeys(STATUSES, 0), "pass": 1}},
    }
    assert len(path.read_text().splitlines()) == 3 + 2


def test_the_longest_history_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    limited = report([], [], NOW, limit="\U0001f600" * 10_000)
    controls = {name: dict.fromkeys(STATUSES, 100_000) for name in CONTROLS}
    limited["summary"].update(controls=controls, verdicts=dict.fromkeys(VERDICTS, 100_000))
    path.write_text(as_history(with_report([], limited) * MAX_RUNS))
    runs = read_history(str(path))
    assert len(runs) == MAX_RUNS
    assert runs[0]["limit"] == "\U0001f600" * 200 + "..."


def test_added_fields_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"version": 1, "runs": [{**RUN, "added": 1}], "added": 1}))
    assert [each["verdicts"]["ok"] for each in read_history(str(path))] == [3]


def changed(**more: Any) -> str:
    return json.dumps({"version": 1, "runs": [RUN, {**RUN, **more}]})


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "is not valid JSON"),
        (changed()[:-9], "is not valid JSON"),
        (changed().replace("3", "NaN"), "is not valid JSON"),
        ('{"version": 1, "version": 1, "runs": []}', "is not valid JSON"),
        ("[]", "is not the history of a report"),
        ("null", "is not the history of a report"),
        ('{"version": 1}', "is not the history of a report"),
        ('{"version": 1, "runs": {}}', "is not the history of a report"),
        ('{"runs": []}', "has the version None, but only version 1 is supported"),
        ('{"version": 2, "runs": []}', "has the version 2, but only version 1 is supported"),
        ('{"version": true, "runs": []}', "has the version True, but only version 1 is supported"),
        *(
            (changed(**each), "has an invalid run: runs[1]")
            for each in (
                {"generated_at": None},
                {"generated_at": "yesterday"},
                {"generated_at": "2026-11-23"},
                {"limit": ""},
                {"limit": 5},
                {"limit": "\ud800"},
                {"verdicts": None},
                {"verdicts": {"ok": 3}},
                {"verdicts": {**RUN["verdicts"], "fine": 1}},
                {"verdicts": {**RUN["verdicts"], "ok": -1}},
                {"verdicts": {**RUN["verdicts"], "ok": True}},
                {"verdicts": {**RUN["verdicts"], "ok": 1.5}},
                {"controls": {}},
                {"controls": []},
                {"controls": {"offsite": RUN["controls"]["off_site"]}},
                {"controls": {"off_site": {"fail": 1}}},
            )
        ),
        ('{"version": 1, "runs": [5]}', "has an invalid run: runs[0]"),
        (
            json.dumps({"version": 1, "runs": [{key: RUN[key] for key in RUN if key != "limit"}]}),
            "has an invalid run: runs[0]",
        ),
        (
            json.dumps({"version": 1, "runs": [{key: RUN[key] for key in RUN if key != "controls"}]}),
            "has an invalid run: runs[0]",
        ),
    ],
)
def test_a_damaged_file_is_an_error(tmp_path: Path, content: str, error: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(content)
    with pytest.raises(Unusable) as raised:
        read_history(str(path))
    assert str(raised.value) == error


def test_a_file_that_is_not_text_or_too_large_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(b"\xff")
    with pytest.raises(Unusable, match="is not valid JSON"):
        read_history(str(path))
    path.write_bytes(b" " * (2**22 + 1))
    with pytest.raises(Unusable, match="is larger than 4194304 bytes"):
        read_history(str(path))
    path.write_text("[" * 10**5)
    with pytest.raises(Unusable, match="is not valid JSON"):
        read_history(str(path))


def test_anything_but_a_regular_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unusable, match="is a symbolic link"):
        read_history(str(path))
    with pytest.raises(Unusable, match="cannot be read: Is a directory"):
        read_history(str(tmp_path))
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(Unusable, match="is not a regular file"):
        read_history(str(fifo))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_truncated_file_is_never_shorter_history(tmp_path: Path, data: st.DataObject) -> None:
    text = as_history([RUN] * 3).encode()
    (tmp_path / "history.json").write_bytes(text[: data.draw(st.integers(0, len(text) - 2))])
    with pytest.raises(Unusable):
        read_history(str(tmp_path / "history.json"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"runs": [RUN], "error": None}, True),
        ({"runs": [], "error": "Damaged."}, True),
        ({"runs": [{**RUN, "limit": ""}], "error": None}, False),
        ({"runs": "text", "error": None}, False),
        ({"runs": [], "error": 5}, False),
        ({"runs": []}, False),
        ([], False),
        ("", False),
    ],
)
def test_the_result_of_the_lookup(value: Any, expected: bool) -> None:
    assert is_history(value) is expected
