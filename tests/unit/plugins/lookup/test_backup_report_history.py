# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup returns the last runs, and an error for a file that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.lookup import backup_report_history
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS

RUNS = [
    {
        "generated_at": f"2026-11-2{day}T02:30:00Z",
        "limit": None,
        "verdicts": dict.fromkeys(VERDICTS, day),
        "controls": None,
    }
    for day in range(3)
]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("history.json").write_text(json.dumps({"version": 1, "runs": RUNS}))
    return tmp_path


def lookup(*terms: str, runs: int | None = None) -> list[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patched:
        # Ansible's plugin loader would define the options.
        patched.setattr(backup_report_history.LookupModule, "set_options", lambda _self, **_options: None)
        patched.setattr(backup_report_history.LookupModule, "get_option", lambda _self, name: {"runs": runs}[name])
        return backup_report_history.LookupModule().run(list(terms))


@pytest.mark.parametrize(("runs", "expected"), [(None, RUNS), (5, RUNS), (2, RUNS[1:]), (0, [])])
def test_the_last_runs(runs: int | None, expected: list[dict[str, Any]]) -> None:
    assert lookup("history.json", runs=runs) == [{"runs": expected, "error": None}]


def test_a_file_that_does_not_exist_has_no_runs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("FOLDER", str(folder))
    assert lookup("missing.json", "missing/history.json") == [{"runs": [], "error": None}] * 2
    assert len(lookup("$FOLDER/history.json")[0]["runs"]) == 3


def test_a_damaged_file_is_an_error_and_a_warning(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(backup_report_history.Display, "warning", lambda _display, message: warnings.append(message))
    Path("damaged.json").write_text("{")
    Path("link.json").symlink_to("history.json")
    found = lookup("damaged.json", "link.json")
    assert [each["runs"] for each in found] == [[], []]
    start = f"The history of the reports, {folder}"
    assert found[0]["error"].startswith(f"{start}/damaged.json, is not valid JSON. It is not changed, ")
    assert found[1]["error"].startswith(f"{start}/link.json, is a symbolic link. ")
    assert warnings == [each["error"] for each in found]
