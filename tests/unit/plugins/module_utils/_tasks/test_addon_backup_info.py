# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_backup_info. What it shares is tested in test_read_backups."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_backup_info, read_backups
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    connect_to,
)


def test_backups_with_a_known_status_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    backups = [{"id": status, "status": status, "createdAt": "now"} for status in ("completed", "READY", "failed")]
    connect_to(Api(page("backups", *backups)), monkeypatch, read_backups)
    params = params_of(addon_backup_info, addon_ids=["db"])
    (addon,) = addon_backup_info.run(params, Context(False, pytest.fail))["addons"]
    assert {backup["id"] for backup in addon["backups"]} == {"completed", "failed"}
