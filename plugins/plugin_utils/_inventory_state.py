# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory files of a run have added to the inventory so far.

Each inventory file is read by a plugin instance of its own, but hosts and groups of several files meet in one
inventory. What decides whether they belong together is kept here, and not in variables: users can change these, and
ansible-inventory shows them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from ansible.inventory.data import InventoryData


@dataclass(frozen=True)
class Identity:
    """What a host is: an addon, a volume or a project of an account. addon_id, volume_id: None for another one.

    account: see account_key(). Two tokens may see different teams with the same IDs.
    """

    account: str
    project_id: str
    addon_id: str | None
    volume_id: str | None


@dataclass
class InventoryState:
    """What inventory files have added.

    identities: by host.
    unreadable: the hosts that stand for what could not be read, with the group of their project; without a group, they
    may have addons of any project.
    groups: those that addons are grouped in, each with whether it only has addons of one project, which the group is
    named after.
    files: the groups of the files themselves.
    """

    identities: dict[str, Identity] = field(default_factory=dict)
    unreadable: dict[str, str | None] = field(default_factory=dict)
    groups: dict[str, bool] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def add_groups(self, groups: Mapping[str, Iterable[str]], project_groups: Mapping[str, Iterable[str]]) -> None:
        """Add groups with their hosts. project_groups: the groups of single projects, with the hosts of the project."""
        for group, hosts in groups.items():
            is_of_project = set(hosts) <= set(project_groups.get(group, ()))
            self.groups[group] = self.groups.get(group, True) and is_of_project

    def add_unread_to_groups(self, inventory: Any) -> None:
        """Add the unreadable hosts to each group that their addons may belong to: all but those of other projects.

        Otherwise a play over such a group would succeed without these addons.
        """
        for group, is_of_project in self.groups.items():
            for host, project_group in self.unreadable.items():
                if not is_of_project or project_group in (None, group):
                    inventory.groups[group].add_host(inventory.hosts[host])


_STATES: WeakKeyDictionary[InventoryData, InventoryState] = WeakKeyDictionary()


def state_of(inventory: InventoryData) -> InventoryState:
    """Return the state of an inventory, which all inventory files that are read into it share."""
    return _STATES.setdefault(inventory, InventoryState())
