# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diff of an addon."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._tasks.diff import diff_entry
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import schedule


def test_schedules_are_named_by_interval_and_backup_type() -> None:
    old, new = replace(schedule(), id="old"), schedule(retention_time=9)
    assert diff_entry(Resource("shop", "db", "our-team"), [old], [schedule("hourly"), new]) == {
        "before_header": "shop/db",
        "after_header": "shop/db",
        # Without read-only fields, which always differ.
        "before": {"daily snapshot": old.settings()},
        "after": {"hourly snapshot": schedule("hourly").settings(), "daily snapshot": new.settings()},
    }


def test_a_duplicate_is_named_by_its_id_as_well() -> None:
    schedules = [replace(schedule(), id="a"), replace(schedule(), id="b")]
    assert list(diff_entry(Resource("shop", "db"), schedules, [])["before"]) == ["daily snapshot", "daily snapshot b"]
