# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: northflank
short_description: The addons of Northflank, or its projects, as hosts
version_added: 0.1.0
description:
  - Finds the projects that a token sees, and their addons, and makes a host of each addon or of each project.
  - The hosts have what the role P(community.northflank.backup_schedules#role) needs to know of them, and
    C(ansible_connection=local), so the role rolls out over them without another word.
  - The file that uses it must have a name that ends in C(northflank.yml) or C(northflank.yaml).
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
      - The API token. It is sent in the C(Authorization) header and appears nowhere else. It may be a template.
      - If left out, the environment variable E(NORTHFLANK_API_TOKEN) is used, then E(NF_API_TOKEN).
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1). It may be a template.
      - If left out, the environment variable E(NORTHFLANK_API_BASE_URL) is used, then E(NF_API_HOST), then E(NF_HOST),
        else C(https://api.northflank.com).
    type: str
  team_id:
    description:
      - The ID of the team whose projects are listed. A token of an organisation needs it. It may be a template.
      - If left out, the token says which team it is.
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
    description: Whether the certificate of the API is checked. Turn it off for tests only.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory of CA certificates to check the certificate of the API against.
      - If left out, the file that E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) names is used, else those that come with
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
      - V(projects) makes a host of each project that has an addon which the filters take. A rollout over projects is
        several times faster.
    type: str
    choices: [addons, projects]
    default: addons
  hostname:
    description:
      - A template of the name of a host. It can use what O(hostvars_prefix) tells of.
      - If left out, an addon is C(<addon_id>.<project_id>), a project its ID.
      - Characters that have a meaning in host patterns, or cannot be typed, become C(-). Only letters, digits, C(_),
        C(.) and C(-) stay.
      - Of hosts that would have the same name the first is taken, and a warning tells of the others.
    type: str
  hostvars_prefix:
    description:
      - What the names of these host variables begin with.
      - C(project_id), C(project_name), with O(team_id) also C(team_id); for an addon C(addon_id), C(addon_name),
        C(addon_type), C(addon_status), C(addon_tags); for a project C(addon_ids), a list.
      - The roles of this collection look for those that begin with V(northflank_).
    type: str
    default: northflank_
  group_by:
    description:
      - The traits of addons that groups are made of, such as C(project_shop), C(type_postgresql), C(tag_critical) and
        C(status_running). Characters that a group's name cannot have become C(_).
      - Hosts that are projects are grouped by V(project) only.
      - All hosts are in the group C(northflank) too.
    type: list
    elements: str
    choices: [project, type, tag, status]
    default: [project, type, tag, status]
  include_projects:
    description: Take only the addons of these projects; IDs or names, patterns such as V(shop-*) too. If empty, of all.
    type: list
    elements: str
    default: []
  include_types:
    description: Take only addons of these types, such as V(postgresql); patterns too. If empty, of all.
    type: list
    elements: str
    default: []
  include_tags:
    description: Take only addons with one of these tags; patterns too. If empty, all.
    type: list
    elements: str
    default: []
  include_statuses:
    description: Take only addons with one of these statuses, such as V(running); patterns too. If empty, all.
    type: list
    elements: str
    default: []
  exclude_projects:
    description: Take no addons of these projects; IDs or names, patterns too.
    type: list
    elements: str
    default: []
  exclude_types:
    description: Take no addons of these types; patterns too.
    type: list
    elements: str
    default: []
  exclude_tags:
    description: Take no addons with one of these tags; patterns too.
    type: list
    elements: str
    default: []
  exclude_statuses:
    description: Take no addons with one of these statuses; patterns too.
    type: list
    elements: str
    default: [deleting, deleted]
requirements:
  - requests, in the Python that Ansible runs with
notes:
  - It takes a request for each 100 projects, and for each 100 addons of a project. Filters apply afterwards, so other
    filters need no other requests where the answers are cached.
  - A project that the token may not read, or that is deleted meanwhile, is warned about; the others are there.
  - What comes from the API is never taken for a template.
  - The cache holds the answers of the API, which have no secrets in them. It is one for each inventory file, O(api_url)
    and O(team_id).
seealso:
  - module: community.northflank.addon_backup_schedules
  - name: Roll out over a fleet
    description: A guide to a rollout over all of your addons.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/fleet_rollout.rst
"""

EXAMPLES = r"""
# fleet.northflank.yml. The first line alone finds every addon that the token in NORTHFLANK_API_TOKEN sees. Try it with
# ansible-inventory --inventory fleet.northflank.yml --graph
plugin: community.northflank.northflank

# The token of a file, instead of the environment.
api_token: "{{ lookup('ansible.builtin.file', '~/.northflank-token') }}"

# The databases that are no playground.
include_types: [postgresql, mysql, mongodb]
exclude_projects: ["sandbox-*"]

# What the API said is kept for an hour.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/northflank
cache_timeout: 3600

# The policy of an addon is its tag, and there is a group for each policy.
compose:
  backup_schedules_policy: "(['critical', 'minimal'] | intersect(northflank_addon_tags) + ['standard']) | first"
