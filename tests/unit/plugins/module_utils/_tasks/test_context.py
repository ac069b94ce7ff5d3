# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module shares nothing with other tasks, and shows no progress."""

from __future__ import annotations

from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context


def test_a_module_reads_without_a_cache() -> None:
    reads: list[int] = []
    context = Context(False, print)
    for number in range(2):
        assert context.cached("name", lambda number=number: reads.append(number)) is None  # type: ignore[misc]
    assert reads == [0, 1]


def test_each_task_has_an_interruption_of_its_own() -> None:
    interrupted = Context(False, print)
    interrupted.interruption.request("SIGTERM")
    interrupted.show_progress("1 of 2 addons")
    assert interrupted.interruption.requested
    assert not Context(False, print).interruption.requested
