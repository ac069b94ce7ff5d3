# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: northflank
short_description: Northflank addons or projects as hosts
version_added: 0.1.0
description:
  - Lists the projects that a token can see, and their addons, and makes a host of each addon or of each project.
  - The hosts have the variables that the role P(community.northflank.backup_schedules#role) reads, and
    C(ansible_connection=local).
  - The name of the inventory file must end in C(northflank.yml) or C(northflank.yaml).
author:
  - The community.northflank authors (@ansible-collections)
extends_documentation_fragment:
  - constructed
  - inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [community.northflank.northflank]
  api_token:
    description:
      - A template that reads the API token, such as C({{ lookup('ansible.builtin.file', '/path/to/token') }}).
      - The template, and not the token, becomes the variable C(northflank_api_token) of the hosts, so that tasks use
        the token that found them. It is evaluated for each task, so use absolute paths.
      - The token itself is refused here, vaulted or not, because C(ansible-inventory) would show it.
      - If omitted, the environment variable E(NORTHFLANK_API_TOKEN) is used, then E(NF_API_TOKEN), by the tasks too.
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1). It may be a template.
      - The hosts get it as the variable C(northflank_api_url), wherever it comes from.
      - If omitted, the environment variable E(NORTHFLANK_API_BASE_URL) is used, then E(NF_API_HOST), then E(NF_HOST),
        else C(https://api.northflank.com).
    type: str
  team_id:
    description:
      - The ID of the team whose projects are listed. A token of an organisation needs it. It may be a template.
      - If omitted, the team is that of the token.
    type: str
  timeout:
    description: The seconds to wait for a connection, and for each part of an answer. At least 1.
    type: int
    default: 30
  retries:
    description: How often a request is sent again after a connection error, a time-out or a status of 502, 503 or 504.
    type: int
    default: 5
  validate_certs:
    description:
      - Whether the certificate of the API is checked. Turn it off for tests only.
      - The hosts get it as the variable C(northflank_validate_certs) if it is set here.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory of CA certificates to check the certificate of the API against.
      - The hosts get it as the variable C(northflank_ca_path) if it is set here.
      - If omitted, the file that E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) names is used, else those that come with
        the Python library requests.
    type: path
  rate_limit_max_wait:
    description: The seconds to wait at most, in all, for the API's rate limit to reset. V(0) never waits.
    type: int
    default: 60
  rate_limit_reserve:
    description: How many requests of each hour are left to others. Must be less than the limit.
    type: int
    default: 0
  concurrency:
    description: How many projects are read at once, V(1) to V(64).
    type: int
    default: 8
  hosts:
    description:
      - What a host is. V(addons) makes a host of each addon.
      - V(projects) makes a host of each project that has an addon which the filters choose. A rollout over projects is
        several times faster. Its hosts have no variables of a single addon, such as its tags, so each project follows
        one policy.
    type: str
    choices: [addons, projects]
    default: addons
  hostname:
    description:
      - A template of the name of a host. It can use the variables listed at O(hostvars_prefix).
      - If omitted, an addon is C(<addon_id>.<project_id>), a project its ID.
      - All characters but letters, digits, C(_), C(.) and C(-) become C(-).
      - A host whose name another host or a group has is C(<addon_id>.<project_id>) or C(<project_id>) instead, or
        C(<project_id>.northflank) if that is taken too. A warning lists these hosts.
      - The plugin sees only the inventory sources before its own. Name its file last if other sources have hosts whose
        names may be those of projects.
    type: str
  hostvars_prefix:
    description:
      - The prefix of these host variables.
      - C(project_id), C(project_name), with O(team_id) also C(team_id); for an addon C(addon_id), C(addon_name),
        C(addon_type), C(addon_status), C(addon_tags); for a project C(addon_ids), a list.
      - The roles of this collection read those that begin with V(northflank_). With another prefix, set these in
        C(group_vars). How to reach the API is in C(northflank_api_url), C(northflank_api_token), C(northflank_team_id),
        C(northflank_validate_certs) and C(northflank_ca_path) whatever the prefix is.
    type: str
    default: northflank_
  group_by:
    description:
      - The traits of addons to make groups of, such as C(project_shop), C(type_postgresql), C(tag_critical) and
        C(status_running). Characters that a group's name cannot have become C(_).
      - Hosts that are projects are grouped by V(project) only.
      - All hosts are in the group C(northflank), in its child group of their inventory file, such as
        C(northflank_fleet) for C(fleet.northflank.yml). The child group has the variables of the connection.
    type: list
    elements: str
    choices: [project, type, tag, status]
    default: [project, type, tag, status]
  include_projects:
    description: Choose only addons of these projects; IDs or names, patterns such as V(shop-*) too. If empty, of all.
    type: list
    elements: str
    default: []
  include_types:
    description: Choose only addons of these types, such as V(postgresql); patterns too. If empty, of all.
    type: list
    elements: str
    default: []
  include_tags:
    description: Choose only addons with one of these tags; patterns too. If empty, all.
    type: list
    elements: str
    default: []
  include_statuses:
    description: Choose only addons with one of these statuses, such as V(running); patterns too. If empty, all.
    type: list
    elements: str
    default: []
  exclude_projects:
    description: Choose no addons of these projects; IDs or names, patterns too.
    type: list
    elements: str
    default: []
  exclude_types:
    description: Choose no addons of these types; patterns too.
    type: list
    elements: str
    default: []
  exclude_tags:
    description: Choose no addons with one of these tags; patterns too.
    type: list
    elements: str
    default: []
  exclude_statuses:
    description: Choose no addons with one of these statuses; patterns too.
    type: list
    elements: str
    default: [deleting, deleted]
  on_unreadable_project:
    description:
      - What to do with a project whose addons could not be listed, because the token may not read it or because it was
        deleted meanwhile.
      - V(fail) adds a host C(unreadable.<project_id>) to all groups that its addons might be in. Tasks report this host
        as unreachable, with the reason, and C(ansible-playbook) exits with 4. The other hosts are not affected.
      - V(warn) only warns. A play over the hosts then succeeds although nobody knows what it left out.
    type: str
    choices: [fail, warn]
    default: fail
  allow_empty:
    description:
      - Whether it is fine that there are no hosts.
      - Otherwise the inventory fails, because a play over no hosts succeeds.
    type: bool
    default: false
  strict:
    description:
      - Whether an expression in O(compose), O(groups) or O(keyed_groups) that fails is an error. If V(false) it is
        skipped without a warning, and the host lacks a variable or a group.
      - An expression in O(compose) for a variable that the roles of this collection read (C(backup_schedules_*),
        C(backup_report_*), C(northflank_*)) is always an error if it fails, because the host would follow another
        policy than it should.
    type: bool
    default: true
