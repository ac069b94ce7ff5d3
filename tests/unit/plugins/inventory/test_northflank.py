# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the inventory plugin: its options, and several inventory files in one inventory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.helpers import get_group_vars
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible_collections.community.northflank.plugins.inventory.northflank import DOCUMENTATION
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs

NAME = "community.northflank.northflank"
OPTIONS = yaml.safe_load(DOCUMENTATION)["options"]
URL = "https://api.example.com"


@pytest.mark.parametrize("name", sorted(argument_specs.connection()))
def test_a_connection_option(name: str) -> None:
    option, spec = OPTIONS[name], argument_specs.connection()[name]
    assert option["type"] == spec["type"]
    # The environment variables of api_url, which are only in the argument spec, take precedence over its default.
    assert option.get("default") == (None if name == "api_url" else spec.get("default"))


class Fleet:
    """An inventory that reads inventory files like ansible-core. accounts: the projects that each token can see."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.accounts: dict[str, list[dict[str, Any]] | None] = {}
        self.inventory = InventoryData()
        self.requests: list[str] = []
        self.types: list[list[str]] = []
        self.warnings: list[str] = []
        self._directory = directory
        self._monkeypatch = monkeypatch

    def read(self, file: str, token: str, more: Mapping[Any, Any] = MappingProxyType({}), **options: Any) -> None:
        """Read an inventory file with these options. If that fails, add the error to the warnings."""
        path = self._directory / f"{file}.northflank.yml"
        template = f"{{{{ '{token[::-1]}' | reverse }}}}"
        path.write_text(yaml.safe_dump({"plugin": NAME, "api_url": URL, "api_token": template, **options, **more}))
        plugin = inventory_loader.get(NAME)
        self._monkeypatch.setitem(type(plugin).parse.__globals__, "discover", self._discover)
        self._monkeypatch.setattr(plugin.display, "warning", lambda message, *_more: self.warnings.append(message))
        try:
            plugin.parse(self.inventory, DataLoader(), str(path), cache=True)
            plugin.update_cache_if_changed()
        except AnsibleParserError as error:
            self.warnings.append(str(error))
        self.inventory.reconcile_inventory()

    def _discover(self, params: Mapping[str, Any], types: Any, _warn: Any) -> list[dict[str, Any]]:
        self.requests.append(params["api_token"])
        self.types.append([type_.collection for type_ in types])
        projects = self.accounts[params["api_token"]]
        if projects is None:
            raise AnsibleParserError("status 401")
        return projects

    def hosts(self, group: str) -> set[str]:
        return {host.name for host in self.inventory.groups[group].get_hosts()}

    def variables(self, host: str) -> dict[str, Any]:
        """Return the variables of a host, with those of its groups."""
        found = self.inventory.hosts[host]
        return {**get_group_vars(found.get_groups()), **found.get_vars()}

    def token(self, host: str) -> str:
        """Return the token of the tasks on a host."""
        return str(self.variables(host)["northflank_api_token"]).split("'")[1][::-1]


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    return Fleet(tmp_path, monkeypatch)


def project(project_id: str, *addon_ids: str, **addon: Any) -> dict[str, Any]:
    return {"id": project_id, "addons": [{"id": addon_id, **addon} for addon_id in addon_ids]}


def unreadable(project_id: str) -> dict[str, Any]:
    return {"id": project_id, "addons": [], "unreadable": "status 403"}


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
class TestTwoFiles:
    def test_equal_ids_of_different_tokens_are_different_hosts(self, fleet: Fleet, order: tuple[str, str]) -> None:
        fleet.accounts = {"token-of-a": [project("shop", "db")], "token-of-b": [project("shop", "db")]}
        for file in order:
            fleet.read(file, f"token-of-{file}")
        first, second = order
        assert fleet.hosts(f"northflank_{first}") == {"db.shop"}
        assert fleet.hosts(f"northflank_{second}") == {"db.shop.northflank"}
        assert fleet.token("db.shop") == f"token-of-{first}"
        assert fleet.token("db.shop.northflank") == f"token-of-{second}"
        assert any("db.shop is now db.shop.northflank" in warning for warning in fleet.warnings)

    def test_the_same_token_finds_the_same_hosts(self, fleet: Fleet, order: tuple[str, str]) -> None:
        fleet.accounts = {"token-of-both": [project("shop", "db")]}
        for file in order:
            fleet.read(file, "token-of-both")
        assert fleet.hosts("northflank") == fleet.hosts("northflank_a") == fleet.hosts("northflank_b") == {"db.shop"}
        assert fleet.warnings == []

    @pytest.mark.parametrize("options", [{"team_id": "other-team"}, {"api_url": "https://other.example.com"}])
    def test_another_team_or_url_has_its_own_hosts(
        self, fleet: Fleet, order: tuple[str, str], options: dict[str, str]
    ) -> None:
        fleet.accounts = {"token-of-both": [project("shop", "db")]}
        for file in order:
            fleet.read(file, "token-of-both", **(options if file == "b" else {}))
        (in_a,), (in_b,) = fleet.hosts("northflank_a"), fleet.hosts("northflank_b")
        assert in_a != in_b
        for option, value in options.items():
            assert fleet.variables(in_b)[f"northflank_{option}"] == value
            assert fleet.variables(in_a).get(f"northflank_{option}") != value

    def test_equal_names_of_different_addons_are_different_hosts(self, fleet: Fleet, order: tuple[str, str]) -> None:
        fleet.accounts = {"token-of-both": [project("shop", "db"), project("billing", "db")]}
        for file in order:
            options = {"hostvars_prefix": "nf_"} if file == "b" else {}
            only = {"a": "shop", "b": "billing"}[file]
            fleet.read(file, "token-of-both", hostname="main", include_projects=[only], **options)
        assert len(fleet.hosts("northflank")) == 2

    @pytest.mark.parametrize("option", ["keyed_groups", "groups", "parent_group"])
    def test_no_host_gets_the_connection_of_another_file(
        self, fleet: Fleet, order: tuple[str, str], option: str
    ) -> None:
        by_tag = {"key": "northflank_addon_tags", "prefix": "", "separator": ""}
        options: dict[str, Any] = {
            "keyed_groups": {"keyed_groups": [by_tag]},
            "groups": {"groups": {"northflank_b": "true"}},
            "parent_group": {"keyed_groups": [{"key": "'all_of_a'", "separator": "", "parent_group": "northflank_b"}]},
        }[option]
        fleet.accounts = {
            "token-of-a": [project("shop", "db", tags=["northflank_b"])],
            "token-of-b": [project("prod", "db")],
        }
        for file in order:
            fleet.read(file, f"token-of-{file}", **(options if file == "a" else {}))
        readable = {name for name in fleet.hosts("northflank") if not name.startswith("unreadable.")}
        for name in readable:
            expected = {"db.shop": "token-of-a", "db.prod": "token-of-b"}[name]
            assert fleet.token(name) == expected
        # The second file is an error, because its hosts would be in the group of the other file.
        assert readable == ({"db.shop"} if order[0] == "a" else {"db.prod"})
        assert f"unreadable.{order[1]}.northflank.yml" in fleet.hosts("northflank")
        assert any("northflank_b" in warning for warning in fleet.warnings)

    def test_an_unreadable_file_is_in_all_possible_groups_of_its_addons(
        self, fleet: Fleet, order: tuple[str, str]
    ) -> None:
        fleet.accounts = {"token-of-a": [project("shop", "db", tags=["critical"])], "token-of-b": None}
        for file in order:
            fleet.read(file, f"token-of-{file}", groups={"mine": "true"})
        everywhere = {"db.shop", "unreadable.b.northflank.yml"}
        for group in ("tag_critical", "project_shop", "mine", "northflank"):
            assert fleet.hosts(group) == everywhere
        assert fleet.hosts("northflank_a") == {"db.shop"}
        assert fleet.hosts("northflank_b") == {"unreadable.b.northflank.yml"}

    def test_an_unreadable_project_is_also_in_the_groups_of_the_other_file(
        self, fleet: Fleet, order: tuple[str, str]
    ) -> None:
        fleet.accounts = {
            "token-of-a": [project("shop", "db", tags=["critical"]), project("billing", "db")],
            "token-of-b": [unreadable("shop"), project("prod", "x")],
        }
        for file in order:
            fleet.read(file, f"token-of-{file}")
        assert "unreadable.shop" in fleet.hosts("tag_critical")
        assert "unreadable.shop" in fleet.hosts("project_shop")
        for group in ("project_billing", "project_prod", "northflank_a"):
            assert "unreadable.shop" not in fleet.hosts(group)


def test_a_custom_group_may_have_the_prefix_of_project_groups(fleet: Fleet) -> None:
    fleet.accounts = {"token": [project("shop", "db", tags=["critical"]), unreadable("billing")]}
    fleet.read(
        "fleet",
        "token",
        groups={"project_critical": "'critical' in northflank_addon_tags"},
        keyed_groups=[{"key": "northflank_addon_tags", "prefix": "project_tag"}],
    )
    for group in ("project_critical", "project_tag_critical", "tag_critical"):
        assert fleet.hosts(group) == {"db.shop", "unreadable.billing"}
    assert fleet.hosts("project_shop") == {"db.shop"}


def test_a_project_group_with_a_host_of_another_project_may_have_all_addons(fleet: Fleet) -> None:
    fleet.accounts = {"token": [project("shop", "db"), project("crm", "db"), unreadable("billing")]}
    fleet.read("fleet", "token", groups={"project_shop": "true"})
    assert fleet.hosts("project_shop") == {"db.shop", "db.crm", "unreadable.billing"}


def test_without_project_groups_all_groups_may_have_all_addons(fleet: Fleet) -> None:
    fleet.accounts = {"token": [project("shop", "db"), unreadable("billing")]}
    fleet.read("fleet", "token", group_by=["tag"], groups={"project_shop": "northflank_addon_id == 'db'"})
    assert fleet.hosts("project_shop") == {"db.shop", "unreadable.billing"}


def test_the_addon_id_of_an_unreadable_host_cannot_exist(fleet: Fleet) -> None:
    # With --extra-vars ansible_connection=local, tasks run on these hosts. They must not find an addon.
    fleet.accounts = {"token": [unreadable("billing"), project("shop", "db")], "other": None}
    fleet.read("fleet", "token")
    fleet.read("other", "other")
    for name in ("unreadable.billing", "unreadable.other.northflank.yml"):
        variables = fleet.variables(name)
        assert "." in variables["northflank_addon_id"]
        assert variables["backup_schedules_all_addons"] is False
        assert "northflank_addon_ids" not in variables


def test_each_token_has_its_own_cache(fleet: Fleet, tmp_path: Path) -> None:
    fleet.accounts = {"token-of-reader": [project("shop", "db")], "token-of-admin": [project("shop", "db", "db2")]}
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    counts = []
    for token in ("token-of-reader", "token-of-admin", "token-of-admin", "token-of-reader"):
        fleet.inventory = InventoryData()
        # The file and its template are the same, but the result of the template differs.
        path = tmp_path / "secret"
        path.write_text(token)
        template = f"{{{{ lookup('ansible.builtin.file', '{path}') }}}}"
        fleet.read("fleet", token, **{**cache, "api_token": template})
        counts.append(len(fleet.hosts("northflank")))
    assert counts == [1, 2, 2, 1]
    assert fleet.requests == ["token-of-reader", "token-of-admin"]
    written = [path.name + path.read_text() for path in (tmp_path / "cache").iterdir()]
    assert not any("token-of" in each for each in written)


def test_no_variable_or_group_reveals_the_token_or_its_digest(fleet: Fleet) -> None:
    fleet.accounts = {"token-of-a": [project("shop", "db")]}
    fleet.read("a", "token-of-a")
    before = repr(fleet.variables("db.shop"))
    assert "token-of-a" not in before
    assert not any(len(part) == 64 for part in before.split("'"))


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        # YAML does not parse these names as strings.
        ({True: "x", 5: "y", None: 1}, ["true: unknown option", "5: unknown option", "null: unknown option"]),
        ({"compose": {5: "1"}}, ["compose: 5 is not a name: put it in quotes"]),
        ({"groups": {True: "true"}}, ["groups: true is not a name: put it in quotes"]),
        ({"timeout": "9" * 5000}, ["timeout: '9999"]),
        ({"hosts": ["addons", "projects"]}, ["hosts: addons and projects are mutually exclusive"]),
        ({"hosts": "projects,addons"}, ["hosts: addons and projects are mutually exclusive"]),
        ({"hosts": []}, ["hosts: must not be empty"]),
    ],
)
def test_invalid_options(fleet: Fleet, options: Any, messages: list[str]) -> None:
    fleet.read("fleet", "token", options)
    (warning,) = fleet.warnings
    for message in messages:
        assert message in warning
    assert len(warning) < 1000
    assert fleet.requests == []
    assert fleet.hosts("northflank") == {"unreadable.fleet.northflank.yml"}


@pytest.mark.parametrize("option", ["api_token", "api_url", "team_id"])
@pytest.mark.parametrize("template", ["{%", "{{ a-secret", "{{ not_defined }}", "{{ lookup('nothing') }}"])
def test_a_failing_template_is_an_error_of_its_option(fleet: Fleet, option: str, template: str) -> None:
    fleet.read("fleet", "token", {option: template})
    (warning,) = fleet.warnings
    assert warning.startswith(f"{option}: the template failed: ")
    assert option != "api_token" or "a-secret" not in warning
    assert fleet.requests == []


def test_an_addon_and_a_volume_of_the_same_id_are_two_hosts(fleet: Fleet) -> None:
    fleet.accounts = {"token": [{"id": "shop", "addons": [{"id": "data"}], "volumes": [{"id": "data"}]}]}
    fleet.read("fleet", "token", hosts=["addons", "volumes"])
    assert fleet.hosts("northflank") == {"data.shop", "volume.data.shop"}
    assert fleet.hosts("type_volume") == {"volume.data.shop"}
    assert fleet.variables("volume.data.shop")["northflank_volume_id"] == "data"
    assert "northflank_addon_id" not in fleet.variables("volume.data.shop")


def test_a_host_name_may_make_an_addon_and_a_volume_collide(fleet: Fleet) -> None:
    fleet.accounts = {"token": [{"id": "shop", "addons": [{"id": "data"}], "volumes": [{"id": "data"}]}]}
    name = "{{ northflank_addon_id | default(northflank_volume_id) }}"
    fleet.read("fleet", "token", hosts=["addons", "volumes"], hostname=name)
    assert fleet.hosts("northflank") == {"data.shop", "volume.data.shop"}
    assert any("data is now data.shop, data is now volume.data.shop" in warning for warning in fleet.warnings)


def test_two_files_find_the_same_volume(fleet: Fleet) -> None:
    fleet.accounts = {"token": [{"id": "shop", "addons": [], "volumes": [{"id": "data"}]}]}
    for file in ("a", "b"):
        fleet.read(file, "token", hosts="volumes")
    assert fleet.hosts("northflank_a") == fleet.hosts("northflank_b") == {"volume.data.shop"}
    assert fleet.warnings == []


@pytest.mark.parametrize(
    ("hosts", "types"),
    [
        ("addons", ["addons"]),
        ("projects", ["addons"]),
        ("volumes", ["volumes"]),
        (["volumes", "projects"], ["addons", "volumes"]),
    ],
)
def test_only_the_types_of_the_hosts_are_read(fleet: Fleet, hosts: Any, types: list[str]) -> None:
    fleet.accounts = {"token": [{"id": "shop", "addons": [{"id": "db"}], "volumes": [{"id": "data"}]}]}
    fleet.read("fleet", "token", hosts=hosts)
    assert fleet.types == [types]
