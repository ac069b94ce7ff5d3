# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache of a run, which its workers share."""

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


def test_concurrent_callers_wait_for_one_read() -> None:
    reads = []

    def read() -> list[str]:
        reads.append(1)
        time.sleep(0.05)  # so that the other threads wait
        return ["redis"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _each: cached_per_run("types", read), range(8)))
    assert results == [["redis"]] * 8
    assert len(reads) == 1


def test_each_name_is_read_separately() -> None:
    assert (
        cached_per_run("a/../b", lambda: 1),
        cached_per_run("c", lambda: 2),
        cached_per_run("a/../b", lambda: 3),
    ) == (1, 2, 1)


def test_a_failed_read_is_not_cached() -> None:
    with pytest.raises(ZeroDivisionError):
        cached_per_run("types", lambda: 1 // 0)
    assert cached_per_run("types", lambda: 1) == 1


def test_the_names_of_files_do_not_contain_the_name(folder: Path) -> None:
    cached_per_run("https://api our-team", dict)
    assert not [each.name for each in folder.iterdir() if "api" in each.name or "team" in each.name]