requirements:
  - requests, in the Python that Ansible runs with
notes:
  - Sends one request for each 100 projects, and for each 100 addons of a project. Filters apply afterwards, so other
    filters need no other requests where the answers are cached.
  - ansible-core only warns if an inventory file fails, and continues without it. So that no play succeeds because it
    has no hosts, the plugin adds a host C(unreadable.<file>) to the group C(northflank) then, which tasks report as
    unreachable, with the reason. Set C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true) to end
    C(ansible-playbook) instead.
  - What comes from the API is never evaluated as a template.
  - The cache holds the answers of the API, which have no secrets in them. There is one for each inventory file,
    O(api_url) and O(team_id).
seealso:
  - module: community.northflank.addon_backup_schedules
  - name: Roll out over a fleet
    description: A guide to a rollout over all of your addons.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/fleet_rollout.rst
"""

EXAMPLES = r"""
# fleet.northflank.yml. The first line alone finds every addon that the token in NORTHFLANK_API_TOKEN can see. Try it
# with ansible-inventory --inventory fleet.northflank.yml --graph
plugin: community.northflank.northflank

# Read the token from a file instead of the environment.
api_token: "{{ lookup('ansible.builtin.file', '~/.northflank-token') }}"

# The databases outside of the sandboxes.
include_types: [postgresql, mysql, mongodb]
exclude_projects: ["sandbox-*"]

