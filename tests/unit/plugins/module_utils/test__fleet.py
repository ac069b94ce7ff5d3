# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many addons at once: order, failures, progress."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._client import Target
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._fleet import Progress, client_for, finish, for_each

TARGETS = [Target("shop", f"addon-{number}") for number in range(20)]


class Client:
    """Tells of a rate limit, or of none."""

    def __init__(self, rate_limit: dict[str, int] | None = None) -> None:
        self.rate_limit = rate_limit

    def usage(self) -> dict[str, Any]:
        return {"requests": 1, "rate_limit": self.rate_limit}


def progress(shown: list[str] | None = None, total: int = len(TARGETS), **how: Any) -> Progress:
    return Progress([].append if shown is None else shown.append, how.pop("client", Client()), total, **how)


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
    with pytest.raises(InvalidOptions) as raised, client_for(params, print):
        pass
    return raised.value


def test_a_token_in_the_wrong_option_is_not_told() -> None:
    token = "a-token/of-24-characters"
    wrong = wrong_options(token, f"https://{token}@northflank")
    assert token not in str(wrong.to_result())
    assert wrong.problems[0].startswith("project_id: 'https://********@northflank' is not an ID")


@pytest.mark.parametrize("token", ["", " ", "o", "project"])
def test_what_is_too_short_for_a_token_mangles_no_message(token: str) -> None:
    assert wrong_options(token, "a project").problems[0].startswith("project_id: 'a project' is not an ID")


@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_outcomes_come_in_the_order_of_the_addons(concurrency: int) -> None:
    outcomes = for_each(TARGETS, lambda target: {"changed": target.addon_id == "addon-3"}, concurrency, progress())
    assert [outcome["addon_id"] for outcome in outcomes] == [target.addon_id for target in TARGETS]
    assert [outcome["addon_id"] for outcome in outcomes if outcome["changed"]] == ["addon-3"]


@pytest.mark.parametrize(("concurrency", "threads"), [(1, 1), (4, 4), (64, 20)])
def test_no_more_threads_than_allowed_and_than_addons(concurrency: int, threads: int) -> None:
    seen = set()
    together = threading.Barrier(threads)

    def work(target: Target) -> dict[str, Any]:
        seen.add(threading.get_ident())
        if target in TARGETS[:threads]:
            together.wait(timeout=10)
        return {}

    for_each(TARGETS, work, concurrency, progress())
    assert len(seen) == threads


def test_a_failure_leaves_the_others_be() -> None:
    def work(target: Target) -> dict[str, Any]:
        if target.addon_id == "addon-2":
            raise ApiError("GET", "/path", "Forbidden", status=403)
        if target.addon_id == "addon-3":
            raise ZeroDivisionError("a fault of our own")
        return {"changed": True}

    outcomes = for_each(TARGETS[:5], work, 2, progress())
    assert [outcome["changed"] for outcome in outcomes] == [True, True, False, False, True]
    refused, faulty = outcomes[2:4]
    assert (refused["failed"], refused["msg"]) == (True, "GET /path failed with status 403: Forbidden.")
    assert refused["error"]["status"] == 403
    assert faulty["msg"] == (
        "A fault of community.northflank itself, please report it: ZeroDivisionError('a fault of our own')"
    )
    assert "Traceback" in faulty["exception"]


def test_nothing_to_do() -> None:
    assert for_each([], lambda target: pytest.fail("there is no addon"), 8, progress()) == []


def test_finish_names_each_that_failed_and_why() -> None:
    done = {"project_id": "shop", "addon_id": "a", "changed": True}
    failed = {"project_id": "shop", "addon_id": "b", "changed": False, "failed": True, "msg": "Forbidden."}
    assert finish({"changed": True}, [done]) == {"changed": True}
    with pytest.raises(TaskFailed) as caught:
        finish({"changed": True, "addons": []}, [done, failed, {**failed, "addon_id": "c", "msg": "Gone."}])
    assert caught.value.to_result() == {
        "changed": True,
        "addons": [],
        "msg": "2 of 3 addons failed. shop/b: Forbidden. shop/c: Gone.",
    }


@pytest.mark.parametrize(
    ("rate_limit", "line"),
    [
        ({"limit": 1000, "remaining": 640, "reset": 60}, "3 of 20 addons, 640 requests left of 1000"),
        (None, "3 of 20 addons"),
    ],
)
def test_progress_is_shown_every_few_seconds(rate_limit: dict[str, int] | None, line: str) -> None:
    shown: list[str] = []
    times = iter([0.0, 1.0, 4.9, 5.0, 5.0, 6.0, 9.0])
    steps = progress(shown, client=Client(rate_limit), clock=lambda: next(times))
    for _addon in range(5):
        steps.step()
    assert shown == [line]
