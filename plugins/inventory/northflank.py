# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: northflank
short_description: Use Northflank addons, volumes or projects as inventory hosts
version_added: 0.1.0
description:
  - Lists the projects that an API token can see, and their addons and volumes, and creates a host for each addon,
    volume or project, see O(hosts). The forks that the role P(community.northflank.restore_drill#role) creates are not
    included.
  - Sets the variables that the role P(community.northflank.backup_schedules#role) reads, and
    C(ansible_connection=local). Ansible cannot log in to an addon or a volume, so tasks run on the control node.
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
      - The host variable C(northflank_api_token) is set to the template, not to the token, so that tasks use the token
        with which the host was found, regardless of C(group_vars). The template is evaluated in each task, so use
        absolute paths.
      - The token itself is rejected, even if it is encrypted with Ansible Vault, because C(ansible-inventory) would
        show it.
      - If omitted, the inventory and the tasks use the environment variable E(NORTHFLANK_API_TOKEN) or, if that is not
        set or blank, E(NF_API_TOKEN).
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1). It can be a template. It must start with C(https://), unless it points to
        the loopback interface.
      - The host variable C(northflank_api_url) is set to the URL, wherever it comes from.
      - If omitted, the environment variable E(NORTHFLANK_API_BASE_URL), E(NF_API_HOST) or E(NF_HOST) is used, the first
        that is set and not blank, and otherwise C(https://api.northflank.com).
    type: str
  team_id:
    description:
      - The ID of the team whose projects are listed. It can be a template. Required with an organization's token.
      - The host variable C(northflank_team_id) is set to it.
      - If omitted, the API uses the team of the token.
    type: str
  timeout:
    description:
      - How many seconds to wait for a connection, and for each part of a response, from V(1) to V(3600).
      - A response that is not complete after ten times as long counts as failed.
    type: int
    default: 30
  retries:
    description: >-
      How many times a request is repeated after a connection error, a timeout, an unreadable response, or the HTTP
      status 502, 503 or 504, from V(0) to V(100). The pauses in between increase, up to 8 seconds. V(0) sends each
      request once.
    type: int
    default: 5
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the API. Set it to V(false) only for tests.
      - If it is set here, the host variable C(northflank_validate_certs) is set to it.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file or directory of CA certificates, to verify the TLS certificate of the API with.
      - If it is set here, the host variable C(northflank_ca_path) is set to it.
      - If omitted, the path in the environment variable E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) is used, and
        otherwise the certificates of the Python library requests.
    type: path
  rate_limit_max_wait:
    description:
      - How many seconds to wait for the API's rate limit to reset, in total, from V(0) to V(604800) (one week). V(0)
        never waits.
      - If the wait would be longer, the inventory fails.
    type: int
    default: 60
  rate_limit_reserve:
    description: >-
      How many requests of each hour to leave to other clients, from V(0) to V(1000000). Must be less than the API's
      rate limit.
    type: int
    default: 0
  rate_limit_clients:
    description:
      - How many runs of Ansible share the rate limit at the same time, this one included, from V(1) to V(1000). Set it
        to the number of slices of a sliced job.
      - Each run then sends its share of the requests, so that hardly any is refused, and none of the runs has to wait
        because the others were faster. A few requests of each hour are not used.
      - With V(1), a run assumes that it is the only one. It still waits if others use up the rate limit.
    type: int
    default: 1
  concurrency:
    description: How many projects to read at the same time, V(1) to V(64).
    type: int
    default: 8
  hosts:
    description:
      - V(addons) creates a host for each addon, and V(volumes) one for each volume. V([addons, volumes]) creates both.
      - V(projects) creates a host for each project that has an addon which matches the filters. A rollout over projects
        is several times faster. These hosts have no variables of individual addons, such as tags. To choose the
        policy of each addon nevertheless, set the variable C(backup_schedules_assignments) of the roles.
      - A project without such an addon has no host, so its volumes are missing even with
        C(backup_schedules_all_volumes=true). V([projects, volumes]) creates a host for each volume as well.
      - V(addons) and V(projects) are mutually exclusive, because each addon would be managed twice.
      - V(volumes) requires the permission C(Project > Volumes > General > Read).
    type: list
    elements: str
    choices: [addons, volumes, projects]
    default: [addons]
  hostname:
    description:
      - A template for the names of the hosts. It can use the variables listed in O(hostvars_prefix).
      - If omitted, an addon is named C(<addon_id>.<project_id>), a volume C(volume.<volume_id>.<project_id>), and a
        project C(<project_id>).
      - Characters other than letters, digits, C(_), C(.) and C(-) are replaced with C(-).
      - A host whose name another host or a group already has gets the name that it would have without this option or,
        if that exists too, that name with the suffix C(.northflank). A warning lists these hosts.
      - If several inventory files find the same addon, volume or project with the same O(api_url), token and
        O(team_id), it is one host. With another token, it is another host, because IDs are only unique within a team.
      - The plugin only knows inventory sources that are read before its own. If other sources have hosts with the names
        of projects, specify this inventory file last.
    type: str
  hostvars_prefix:
    description:
      - The prefix of the host variables. Each host has C(project_id) and C(project_name), and, if O(team_id) is set,
        C(team_id). If the host is an addon, it also has C(addon_id), C(addon_name), C(addon_type), C(addon_status) and
        the list C(addon_tags); if it is a volume, C(volume_id), C(volume_name), C(volume_status) and the list
        C(volume_tags); if it is a project, the list C(addon_ids).
      - The roles of this collection read the variables with the prefix V(northflank_). If you choose another prefix,
        set these in C(group_vars).
      - The variables of the connection always have the names C(northflank_api_url), C(northflank_api_token),
        C(northflank_team_id), C(northflank_validate_certs) and C(northflank_ca_path).
    type: str
    default: northflank_
  group_by:
    description:
      - The properties of addons and volumes to create groups from, such as C(project_shop), C(type_postgresql),
        C(tag_critical) and C(status_running). Characters that are invalid in group names are replaced with C(_).
      - The type of volumes is V(volume), so they are in the group C(type_volume).
      - Hosts that are projects are grouped by V(project) only.
      - All hosts are members of the group C(northflank), in a child group for their inventory file, such as
        C(northflank_fleet) for C(fleet.northflank.yml). O(groups) and O(keyed_groups) must not create the group of
        another inventory file.
    type: list
    elements: str
    choices: [project, type, tag, status]
    default: [project, type, tag, status]
  include_projects:
    description: Include only projects whose ID or name matches one of these patterns, such as V(shop-*).
    type: list
    elements: str
    default: []
  include_types:
    description: >-
      Include only addons whose type matches one of these patterns, such as V(postgresql). Has no effect on volumes.
    type: list
    elements: str
    default: []
  include_tags:
    description: Include only addons and volumes with a tag that matches one of these patterns.
    type: list
    elements: str
    default: []
  include_names:
    description: Include only addons and volumes whose ID or name matches one of these patterns, such as V(orders-*).
    type: list
    elements: str
    default: []
  include_statuses:
    description: >-
      Include only addons and volumes whose status matches one of these patterns, such as V(running) of an addon and
      V(BOUND) of a volume.
    type: list
    elements: str
    default: []
  exclude_projects:
    description: Exclude projects whose ID or name matches one of these patterns.
    type: list
    elements: str
    default: []
  exclude_types:
    description: Exclude addons whose type matches one of these patterns. Has no effect on volumes.
    type: list
    elements: str
    default: []
  exclude_tags:
    description: Exclude addons and volumes with a tag that matches one of these patterns.
    type: list
    elements: str
    default: []
  exclude_names:
    description: Exclude addons and volumes whose ID or name matches one of these patterns.
    type: list
    elements: str
    default: []
  exclude_statuses:
    description: Exclude addons and volumes whose status matches one of these patterns.
    type: list
    elements: str
    default: [deleting, deleted]
  on_unreadable_project:
    description:
      - What to do if the addons or volumes of a project cannot be listed, because the token may not read them, or
        because the project was deleted in the meantime.
      - V(fail) adds a host C(unreadable.<project_id>) to all groups that addons and volumes of the project could belong
        to, also to those of other inventory files. Tasks report this host as unreachable, with the reason, and
        C(ansible-playbook) exits with code 4. Other hosts are not affected.
      - V(warn) only issues a warning. Plays then run, and may succeed, without what could not be listed.
    type: str
    choices: [fail, warn]
    default: fail
  allow_empty:
    description:
      - Whether the inventory may have no hosts.
      - With V(false), an inventory without hosts is an error, because plays without hosts would succeed.
    type: bool
    default: false
  strict:
    description:
      - Whether an expression in O(compose), O(groups) or O(keyed_groups) that fails is an error. With V(false) it is
        ignored without a warning, and the host lacks the variable or group.
      - An expression in O(compose) that fails is always an error for variables that the roles of this collection read
        (C(backup_schedules_*), C(backup_report_*), C(restore_drill_*) and C(northflank_*)). Without them, the host
        would follow a different policy.
    type: bool
    default: true
requirements:
  - requests >= 2.28 (Python library), for the Python that runs Ansible
notes:
  - Sends one request per 100 projects, and one per 100 addons of each project. With V(volumes) in O(hosts), it also
    sends one per 100 volumes of each project, and none for addons if V(volumes) is the only choice. Filters are applied
    to the responses, so if these are cached, changing the filters costs no further requests.
  - Patterns are shell patterns with C(*), C(?) and C([...]). They match the whole value, and are case-sensitive. An
    empty list of patterns has no effect. If both an C(include_*) and an C(exclude_*) option match, the addon or volume
    is excluded.
  - If an inventory file fails, ansible-core only issues a warning and continues without it. To prevent plays from
    succeeding without hosts, the plugin then adds a host C(unreadable.<file>) to the group C(northflank), and to all
    groups of other inventory files that its addons could belong to. Tasks report it as unreachable, with the reason.
    Set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true) to stop C(ansible-playbook) instead.
  - The variables of the connection are variables of each host, which take precedence over C(group_vars). So tasks
    manage a host through the API, and as the team, with which it was found. To use another token in tasks, omit
    O(api_token) and set the environment variable or C(northflank_api_token) for them, or set C(northflank_api_token)
    with C(vars) of the play or with C(--extra-vars).
  - Strings from the API are never evaluated as templates.
  - The cache contains responses of the API, which contain no secrets. Each combination of inventory file, O(api_url),
    token, O(team_id) and types of resources has its own cache entry. Projects that could not be read are not cached.
seealso:
  - module: community.northflank.addon_backup_schedules
  - module: community.northflank.volume_backup_schedules
  - name: Volumes
    description: How volumes differ from addons, and how to manage them.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/volumes.rst
  - name: Roll out to a fleet
    description: How to roll out to all addons and volumes.
    link: https://github.com/ansible-collections/community.northflank/blob/main/docs/docsite/rst/fleet_rollout.rst
"""

EXAMPLES = r"""
# fleet.northflank.yml. Only "plugin" is required: by itself, it finds all addons that the token in NORTHFLANK_API_TOKEN
# can see. Show them with: ansible-inventory --inventory fleet.northflank.yml --graph
plugin: community.northflank.northflank

# Read the token from a file instead of the environment.
api_token: "{{ lookup('ansible.builtin.file', '~/.northflank-token') }}"

# Only databases, and not those of sandboxes.
include_types: [postgresql, mysql, mongodb]
exclude_projects: ["sandbox-*"]

# Cache the responses of the API for one hour.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/northflank
cache_timeout: 3600

# Choose the policy of an addon by its tags, and create a group for each policy.
compose:
  backup_schedules_policy: >-
    (['critical', 'minimal'] | select('in', northflank_addon_tags | default(northflank_volume_tags)) | list
    + ['standard']) | first
keyed_groups:
  - key: backup_schedules_policy
    prefix: policy

# Back up the volumes of services and jobs as well.
hosts: [addons, volumes]

# With "hosts: projects", rollouts are faster. The guide "Roll out to a fleet" has an example.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
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
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import account_key
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    RESOURCE_TYPES,
    VOLUME,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._errors import InvalidOptions, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs
from ansible_collections.community.northflank.plugins.module_utils._tasks.discovery import discover
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_host_names import host_name, unique_names
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_hosts import (
    TRAITS,
    Filters,
    Host,
    project_hosts,
    resource_hosts,
    unreadable_hosts,
)
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_options import (
    validation_errors,
    with_strings,
)
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_staging import StagedInventory
from ansible_collections.community.northflank.plugins.plugin_utils._inventory_state import Identity, state_of
from ansible_collections.community.northflank.plugins.plugin_utils._text import escape_control_characters

_CONNECTION = argument_specs.connection()

# The options that may be templates.
_TEMPLATES = ("api_token", "api_url", "team_id")

_PLURALS = {"project": "projects", "type": "types", "tag": "tags", "name": "names", "status": "statuses"}

# What the hosts of each choice of the option hosts are made from.
_TYPES = {"addons": ADDON, "projects": ADDON, "volumes": VOLUME}

_GROUP = "northflank"

# The prefixes of the variables that the roles read. Without one of them, a host would follow a different policy.
_ROLE_PREFIXES = ("backup_report_", "backup_schedules_", "northflank_", "restore_drill_")

# A valid start of the name of a variable.
_PREFIX = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)?")

