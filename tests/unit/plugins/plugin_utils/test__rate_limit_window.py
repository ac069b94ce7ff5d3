# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of a run share about the rate limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible import constants
from ansible_collections.community.northflank.plugins.plugin_utils._rate_limit_window import RateLimitWindow

WINDOW = {"limit": 1000.0, "remaining": 3.0, "resets_at": 1795824000.5}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


def test_tasks_share_the_window_of_an_account(folder: Path) -> None:
    RateLimitWindow("one account").save(WINDOW)
    assert RateLimitWindow("one account").load() == WINDOW
    assert RateLimitWindow("another account").load() is None
    (file,) = folder.iterdir()
    assert "account" not in file.name


def test_concurrent_tasks_never_read_a_part(folder: Path) -> None:
    def share(index: int) -> object:
        window = RateLimitWindow("account")
        window.save({**WINDOW, "remaining": float(index)})
        return window.load()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(share, range(200)))
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"limit": 1}',
        '{"limit": 1, "remaining": null, "resets_at": 1}',
        '{"limit": NaN, "remaining": 1, "resets_at": 1}',
        '{"limit": 1, "remaining": 1, "resets_at": Infinity}',
        '{"limit": 1' + 400 * "0" + ', "remaining": 1, "resets_at": 1}',
        100_000 * "[",
    ],
)
def test_a_damaged_file_is_ignored(folder: Path, content: str) -> None:
    RateLimitWindow("account").save(WINDOW)
    (file,) = folder.iterdir()
    file.write_text(content)
    assert RateLimitWindow("account").load() is None


def test_no_task_fails_because_it_cannot_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "missing"))
    RateLimitWindow("account").save(WINDOW)
    assert RateLimitWindow("account").load() is None
