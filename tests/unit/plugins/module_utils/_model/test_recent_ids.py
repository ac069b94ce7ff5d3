# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IDs that were received recently."""

from __future__ import annotations

from ansible_collections.community.northflank.plugins.module_utils._model.recent_ids import RecentIds


def test_ids_expire() -> None:
    ids = RecentIds(max_ids=10, seconds=60)
    assert not ids.contains("a", now=0)
    ids.add("a", now=0)
    ids.add("b", now=30)
    assert ids.contains("a", now=59)
    assert not ids.contains("a", now=60)
    assert ids.contains("b", now=60)


def test_the_oldest_ids_are_forgotten() -> None:
    ids = RecentIds(max_ids=2, seconds=60)
    for now, id_ in enumerate(["a", "b", "a", "c"]):
        ids.add(id_, now)
    assert [ids.contains(id_, now=4) for id_ in "abc"] == [True, False, True]


def test_it_stays_small() -> None:
    ids = RecentIds(max_ids=100, seconds=10)
    for number in range(1000):
        ids.add(str(number), now=number)
    assert len(vars(ids)["_added_at"]) == 10