keyed_groups:
  - key: backup_schedules_policy
    prefix: policy

# With these, hosts are projects by their names, which is the fastest way to roll out.
# hosts: projects
# hostname: "{{ northflank_project_name | lower }}"
"""

import hashlib
import sys
from collections.abc import Mapping
from typing import Any, cast

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.group import to_safe_group_name
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.community.northflank.plugins.module_utils._argspec import CONNECTION
from ansible_collections.community.northflank.plugins.module_utils._discovery import discover
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.plugin_utils._hosts import (
    TRAITS,
    Filters,
    Host,
    addon_hosts,
    host_name,
    no_ids,
    project_hosts,
)

# The options that may be templates.
_TEMPLATES = ("api_token", "api_url", "team_id")

_PLURALS = {"project": "projects", "type": "types", "tag": "tags", "status": "statuses"}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "community.northflank.northflank"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("northflank.yml", "northflank.yaml"))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            params = self._params()
            self._add_hosts(self._projects(params, path, cache), params["team_id"])
        except NorthflankError as error:
            raise AnsibleParserError(str(error)) from error

    def _projects(self, params: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Give what discover() gives, or gave when it was last asked."""
        self.load_cache_plugin()
        # A digest, for the key may become the name of a file. The token is not in it.
        source = "\n".join([self.get_cache_key(path), params["api_url"], params["team_id"] or ""])
        key = f"northflank_{hashlib.sha256(source.encode()).hexdigest()}"
        keeps = self.get_option("cache")
        if keeps and cache and key in self._cache:
            return cast("list[dict[str, Any]]", self._cache[key])
        projects = discover(params, self.display.warning)
        if keeps:
            self._cache[key] = projects
        return projects

    def _params(self) -> dict[str, Any]:
        """Give the options of the connection as a module gets them: with defaults, and what the environment holds."""
        given = {name: self.get_option(name) for name in CONNECTION}
        given.update({name: self.templar.template(given[name]) for name in _TEMPLATES})
        validated = ArgumentSpecValidator(CONNECTION).validate(
            {name: value for name, value in given.items() if value is not None}
        )
        if validated.error_messages:
            raise AnsibleParserError("; ".join(validated.error_messages))
        return {**validated.validated_parameters, "concurrency": self.get_option("concurrency")}

    def _add_hosts(self, projects: list[dict[str, Any]], team_id: str | None) -> None:
        for project in projects:
            if "unread" in project:
                self.display.warning(f"Without the addons of {project['id']}: {project['unread']}")
        for problem in no_ids(projects):
            self.display.warning(f"Left out, for nothing could be asked about it: {problem}")
        filters = Filters(self._patterns("include"), self._patterns("exclude"))
        hosts_of = project_hosts if self.get_option("hosts") == "projects" else addon_hosts
        hosts = list(hosts_of(projects, filters, team_id))
        if not hosts:
            addons = sum(len(project["addons"]) for project in projects)
            self.display.warning(
                f"No hosts: the token sees {len(projects)} projects with {addons} addons, and the filters take none."
                if addons
                else f"No hosts: the token sees {len(projects)} projects, and no addons in them. Check team_id."
            )
        self.inventory.add_group("northflank")
        taken: dict[str, Host] = {}
        for host in hosts:
            variables = {self.get_option("hostvars_prefix") + name: value for name, value in host.variables.items()}
            name = self._name(host, wrap_var(variables))
            if name in taken:
                self.display.warning(f"Left out: {host.name} would be {name}, as {taken[name].name} is. See hostname.")
                continue
            taken[name] = host
            self._add_host(name, wrap_var(variables), host.groups)

    def _patterns(self, direction: str) -> Mapping[str, list[str]]:
        return {trait: self.get_option(f"{direction}_{_PLURALS[trait]}") for trait in TRAITS}

    def _name(self, host: Host, variables: Mapping[str, Any]) -> str:
        template = self.get_option("hostname")
        if not template:
            return host.name
        self.templar.available_variables = variables
        try:
            name = host_name(str(self.templar.template(template)))
        except AnsibleError as error:
            raise AnsibleParserError(f"hostname: cannot make the name of {host.name}: {error}") from error
        if not name:
            raise AnsibleParserError(f"hostname: nothing is left of the name of {host.name}")
        return name

    def _add_host(self, name: str, variables: Mapping[str, Any], groups: Mapping[str, Any]) -> None:
        self.inventory.add_host(name, group="northflank")
        for trait in self.get_option("group_by"):
            for value in groups.get(trait, ()):
                if value:
                    group = self.inventory.add_group(to_safe_group_name(f"{trait}_{value}", force=True, silent=True))
                    self.inventory.add_host(name, group=group)
        # Nobody can log in to an addon: the tasks run here, and call the API.
        here = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for variable, value in {**here, **variables}.items():
            self.inventory.set_variable(name, variable, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), dict(variables), name, strict=strict)
        known = self.inventory.get_host(name).get_vars()
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)