# Keep what the API said for an hour.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/northflank
cache_timeout: 3600

# The policy of an addon is its tag, and there is a group for each policy.
compose:
  backup_schedules_policy: >-
    (['critical', 'minimal'] | select('in', northflank_addon_tags) | list + ['standard']) | first
keyed_groups:
  - key: backup_schedules_policy
    prefix: policy
---
# projects.northflank.yml. Hosts are projects by their names, which is the fastest way to roll out. A project follows
# one policy, whatever the tags of its addons are.
plugin: community.northflank.northflank
hosts: projects
hostname: "{{ northflank_project_name | lower }}"
compose:
  backup_schedules_policy: "'minimal' if northflank_project_id is match('sandbox') else 'standard'"
"""

import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.group import to_safe_group_name
from ansible.inventory.helpers import get_group_vars
from ansible.inventory.host import Host as InventoryHost
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs
from ansible_collections.community.northflank.plugins.module_utils._tasks.discovery import discover
from ansible_collections.community.northflank.plugins.plugin_utils._host_names import host_name, unique_names
from ansible_collections.community.northflank.plugins.plugin_utils._hosts import (
    TRAITS,
    Filters,
    Host,
    addon_hosts,
    printable,
    project_hosts,
    unread_hosts,
)
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_options import (
    validation_errors,
    with_strings,
)
from ansible_collections.community.northflank.plugins.plugin_utils._staged_inventory import StagedInventory

_CONNECTION = argument_specs.connection()

# The options that may be templates.
_TEMPLATES = ("api_token", "api_url", "team_id")

_PLURALS = {"project": "projects", "type": "types", "tag": "tags", "status": "statuses"}

_GROUP = "northflank"

# Variables that the roles read. Without one of them a host would follow another policy than it should.
_OF_THE_ROLES = ("backup_report_", "backup_schedules_", "northflank_")

# What a variable's name may begin with.
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)?")

# How many of many names a warning lists.
_MOST_NAMES = 5

_LITERAL_TOKEN = (
    "api_token: must not be in the inventory file itself, not even vaulted, because the hosts' variables would show it."
    " Remove it and set NORTHFLANK_API_TOKEN, or use a template that reads it, such as "
    "\"{{ lookup('ansible.builtin.file', '/path/to/token') }}\","
    " which also decrypts a file that ansible-vault encrypted."
)


@dataclass(frozen=True)
class _Source:
    """What all hosts of an inventory file have in common.

    group: the group of these hosts. variables: how to reach the API that they were found with, for the roles.
    """

    group: str
    variables: Mapping[str, Any]


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "community.northflank.northflank"

    # An InventoryData; ansible-core declares it in some versions only.
    inventory: Any

    # What the file says; None until it is known to be for this plugin.
    _config: Mapping[str, Any] | None = None

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("northflank.yml", "northflank.yaml"))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            self._read_config_data(path)
            params = self._params()
            self._add_hosts(self._projects(params, path, cache), params, path)
        except Exception as error:
            if self._config is not None:
                self._add_unreadable_inventory(path, str(error))
            if isinstance(error, NorthflankError):
                raise AnsibleParserError(str(error)) from error
            raise

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Validate what the file says before ansible-core converts it, which takes a misspelt Boolean for false."""
        if direct is not None:
            self._config = direct
            # A vaulted value is an object of its own.
            plain = {name: str(value) if hasattr(value, "_ciphertext") else value for name, value in direct.items()}
            errors = validation_errors(plain, self.option_definitions)
            if not _VARIABLE.fullmatch(str(plain.get("hostvars_prefix") or "")):
                errors.append("hostvars_prefix: must begin with a letter and have only letters, digits and _")
            if errors:
                count = "1 invalid option" if len(errors) == 1 else f"{len(errors)} invalid options"
                raise AnsibleParserError(f"{count} (no request was sent): {'; '.join(errors)}")
            direct = with_strings(plain, self.option_definitions)
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def _projects(self, params: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Return what discover() returns, from the cache if possible."""
        self.load_cache_plugin()
        # A digest, for the key may become the name of a file. The token is not in it.
        source = "\n".join([self.get_cache_key(path), params["api_url"], params["team_id"] or ""])
        key = f"northflank_{hashlib.sha256(source.encode()).hexdigest()}"
        keeps = self.get_option("cache")
        if keeps and cache and key in self._cache:
            return cast("list[dict[str, Any]]", self._cache[key])
        projects = discover(params, self.display.warning)
        # What could not be read may be readable a minute later.
        if keeps and not any("unread" in project for project in projects):
            self._cache[key] = projects
        return projects

    def _params(self) -> dict[str, Any]:
        """Return the options of the connection as a module gets them: with defaults and the environment."""
        given = {name: self.get_option(name) for name in _CONNECTION}
        given.update({name: self.templar.template(given[name]) for name in _TEMPLATES})
        validated = ArgumentSpecValidator(_CONNECTION).validate(
            {name: value for name, value in given.items() if value is not None}
        )
        if validated.error_messages:
            raise AnsibleParserError("; ".join(validated.error_messages))
        params: dict[str, Any] = validated.validated_parameters
        token = (params["api_token"] or "").strip()
        if token and token in str((self._config or {}).get("api_token") or ""):
            raise AnsibleParserError(_LITERAL_TOKEN)
        return {**params, "concurrency": self.get_option("concurrency")}

    def _source(self, params: Mapping[str, Any], path: str) -> _Source:
        """Return what the hosts of this file have in common.

        The variables are those of a group, and not of each host, so that group_vars can override them.
        """
        config = self._config or {}
        stem = re.sub(r"[._-]?northflank\.ya?ml$", "", os.path.basename(path)) or "inventory"
        variables = {"northflank_api_url": wrap_var(params["api_url"])}
        if params["team_id"] is not None:
            variables["northflank_team_id"] = wrap_var(params["team_id"])
        for name in ("validate_certs", "ca_path"):
            if config.get(name) is not None:
                variables[f"northflank_{name}"] = wrap_var(params[name])
        if config.get("api_token") is not None:
            # The template, and not the token: it is evaluated by the tasks that need it.
            variables["northflank_api_token"] = config["api_token"]
        return _Source(to_safe_group_name(f"{_GROUP}_{stem}", force=True, silent=True), variables)

    def _add_hosts(self, projects: list[dict[str, Any]], params: Mapping[str, Any], path: str) -> None:
        team_id = params["team_id"]
        filters = Filters(self._patterns("include"), self._patterns("exclude"))
        hosts_of = project_hosts if self.get_option("hosts") == "projects" else addon_hosts
        hosts = list(hosts_of(projects, filters, team_id))
        unread = list(unread_hosts(projects, filters))
        for host in unread:
            self.display.warning(host.unread)
        if self.get_option("on_unreadable_project") == "fail":
            hosts += unread
        if not hosts:
            self._no_hosts(projects)
        source = self._source(params, path)
        if self.inventory.groups.get(source.group) and self.inventory.groups[source.group].vars not in (
            {},
            dict(source.variables),
        ):
            raise AnsibleParserError(
                f"Another inventory file makes the group {source.group} too, with another api_url, api_token, team_id, "
                "validate_certs or ca_path. Give one of the two files another name."
            )
        self._staged(hosts, source).add_to(self.inventory)

    def _no_hosts(self, projects: Sequence[Mapping[str, Any]]) -> None:
        addons = sum(len(project["addons"]) for project in projects)
        found = f"the token can see {len(projects)} projects with {addons} addons"
        message = (
            f"No hosts: {found}, and the filters choose none of them."
            if addons
            else f"No hosts: {found}. Check the permissions of the token, and team_id."
        )
        if not self.get_option("allow_empty"):
            raise AnsibleParserError(f"{message} Set allow_empty to true if that is as it should be.")
        self.display.warning(message)

    def _staged(self, hosts: Sequence[Host], source: _Source) -> StagedInventory:
        """Build what this file adds. No host has the name of a group, or of a host from elsewhere."""
        wished = [self._wished_name(host) for host in hosts]
        # Groups that depend on variables are known when the hosts have been built; then the names are chosen anew.
        reserved = {_GROUP, source.group, *self.inventory.groups, *constants.LOCALHOST}
        while True:
            names = self._names(wished, hosts, source, reserved)
            staged = self._build(dict(zip(names, hosts)), source)
            conflicts = staged.groups.keys() & staged.hosts.keys()
            if not conflicts:
                self._warn_of_other_names(wished, names)
                return staged
            reserved |= conflicts

    def _names(self, wished: Sequence[str], hosts: Sequence[Host], source: _Source, reserved: set[str]) -> list[str]:
        def is_free(name: str, index: int) -> bool:
            existing = self.inventory.hosts.get(name)
            return name not in reserved and (existing is None or self._is_same(existing, hosts[index], source))

        names = unique_names(wished, [host.name for host in hosts], is_free)
        for name, host in zip(names, hosts):
            if name is None:
                raise AnsibleParserError(f"hostname: there is another host or group {host.name}.northflank already")
        return cast("list[str]", names)

    def _is_same(self, existing: InventoryHost, host: Host, source: _Source) -> bool:
        """Return whether a host that another inventory source made is meant to be this one."""
        if _GROUP not in {group.name for group in existing.get_groups()}:
            return False
        ours = self._variables(host)
        prefix = self.get_option("hostvars_prefix")
        identity = [f"{prefix}{name}" for name in ("project_id", "addon_id")]
        inherited = get_group_vars(existing.get_groups())
        return all(existing.vars.get(name, ours.get(name)) == ours.get(name) for name in identity) and all(
            inherited.get(name, source.variables.get(name)) == source.variables.get(name)
            for name in ("northflank_api_url", "northflank_team_id")
        )

    def _warn_of_other_names(self, wished: Sequence[str], names: Sequence[str]) -> None:
        renamed = [f"{before} is {name}" for before, name in zip(wished, names) if name != before]
        if renamed:
            more = f" and {len(renamed) - _MOST_NAMES} more" if len(renamed) > _MOST_NAMES else ""
            self.display.warning(
                "Renamed, because a group or another host has the same name: "
                f"{', '.join(renamed[:_MOST_NAMES])}{more}. Set hostname to choose names."
            )

    def _patterns(self, direction: str) -> Mapping[str, list[str]]:
        return {trait: self.get_option(f"{direction}_{_PLURALS[trait]}") for trait in TRAITS}

    def _variables(self, host: Host) -> dict[str, Any]:
        prefix = self.get_option("hostvars_prefix")
        return {f"{prefix}{name}": wrap_var(value) for name, value in host.variables.items()}

    def _wished_name(self, host: Host) -> str:
        template = self.get_option("hostname")
        if not template or host.unread:
            return host.name
        self.templar.available_variables = self._variables(host)
        try:
            name = host_name(str(self.templar.template(template)))
        except AnsibleError as error:
            raise AnsibleParserError(f"hostname: cannot make the name of {host.name}: {self._hinted(error)}") from error
        if not name:
            raise AnsibleParserError(f"hostname: nothing is left of the name of {host.name}")
        return name

    def _hinted(self, error: AnsibleError) -> str:
        prefix = self.get_option("hostvars_prefix")
        if self.get_option("hosts") == "projects" and f"{prefix}addon_" in str(error):
            return (
                f"{error}. Hosts are projects here: they have {prefix}project_id, {prefix}project_name and "
                f"{prefix}addon_ids, and no variables of a single addon. Use other variables, or hosts: addons."
            )
        return str(error)

    def _build(self, hosts: Mapping[str, Host], source: _Source) -> StagedInventory:
        staged = StagedInventory()
        staged.current_source = self.inventory.current_source
        for group in (_GROUP, source.group):
            staged.add_group(group)
        staged.add_child(_GROUP, source.group)
        staged.groups[source.group].vars = dict(source.variables)
        unread = []
        # The methods of Constructable write to self.inventory.
        inventory, self.inventory = self.inventory, staged
        try:
            for name, host in hosts.items():
                staged.add_host(name, group=source.group)
                if host.unread:
                    unread.append(name)
                    self._set_unreachable(staged.hosts[name], host.variables["project_id"], host.unread)
                    for variable, value in self._variables(host).items():
                        staged.set_variable(name, variable, value)
                    self._add_to_groups(staged, name, host)
                else:
                    self._construct(staged, name, host)
        except AnsibleError as error:
            raise AnsibleParserError(self._hinted(error)) from error
        finally:
            self.inventory = inventory
        self._add_to_possible_groups(staged, unread)
        return staged

    def _construct(self, staged: StagedInventory, name: str, host: Host) -> None:
        variables = self._variables(host)
        # Nobody can log in to an addon: the tasks run here, and call the API.
        here = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for variable, value in {**here, **variables}.items():
            staged.set_variable(name, variable, value)
        self._add_to_groups(staged, name, host)
        strict = self.get_option("strict")
        compose = self.get_option("compose") or {}
        of_the_roles = {key: compose[key] for key in compose if str(key).startswith(_OF_THE_ROLES)}
        others = {key: compose[key] for key in compose if key not in of_the_roles}
        self._set_composite_vars(of_the_roles, dict(variables), name, strict=True)
        self._set_composite_vars(others, dict(variables), name, strict=strict)
        known = staged.hosts[name].get_vars()
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)

    def _add_to_groups(self, staged: StagedInventory, name: str, host: Host) -> None:
        for trait in self.get_option("group_by"):
            for value in host.groups.get(trait, ()):
                if value:
                    group = staged.add_group(to_safe_group_name(f"{trait}_{value}", force=True, silent=True))
                    staged.add_host(name, group=group)

    def _add_to_possible_groups(self, staged: StagedInventory, unread: Sequence[str]) -> None:
        """Add what could not be read to each group that it may belong to: all but those of other projects.

        A play over such a group would succeed otherwise, without the addons that nobody could see.
        """
        for group in list(staged.groups.values()):
            if group.name not in ("all", "ungrouped") and not group.name.startswith("project_"):
                for name in unread:
                    group.add_host(staged.hosts[name])

    @staticmethod
    def _set_unreachable(host: InventoryHost, project_id: str, reason: str) -> None:
        """Make each task that needs the host's connection fail with the reason."""
        variables = {
            "ansible_connection": "community.northflank.unreachable",
            "ansible_python_interpreter": sys.executable,
            "northflank_unreachable_reason": wrap_var(reason),
            # The roles check these before their first task that needs the connection.
            "northflank_project_id": wrap_var(project_id),
            "backup_schedules_all_addons": True,
        }
        for variable, value in variables.items():
            host.set_variable(variable, value)

    def _add_unreadable_inventory(self, path: str, reason: str) -> None:
        """Add a host that is unreachable, for an inventory without hosts lets every play succeed.

        ansible-core warns of an inventory file that it could not parse, and goes on without it.
        """
        name = f"unreadable.{host_name(os.path.basename(path))}"
        self.inventory.add_group(_GROUP)
        self.inventory.add_child("all", _GROUP)
        self.inventory.add_host(name, group=_GROUP)
        reason = f"The inventory {path} could not be read: {printable(reason, 2000)}"
        self._set_unreachable(self.inventory.hosts[name], "unreadable", reason)
