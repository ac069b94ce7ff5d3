# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource has the paths, names and hints of its type."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    RESOURCE_TYPES,
    VOLUME,
    Resource,
    ResourceType,
)


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (Resource("shop", "db"), "/v1/projects/shop/addons/db"),
        (Resource("shop", "db", "our-team"), "/v1/teams/our-team/projects/shop/addons/db"),
        (Resource("shop", "data", type=VOLUME), "/v1/projects/shop/volumes/data"),
        (Resource("shop", "data", "our-team", VOLUME), "/v1/teams/our-team/projects/shop/volumes/data"),
        (Resource("a/b", ".."), "/v1/projects/a%2Fb/addons/.."),
    ],
)
def test_the_paths_of_a_resource(resource: Resource, path: str) -> None:
    assert resource.path == path
    assert resource.schedules_path == f"{path}/backup-schedules"
    assert resource.backups_path == f"{path}/backups"


@pytest.mark.parametrize(("type_", "name"), [(ADDON, "addon"), (VOLUME, "volume")])
def test_a_resource_is_named_by_its_type(type_: ResourceType, name: str) -> None:
    resource = Resource("shop", "data", type=type_)
    option = f"{name}_id"
    assert (type_.id_option, type_.ids_option, type_.all_option) == (option, f"{name}_ids", f"all_{name}s")
    assert type_.schedules_module == f"community.northflank.{name}_backup_schedules"
    assert resource.ids() == {"project_id": "shop", option: "data"}
    assert str(resource) == "shop/data"


@pytest.mark.parametrize(
    ("resource", "method", "permission"),
    [
        (Resource("shop", "data"), "GET", "Project > Addons > General > Read"),
        (Resource("shop", "data"), "POST", "Project > Addons > General > Update"),
        (Resource("shop", "data"), "PATCH", "Project > Addons > General > Update"),
        (Resource("shop", "data"), "DELETE", "Project > Addons > General > Update"),
        (Resource("shop", "data", type=VOLUME), "GET", "Project > Volumes > Backups > Read"),
        (Resource("shop", "data", type=VOLUME), "POST", "Project > Volumes > Backups > Create"),
        (Resource("shop", "data", type=VOLUME), "DELETE", "Project > Volumes > Backups > Delete"),
    ],
)
def test_the_hints_name_the_permission_and_the_ids(resource: Resource, method: str, permission: str) -> None:
    ids = f"Check project_id (shop) and {resource.type.id_option} (data)."
    hints = resource.hints(method)
    assert hints[403] == f"The token needs the permission {permission}."
    assert hints[404].startswith(f"{ids} With an organization's token, also set team_id.")


def test_the_api_may_not_offer_backups_of_volumes() -> None:
    hint = "The API may not offer backups of volumes to this account yet."
    hints = Resource("shop", "data", type=VOLUME).hints("GET")
    assert hints[404].endswith(f" also set team_id. {hint}")
    assert hints[405] == hint
    assert set(Resource("shop", "data").hints("GET")) == {403, 404}


def test_with_a_team_the_hint_names_it() -> None:
    ids = "Check project_id (shop) and addon_id (db), and team_id (our-team)."
    assert Resource("shop", "db", "our-team").hints("GET")[404] == ids


def test_resources_are_equal_whatever_their_status() -> None:
    running = Resource("shop", "db", status="running")
    assert running == Resource("shop", "db", status="paused")
    assert len({running, Resource("shop", "db")}) == 1
    assert running != Resource("shop", "db", "our-team")
    assert running != Resource("shop", "db", type=VOLUME)


def test_a_type_in_a_sentence() -> None:
    assert [str(type_) for type_ in RESOURCE_TYPES] == ["an addon", "a volume"]
