# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build what an inventory file adds before adding it, so that an error in the middle adds nothing.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from typing import Any

from ansible.inventory.data import InventoryData


class StagedInventory(InventoryData):
    """An inventory in which a name refers to a host first, where InventoryData prefers a group of that name."""

    def set_variable(self, entity: str, varname: str, value: Any) -> None:
        """Set a variable of a host or, if there is none of that name, of a group."""
        if entity in self.hosts:
            self.hosts[entity].set_variable(varname, value)
        else:
            super().set_variable(entity, varname, value)

    def add_child(self, group: str, child: str) -> bool:
        """Add a host or, if there is none of that name, a group to a group."""
        if child in self.hosts:
            return bool(self.groups[group].add_host(self.hosts[child]))
        return bool(super().add_child(group, child))

    def add_to(self, inventory: Any) -> None:
        """Add the hosts and groups to another inventory."""
        for name, host in self.hosts.items():
            inventory.add_host(name)
            for variable, value in host.vars.items():
                inventory.hosts[name].set_variable(variable, value)
        for name, group in self.groups.items():
            inventory.add_group(name)
            for variable, value in group.vars.items():
                inventory.groups[name].set_variable(variable, value)
            for host in group.hosts:
                inventory.groups[name].add_host(inventory.hosts[host.name])
        for name, group in self.groups.items():
            for child in group.child_groups:
                if name != "all":
                    inventory.add_child(name, child.name)
