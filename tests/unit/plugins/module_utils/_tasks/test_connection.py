# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks on several addons have in common."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks.connection import connect
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.results import finish
from ansible_collections.community.northflank.plugins.module_utils._tasks.selection import select_addons

CONTEXT = Context(False, print)


def wrong_options(api_token: str, project_id: str) -> InvalidOptions:
    params = {
        "api_token": api_token,
        "api_url": "https://api.northflank.com",
        "team_id": None,
        "timeout": 30,
        "retries": 5,
        "validate_certs": True,
        "ca_path": None,
        "rate_limit_max_wait": 60,
        "rate_limit_reserve": 0,
        "project_id": project_id,
    }
    with pytest.raises(InvalidOptions) as raised, connect(params, CONTEXT):
        pass
    return raised.value


def test_a_token_in_the_wrong_option_is_not_told() -> None:
    token = "a-token/of-24-characters"
    wrong = wrong_options(token, f"https://{token}@northflank")
    assert token not in str(wrong.to_result())
    assert wrong.validation_errors[0].startswith("project_id: 'https://********@northflank' is not an ID")


@pytest.mark.parametrize("token", ["", " ", "o", "project"])
def test_what_is_too_short_for_a_token_mangles_no_message(token: str) -> None:
    assert wrong_options(token, "a project").validation_errors[0].startswith("project_id: 'a project' is not an ID")


def test_finish_names_each_that_failed_and_why() -> None:
    done = {"project_id": "shop", "addon_id": "a", "changed": True}
    failed = {"project_id": "shop", "addon_id": "b", "changed": False, "failed": True, "msg": "Forbidden."}
    assert finish({"changed": True}, [done], CONTEXT) == {"changed": True}
    with pytest.raises(TaskFailed) as caught:
        finish({"changed": True, "addons": []}, [done, failed, {**failed, "addon_id": "c", "msg": "Gone."}], CONTEXT)
    assert caught.value.to_result() == {
        "changed": True,
        "addons": [],
        "msg": "2 of 3 addons failed. shop/b: Forbidden. shop/c: Gone.",
    }


def interrupted_task() -> Context:
    interruption = Interruption()
    interruption.request("SIGTERM")
    return Context(False, print, interruption=interruption)


def test_an_interrupted_task_fails_even_if_all_is_done() -> None:
    done = {"project_id": "shop", "addon_id": "a", "changed": True}
    with pytest.raises(TaskFailed) as caught:
        finish({"changed": True}, [done], interrupted_task())
    assert caught.value.to_result() == {"changed": True, "msg": "Interrupted by SIGTERM. All addons were processed."}


def test_an_interrupted_task_names_what_it_did_not_process() -> None:
    skipped = {"project_id": "shop", "addon_id": "b", "failed": True, "interrupted": True, "msg": "Interrupted."}
    failed = {"project_id": "shop", "addon_id": "c", "failed": True, "msg": "Forbidden."}
    with pytest.raises(TaskFailed) as caught:
        finish({}, [failed, skipped, {**skipped, "addon_id": "d"}], interrupted_task())
    assert str(caught.value) == (
        "Interrupted by SIGTERM. 3 of 3 addons failed. shop/c: Forbidden. 2 were not processed: shop/b, shop/d."
    )


class Listing:
    """Lists addons as it is told to."""

    def __init__(self, *addons: dict[str, Any]) -> None:
        self.addons = list(addons)

    def list_addons(self, project_id: str, team_id: str | None) -> list[dict[str, Any]]:
        return self.addons


ALL = {"project_id": "shop", "team_id": None, "addon_ids": None}


def test_an_addon_that_is_listed_twice_is_one() -> None:
    """Or the second outcome would hide what the first one lost."""
    listing = Listing({"id": "a", "status": "running"}, {"id": "b"}, {"id": "a", "status": "backup"})
    assert [resource.id for resource in select_addons(listing, ALL)] == ["a", "b"]  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [[], {}, 7, None])
def test_a_status_that_is_none_is_not_known(status: Any) -> None:
    (resource,) = select_addons(Listing({"id": "a", "status": status}), ALL)  # type: ignore[arg-type]
    assert (resource.status, len({resource})) == (None, 1)


@pytest.mark.parametrize("addon_id", ["..", ".", "a/b", "a\x1b[31m\nb", ""])
def test_an_id_that_would_change_the_path_is_refused(addon_id: str) -> None:
    with pytest.raises(ApiError, match="an addon has an invalid ID") as caught:
        select_addons(Listing({"id": addon_id}), ALL)  # type: ignore[arg-type]
    assert str(caught.value).isprintable()
