# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module addon_credentials_info."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions
from ansible_collections.community.northflank.plugins.module_utils._tasks import addon_credentials_info
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

CREDENTIALS = {"envs": {"HOST": "db.example.org"}, "secrets": {"PASSWORD": "s3cr3t"}}


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_credentials_are_returned(check_mode: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api({"data": CREDENTIALS})
    context = Context(check_mode, pytest.fail, no_log=True)
    result = run_task(addon_credentials_info, api, monkeypatch, context, addon_id="db")
    assert result == {"changed": False, "credentials": CREDENTIALS, "requests": 1, "rate_limit": None}
    assert api.requests == [("GET", "/v1/projects/shop/addons/db/credentials")]


@pytest.mark.parametrize("check_mode", [False, True])
def test_without_no_log_no_request_is_sent(check_mode: bool) -> None:
    params = params_of(addon_credentials_info, addon_id="My DB")
    with pytest.raises(InvalidOptions) as caught:
        addon_credentials_info.run(params, Context(check_mode, pytest.fail))
    assert [error.split(":")[0] for error in caught.value.validation_errors] == ["addon_id", "no_log"]
