# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addon types without dumps, and the requests that determine them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api import addon_types
from ansible_collections.community.northflank.plugins.module_utils._api.addon_types import (
    AddonTypes,
    types_without_dumps,
)
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import account_key
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

TYPES = [
    {"type": "postgresql", "features": {"backupsDump": True}},
    {"type": "minio", "features": {"backupsDump": False}},
    {"type": "redis", "features": {"backupsDump": False}},
    {"type": "mysql", "features": {}},
    {"type": "mongodb"},
    {"type": "rabbitmq", "features": {"backupsDump": None}},
    "text",
]
ADDONS = [
    {"id": "orders-db", "spec": {"type": "postgresql"}},
    {"id": "cache", "spec": {"type": "redis"}},
    {"id": "new", "spec": {"type": "new-type"}},
    {"id": "without-type"},
]
READS = ["/v1/addon-types", "/v1/projects/shop/addons"]


class Api(StubTransport):
    """Lists the addon types and the addons, in any order."""

    @property
    def reads(self) -> list[str]:
        return [each[1] for each in self.requests]

    def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        listed = page("addonTypes", *TYPES) if path == "/v1/addon-types" else page("addons", *ADDONS)
        self.responses.append(listed)
        return super().request(method, path, **options)


def cached_in(cache: dict[str, Any]) -> Callable[[str, Callable[[], Any]], Any]:
    def cached(name: str, read: Callable[[], Any]) -> Any:
        if name not in cache:
            cache[name] = read()
        return cache[name]

    return cached


def types(
    api: Api,
    known: dict[str, str] | None = None,
    cache: dict[str, Any] | None = None,
    warn: Callable[[str], None] = pytest.fail,
    **options: Any,
) -> AddonTypes:
    params = {
        "api_token": "token-of-ours",
        "api_url": "https://api",
        "team_id": None,
        **options,
    }
    cached = cached_in({} if cache is None else cache)
    return AddonTypes(api, known or {}, warn, cached, account_key(params))  # type: ignore[arg-type]


def test_only_types_that_certainly_lack_dumps_are_without_them() -> None:
    assert types_without_dumps(Api()) == ["minio", "redis"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("addon_id", "type_"),
    [("orders-db", None), ("cache", "redis"), ("new", None), ("without-type", None), ("deleted", None)],
)
def test_the_type_of_an_addon_that_cannot_create_dumps_is_returned(addon_id: str, type_: str | None) -> None:
    assert types(Api()).type_without_dumps(Resource("shop", addon_id)) == type_


def test_nothing_is_read_twice() -> None:
    api = Api()
    addon_types_ = types(api)
    for addon_id in ("orders-db", "cache", "orders-db"):
        addon_types_.type_without_dumps(Resource("shop", addon_id))
    assert api.reads == READS


def test_addons_of_known_types_are_not_listed() -> None:
    api = Api()
    assert types(api, {"cache": "redis"}).type_without_dumps(Resource("shop", "cache")) == "redis"
    assert api.reads == READS[:1]


def test_tasks_of_a_run_share_what_they_read() -> None:
    api, cache = Api(), {}
    for _task in range(3):
        types(api, cache=cache, team_id="our-team").type_without_dumps(Resource("shop", "cache"))
    assert api.reads == READS
    token_hash = hashlib.sha256(b"token-of-ours").hexdigest()
    assert sorted(cache) == [f"https://api {token_hash} our-team {name}" for name in ("addon-types", "shop addons")]


@pytest.mark.parametrize(
    "other",
    [{"api_token": "token-of-others"}, {"team_id": "other-team"}, {"team_id": None}, {"api_url": "https://other"}],
)
def test_tasks_with_another_token_team_or_api_share_nothing(other: dict[str, Any]) -> None:
    """Two teams may have projects and addons with the same IDs."""
    api, cache = Api(), {}
    for options in ({}, other):
        addon_types_ = types(api, cache=cache, **{"team_id": "our-team", **options})
        addon_types_.type_without_dumps(Resource("shop", "cache"))
    assert api.reads == READS * 2


def test_the_addons_of_a_team_are_listed() -> None:
    api = Api()
    types(api, team_id="our-team").type_without_dumps(Resource("shop", "cache", "our-team"))
    assert api.reads == ["/v1/addon-types", "/v1/teams/our-team/projects/shop/addons"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_if_the_types_may_not_be_read_the_api_decides(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(transport: Any) -> list[str]:
        raise ApiError("GET", "/v1/addon-types", "no", status=status)

    monkeypatch.setattr(addon_types, "types_without_dumps", fail)
    warnings: list[str] = []
    addon_types_ = types(Api(), {"cache": "redis"}, warn=warnings.append)
    if status == 500:
        with pytest.raises(ApiError):
            addon_types_.type_without_dumps(Resource("shop", "cache"))
    else:
        assert addon_types_.type_without_dumps(Resource("shop", "cache")) is None
        assert addon_types_.type_without_dumps(Resource("shop", "cache")) is None
        assert warnings == [
            "Could not read which addon types support dumps, so on_unsupported has no effect:"
            f" GET /v1/addon-types failed with status {status}: no."
        ]
