# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task names each addon that failed, and why."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.module_utils._tasks.results import result_or_raise

CONTEXT = Context(False, print)


def entry(addon_id: str, **more: Any) -> dict[str, Any]:
    return {"project_id": "shop", "addon_id": addon_id, "changed": False, **more}


def failure(addon_id: str, msg: str, **more: Any) -> dict[str, Any]:
    return entry(addon_id, failed=True, msg=msg, **more)


def interrupted_task() -> Context:
    interruption = Interruption()
    interruption.request("SIGTERM")
    return Context(False, print, interruption=interruption)


def test_without_failures_the_result_is_returned() -> None:
    assert result_or_raise({"changed": True}, [entry("a", changed=True)], CONTEXT) == {"changed": True}


def test_a_failure_names_each_addon_that_failed_and_why() -> None:
    entries = [entry("a", changed=True), failure("b", "Forbidden."), failure("c", "Not found.")]
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({"changed": True, "addons": []}, entries, CONTEXT)
    assert caught.value.to_result() == {
        "changed": True,
        "addons": [],
        "msg": "2 of 3 addons failed. shop/b: Forbidden. shop/c: Not found.",
    }


def test_an_interrupted_task_fails_even_if_all_addons_were_processed() -> None:
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({"changed": True}, [entry("a", changed=True)], interrupted_task())
    assert caught.value.to_result() == {
        "changed": True,
        "msg": "Interrupted by SIGTERM after all addons had been processed.",
    }


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [("b", "1 addon was not processed: shop/b."), ("bd", "2 addons were not processed: shop/b, shop/d.")],
)
def test_an_interrupted_task_names_the_addons_that_were_not_processed(ids: str, sentence: str) -> None:
    skipped = [failure(each, "Interrupted.", interrupted=True) for each in ids]
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({}, [failure("c", "Forbidden."), *skipped], interrupted_task())
    count = 1 + len(ids)
    assert str(caught.value) == (
        f"Interrupted by SIGTERM. {count} of {count} addons failed. shop/c: Forbidden. {sentence}"
    )


LIMITED = {"error": {"status": 429}, "msg": "The limit resets in 60 s.", "failed": True}


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ("b", "1 addon was not processed because the rate limit was reached: shop/b. The limit resets in 60 s."),
        (
            "bd",
            "2 addons were not processed because the rate limit was reached: shop/b, shop/d. The limit resets in 60 s.",
        ),
    ],
)
def test_addons_that_the_rate_limit_kept_untouched_share_one_sentence(ids: str, sentence: str) -> None:
    limited = [entry(each, **LIMITED) for each in ids]
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({}, [failure("c", "Forbidden."), *limited], CONTEXT)
    count = 1 + len(ids)
    assert str(caught.value) == f"{count} of {count} addons failed. shop/c: Forbidden. {sentence}"


def test_an_addon_that_the_rate_limit_left_half_done_has_its_own_sentence() -> None:
    half_done = entry("b", **{**LIMITED, "actions": [{"action": "create"}]})
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({}, [half_done], CONTEXT)
    assert str(caught.value) == "1 of 1 addons failed. shop/b: The limit resets in 60 s."


def test_the_failures_of_volumes_are_named() -> None:
    volumes = [
        {"project_id": "shop", "volume_id": "data", "changed": False, "failed": True, "msg": "Forbidden."},
        {"project_id": "shop", "volume_id": "cache", "changed": False, **LIMITED},
    ]
    with pytest.raises(TaskFailed) as caught:
        result_or_raise({}, volumes, CONTEXT, "volume")
    assert str(caught.value) == (
        "2 of 2 volumes failed. shop/data: Forbidden. 1 volume was not processed because the rate limit was reached:"
        " shop/cache. The limit resets in 60 s."
    )
