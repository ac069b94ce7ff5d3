# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked once in a run, by whichever worker comes first."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible import constants
from ansible_collections.community.northflank.plugins.plugin_utils._run_cache import cached_per_run


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


def test_those_that_come_at_once_wait_for_one_answer() -> None:
    asked = []

    def ask() -> list[str]:
        asked.append(1)
        time.sleep(0.05)  # so that the others come meanwhile
        return ["redis"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _each: cached_per_run("types", ask), range(8)))
    assert answers == [["redis"]] * 8
    assert len(asked) == 1


def test_another_name_is_another_question() -> None:
    assert (
        cached_per_run("a/../b", lambda: 1),
        cached_per_run("c", lambda: 2),
        cached_per_run("a/../b", lambda: 3),
    ) == (1, 2, 1)


def test_what_failed_is_asked_again() -> None:
    with pytest.raises(ZeroDivisionError):
        cached_per_run("types", lambda: 1 // 0)
    assert cached_per_run("types", lambda: 1) == 1


def test_nothing_tells_what_was_asked(folder: Path) -> None:
    cached_per_run("https://api our-team", dict)
    assert not [each.name for each in folder.iterdir() if "api" in each.name or "team" in each.name]
