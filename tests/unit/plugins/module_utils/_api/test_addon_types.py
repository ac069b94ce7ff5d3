# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addons cannot dump, and what that costs to know."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.addon_types import AddonTypes, addon_type
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context

ADDONS = [
    {"id": "orders-db", "spec": {"type": "postgresql"}},
    {"id": "cache", "spec": {"type": "redis"}},
    {"id": "strange", "spec": {"type": "of-tomorrow"}},
    {"id": "untold"},
]


class Client:
    """A client that takes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def types_without_dumps(self) -> list[str]:
        self.asked.append("types")
        return ["minio", "redis"]

    def list_addons(self, project_id: str, team_id: str | None) -> list[dict[str, Any]]:
        self.asked.append(f"addons of {project_id}")
        return ADDONS


def shared(answers: dict[str, Any]) -> Callable[[str, Callable[[], Any]], Any]:
    def share(name: str, ask: Callable[[], Any]) -> Any:
        if name not in answers:
            answers[name] = ask()
        return answers[name]

    return share


def params(
    known: dict[str, str] | None = None, token: str = "token-of-ours", team: str | None = "our-team"
) -> dict[str, Any]:
    return {"api_token": token, "api_url": "https://api", "team_id": team, "known_addon_types": known}


def types(client: Client, known: dict[str, str] | None = None, answers: dict[str, Any] | None = None) -> AddonTypes:
    task = Context(False, print, share=shared({} if answers is None else answers))
    return AddonTypes(client, task, params(known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("addon_id", "type_"),
    [("orders-db", None), ("cache", "redis"), ("strange", None), ("untold", None), ("gone", None)],
)
def test_the_type_of_an_addon_that_cannot_dump_is_told(addon_id: str, type_: str | None) -> None:
    assert types(Client()).without_dumps(Resource("shop", addon_id)) == type_


def test_nothing_is_asked_twice() -> None:
    client = Client()
    asked = types(client)
    for addon_id in ("orders-db", "cache", "orders-db"):
        asked.without_dumps(Resource("shop", addon_id))
    assert client.asked == ["types", "addons of shop"]


def test_addons_whose_type_is_known_are_not_listed() -> None:
    client = Client()
    assert types(client, {"cache": "redis"}).without_dumps(Resource("shop", "cache")) == "redis"
    assert client.asked == ["types"]


def test_tasks_that_share_ask_once() -> None:
    client, answers = Client(), {}
    for _each in range(3):
        types(client, answers=answers).without_dumps(Resource("shop", "cache", "our-team"))
    assert client.asked == ["types", "addons of shop"]
    digest = hashlib.sha256(b"token-of-ours").hexdigest()
    assert sorted(answers) == [f"https://api {digest} our-team {what}" for what in ("addon-types", "shop addons")]


@pytest.mark.parametrize("other", [{"token": "token-of-others"}, {"team": "other-team"}, {"team": None}])
def test_tasks_of_other_tokens_and_teams_ask_for_themselves(other: dict[str, Any]) -> None:
    """Two teams may have projects and addons with the same IDs."""
    client, answers = Client(), {}
    task = Context(False, print, share=shared(answers))
    for options in (params(), params(**other)):
        AddonTypes(client, task, options).without_dumps(Resource("shop", "cache"))  # type: ignore[arg-type]
    assert client.asked == ["types", "addons of shop"] * 2


@pytest.mark.parametrize("status", [403, 404, 500])
def test_types_that_may_not_be_read_leave_it_to_the_api(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(client: Client) -> list[str]:
        raise ApiError("GET", "/v1/addon-types", "no", status=status)

    monkeypatch.setattr(Client, "types_without_dumps", refuse)
    said: list[str] = []
    asked = AddonTypes(Client(), Context(False, said.append), params({"cache": "redis"}))  # type: ignore[arg-type]
    if status == 500:
        with pytest.raises(ApiError):
            asked.without_dumps(Resource("shop", "cache"))
    else:
        assert asked.without_dumps(Resource("shop", "cache")) is None
        assert asked.without_dumps(Resource("shop", "cache")) is None
        assert len(said) == 1
        assert f"so the API decides: GET /v1/addon-types failed with status {status}" in said[0]


@pytest.mark.parametrize("addon", [{}, {"spec": None}, {"spec": []}, {"spec": {}}, {"spec": {"type": None}}])
def test_an_addon_may_tell_no_type(addon: dict[str, Any]) -> None:
    assert addon_type(addon) == ""