# How many names a warning lists at most.
_MAX_NAMES = 5

_LITERAL_TOKEN = (
    "api_token: must not be in the inventory file itself, not even vaulted, because the host variables would reveal it."
    " Remove it and set NORTHFLANK_API_TOKEN, or use a template that reads it, such as "
    "\"{{ lookup('ansible.builtin.file', '/path/to/token') }}\","
    " which also decrypts files encrypted with ansible-vault."
)


@dataclass(frozen=True)
class _Source:
    """What all hosts of an inventory file have in common.

    group: the group of these hosts. variables: those of the connection with which they were found, for the roles.
    account: where they were found: see account_key().
    """

    group: str
    variables: Mapping[str, Any]
    account: str


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "community.northflank.northflank"

    # An InventoryData; ansible-core declares it in some versions only.
    inventory: Any

    # The options in the inventory file; None before they have been read.
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
        """Validate the options before ansible-core converts them: it converts a misspelt Boolean to false."""
        if direct is not None:
            self._config = direct
            # A vaulted value is an object of its own.
            plain = {name: str(value) if hasattr(value, "_ciphertext") else value for name, value in direct.items()}
            errors = validation_errors(plain, self.option_definitions)
            errors.extend(_hosts_errors(plain.get("hosts")))
            if not _PREFIX.fullmatch(str(plain.get("hostvars_prefix") or "")):
                errors.append("hostvars_prefix: must start with a letter or _, and contain only letters, digits and _")
            if errors:
                raise AnsibleParserError(str(InvalidOptions(errors)))
            direct = with_strings(plain, self.option_definitions)
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def _projects(self, params: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Return what discover() returns, from the cache if possible."""
        self.load_cache_plugin()
        types = self._types()
        # Another token may see more. A hash, because the key may become the name of a file.
        source = f"{self.get_cache_key(path)} {account_key(params)} {[type_.collection for type_ in types]}"
        key = f"northflank_{hashlib.sha256(source.encode()).hexdigest()}"
        keeps = self.get_option("cache")
        if keeps and cache and key in self._cache:
            return cast("list[dict[str, Any]]", self._cache[key])
        projects = discover(params, types, self.display.warning)
        # A project that could not be read may be readable in the next run.
        if keeps and not any("unreadable" in project for project in projects):
            self._cache[key] = projects
        return projects

    def _types(self) -> list[ResourceType]:
        """Return the types of resources that the hosts are made from."""
        chosen = [_TYPES[choice] for choice in self.get_option("hosts")]
        return [type_ for type_ in RESOURCE_TYPES if type_ in chosen]

    def _params(self) -> dict[str, Any]:
        """Return the options of the connection as modules have them, with defaults and environment variables."""
        given = {name: self.get_option(name) for name in _CONNECTION}
        given.update({name: self._from_template(name, given[name]) for name in _TEMPLATES})
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

    def _from_template(self, option: str, template: Any) -> Any:
        try:
            return self.templar.template(template)
        except AnsibleError as error:
            # Errors of ansible-core quote the template, which may contain the token by mistake.
            message = str(error).replace(str(template), "...") if option == "api_token" else str(error)
            raise AnsibleParserError(
                f"{option}: the template failed: {escape_control_characters(message, 2000)}"
            ) from None

    @staticmethod
    def _group_of(path: str) -> str:
        """Return the name of the group of an inventory file."""
        stem = re.sub(r"[._-]?northflank\.ya?ml$", "", os.path.basename(path)) or "inventory"
        return cast("str", to_safe_group_name(f"{_GROUP}_{stem}", force=True, silent=True))

    def _source(self, params: Mapping[str, Any], path: str) -> _Source:
        """Return what the hosts of this file have in common."""
        config = self._config or {}
        variables = {"northflank_api_url": wrap_var(params["api_url"])}
        if params["team_id"] is not None:
            variables["northflank_team_id"] = wrap_var(params["team_id"])
        for name in ("validate_certs", "ca_path"):
            if config.get(name) is not None:
                variables[f"northflank_{name}"] = wrap_var(params[name])
        if config.get("api_token") is not None:
            # The template, not the token: tasks evaluate it.
            variables["northflank_api_token"] = config["api_token"]
        return _Source(self._group_of(path), variables, account_key(params))

    def _add_hosts(self, projects: list[dict[str, Any]], params: Mapping[str, Any], path: str) -> None:
        team_id = params["team_id"]
        filters = Filters(self._patterns("include"), self._patterns("exclude"))
        hosts = list(self._hosts(projects, filters, team_id))
        unreadable = list(unreadable_hosts(projects, filters))
        for host in unreadable:
            self.display.warning(host.unreadable)
        if self.get_option("on_unreadable_project") == "fail":
            hosts += unreadable
        if not hosts:
            self._no_hosts(projects)
        source = self._source(params, path)
        state = state_of(self.inventory)
        if source.group in state.groups:
            raise AnsibleParserError(
                f"The groups or keyed_groups of another inventory file create the group {source.group}, which is the"
                " name of the group of this file. Rename this file, or change those options."
            )
        by_name, staged = self._staged(hosts, source)
        files = state.files & (staged.groups.keys() - {source.group})
        if files:
            raise AnsibleParserError(
                f"groups or keyed_groups: {', '.join(sorted(files))} is the group of another inventory file"
            )
        staged.add_to(self.inventory)
        state.files.add(source.group)
        project_groups: dict[str, set[str]] = {}
        for name, host in by_name.items():
            project_group = self._group_name("project", host.variables["project_id"])
            if "project" in self.get_option("group_by"):
                project_groups.setdefault(project_group, set()).add(name)
            state.identities[name] = self._identity(host, source)
            if host.unreadable:
                state.unreadable[name] = project_group
        groups = {
            name: [host.name for host in group.get_hosts()]
            for name, group in staged.groups.items()
            if name not in ("all", "ungrouped", _GROUP, source.group)
        }
        state.add_groups(groups, project_groups)
        state.add_unread_to_groups(self.inventory)

    def _hosts(self, projects: Sequence[Mapping[str, Any]], filters: Filters, team_id: str | None) -> Iterator[Host]:
        chosen = self.get_option("hosts")
        if "projects" in chosen:
            yield from project_hosts(projects, filters, team_id)
        for type_ in RESOURCE_TYPES:
            if type_.collection in chosen:
                yield from resource_hosts(type_, projects, filters, team_id)

    def _no_hosts(self, projects: Sequence[Mapping[str, Any]]) -> None:
        counts = {each.collection: sum(len(project[each.collection]) for project in projects) for each in self._types()}
        listed = " and ".join(f"{count} {collection}" for collection, count in counts.items())
        found = f"the token can see {len(projects)} projects with {listed}"
        message = (
            f"No hosts: {found}, but none of them match the filters."
            if any(counts.values())
            else f"No hosts: {found}. Check the permissions of the token, and team_id."
        )
        if not self.get_option("allow_empty"):
            raise AnsibleParserError(f"{message} Set allow_empty: true if this is expected.")
        self.display.warning(message)

    def _staged(self, hosts: Sequence[Host], source: _Source) -> tuple[dict[str, Host], StagedInventory]:
        """Build the hosts by name, and the groups, of this file.

        No host has the name of a group, or of a host elsewhere.
        """
        preferred = [self._preferred_name(host) for host in hosts]
        # All groups are only known when the hosts have been built. If a name conflicts, choose other names.
        reserved = {_GROUP, source.group, *self.inventory.groups, *constants.LOCALHOST}
        while True:
            names = self._names(preferred, hosts, source, reserved)
            by_name = dict(zip(names, hosts))
            staged = self._build(by_name, source)
            conflicts = staged.groups.keys() & staged.hosts.keys()
            if not conflicts:
                self._warn_about_renamed_hosts(preferred, names)
                return by_name, staged
            reserved |= conflicts

    def _names(self, preferred: Sequence[str], hosts: Sequence[Host], source: _Source, reserved: set[str]) -> list[str]:
        def is_free(name: str, index: int) -> bool:
            existing = self.inventory.hosts.get(name)
            return name not in reserved and (existing is None or self._is_same(existing, hosts[index], source))

        names = unique_names(preferred, [host.name for host in hosts], is_free)
        for name, host in zip(names, hosts):
            if name is None:
                raise AnsibleParserError(f"hostname: a host or group {host.name}.northflank already exists")
        return cast("list[str]", names)

    def _is_same(self, existing: InventoryHost, host: Host, source: _Source) -> bool:
        """Return whether a host of another inventory source is meant to be this one."""
        found = state_of(self.inventory).identities.get(existing.name)
        if found is not None:
            return found == self._identity(host, source)
        # A host that a user has written, for example to give it a variable.
        if _GROUP not in {group.name for group in existing.get_groups()}:
            return False
        inherited = get_group_vars(existing.get_groups())
        ours = {**source.variables, **self._variables(host)}
        prefix = self.get_option("hostvars_prefix")
        ids = [f"{prefix}{name}" for name in ("project_id", "addon_id", "volume_id")]
        named = ("northflank_api_url", "northflank_team_id", *ids)
        written = {name: existing.vars.get(name, inherited.get(name, ours.get(name))) for name in named}
        token = existing.vars.get("northflank_api_token", ours.get("northflank_api_token"))
        return all(written[name] == ours.get(name) for name in named) and token == ours.get("northflank_api_token")

    @staticmethod
    def _identity(host: Host, source: _Source) -> Identity:
        ids = [host.variables.get(type_.id_option) for type_ in RESOURCE_TYPES]
        return Identity(source.account, host.variables["project_id"], *ids)

    def _warn_about_renamed_hosts(self, preferred: Sequence[str], names: Sequence[str]) -> None:
        renamed = [f"{before} is now {name}" for before, name in zip(preferred, names) if name != before]
        if renamed:
            more = f" and {len(renamed) - _MAX_NAMES} more" if len(renamed) > _MAX_NAMES else ""
            self.display.warning(
                "Hosts were renamed, because a group or another host has the same name: "
                f"{', '.join(renamed[:_MAX_NAMES])}{more}. Set hostname to choose other names."
            )

    def _patterns(self, direction: str) -> Mapping[str, list[str]]:
        return {trait: self.get_option(f"{direction}_{_PLURALS[trait]}") for trait in TRAITS}

    def _variables(self, host: Host) -> dict[str, Any]:
        prefix = self.get_option("hostvars_prefix")
        return {f"{prefix}{name}": wrap_var(value) for name, value in host.variables.items()}

    def _preferred_name(self, host: Host) -> str:
        template = self.get_option("hostname")
        if not template or host.unreadable:
            return host.name
        self.templar.available_variables = self._variables(host)
        try:
            name = host_name(str(self.templar.template(template)))
        except AnsibleError as error:
            raise AnsibleParserError(f"hostname: the template failed for {host.name}: {self._hinted(error)}") from error
        if not name:
            raise AnsibleParserError(f"hostname: the template returned no valid name for {host.name}")
        return name

    def _hinted(self, error: AnsibleError) -> str:
        prefix, chosen = self.get_option("hostvars_prefix"), self.get_option("hosts")
        if "projects" in chosen and f"{prefix}addon_" in str(error):
            return (
                f"{error}. With hosts: projects, hosts have {prefix}project_id, {prefix}project_name and"
                f" {prefix}addon_ids, but no variables of individual addons. Use these, or set hosts: addons."
            )
        if "volumes" in chosen and f"{prefix}addon_" in str(error):
            return (
                f"{error}. With hosts: volumes, hosts that are volumes have no variables of addons. Use, for example,"
                f" {prefix}addon_tags | default({prefix}volume_tags)."
            )
        return str(error)

    def _build(self, hosts: Mapping[str, Host], source: _Source) -> StagedInventory:
        staged = StagedInventory()
        staged.current_source = self.inventory.current_source
        for group in (_GROUP, source.group):
            staged.add_group(group)
        staged.add_child(_GROUP, source.group)
        # The methods of Constructable write to self.inventory.
        inventory, self.inventory = self.inventory, staged
        try:
            for name, host in hosts.items():
                staged.add_host(name, group=source.group)
                # Not on the group: a host must never get the connection of another file, whatever groups it is in.
                for variable, value in source.variables.items():
                    staged.set_variable(name, variable, value)
                if host.unreadable:
                    self._set_unreachable(staged.hosts[name], host.variables["project_id"], host.unreadable)
                    for variable, value in self._variables(host).items():
                        staged.set_variable(name, variable, value)
                    self._add_to_groups(staged, name, host)
                else:
                    self._construct(staged, name, host)
        except AnsibleError as error:
            raise AnsibleParserError(self._hinted(error)) from error
        finally:
            self.inventory = inventory
        return staged

    def _construct(self, staged: StagedInventory, name: str, host: Host) -> None:
        variables = self._variables(host)
        # Ansible cannot log in to an addon, so tasks run on the control node.
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for variable, value in {**local, **variables}.items():
            staged.set_variable(name, variable, value)
        self._add_to_groups(staged, name, host)
        strict = self.get_option("strict")
        compose = self.get_option("compose") or {}
        for_roles = {key: compose[key] for key in compose if str(key).startswith(_ROLE_PREFIXES)}
        others = {key: compose[key] for key in compose if key not in for_roles}
        self._set_composite_vars(for_roles, dict(variables), name, strict=True)
        self._set_composite_vars(others, dict(variables), name, strict=strict)
        known = staged.hosts[name].get_vars()
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)

    def _add_to_groups(self, staged: StagedInventory, name: str, host: Host) -> None:
        for trait in self.get_option("group_by"):
            for value in host.groups.get(trait, ()):
                if value:
                    group = staged.add_group(self._group_name(trait, value))
                    staged.add_host(name, group=group)

    @staticmethod
    def _group_name(trait: str, value: str) -> str:
        return cast("str", to_safe_group_name(f"{trait}_{value}", force=True, silent=True))

    @staticmethod
    def _set_unreachable(host: InventoryHost, project_id: str, reason: str) -> None:
        """Make each task that needs the connection of the host fail with the reason.

        With --extra-vars ansible_connection=local it does not fail. So the host names an addon that cannot exist, since
        no ID contains a dot: otherwise the roles would write to all addons of the project.
        """
        variables = {
            "ansible_connection": "community.northflank.unreachable",
            "ansible_python_interpreter": sys.executable,
            "northflank_unreachable_reason": wrap_var(reason),
            # The roles validate these before their first task that needs the connection.
            "northflank_project_id": wrap_var(project_id),
            "northflank_addon_id": wrap_var(host.name),
            "backup_schedules_all_addons": False,
            "backup_schedules_all_volumes": False,
        }
        for variable, value in variables.items():
            host.set_variable(variable, value)

    def _add_unreadable_inventory(self, path: str, reason: str) -> None:
        """Add an unreachable host, because plays without hosts succeed.

        If an inventory file cannot be parsed, ansible-core only issues a warning.
        """
        name = f"unreadable.{host_name(os.path.basename(path))}"
        self.inventory.add_group(_GROUP)
        self.inventory.add_child("all", _GROUP)
        self.inventory.add_host(name, group=_GROUP)
        reason = f"The inventory {path} could not be read: {escape_control_characters(reason, 2000)}"
        self._set_unreachable(self.inventory.hosts[name], "unreadable", reason)
        state = state_of(self.inventory)
        group = self._group_of(path)
        if group not in state.groups:
            self.inventory.add_group(group)
            self.inventory.add_child(_GROUP, group)
            self.inventory.add_host(name, group=group)
            state.files.add(group)
        state.unreadable[name] = None
        state.add_unread_to_groups(self.inventory)


def _hosts_errors(hosts: Any) -> list[str]:
    """Return the validation errors of the option hosts, beyond its type and its choices."""
    chosen = [str(each).strip() for each in (hosts if isinstance(hosts, list) else str(hosts).split(","))]
    if not chosen:
        return ["hosts: must not be empty"]
    if {"addons", "projects"} <= set(chosen):
        return ["hosts: addons and projects are mutually exclusive"]
    return []
