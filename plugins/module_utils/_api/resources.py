# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has backups: an addon or a volume.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .._model.schedule import ADDON_SCHEMA, VOLUME_SCHEMA, ScheduleSchema
from .paths import api_path

ORGANIZATION_HINT = "With an organization's token, also set team_id."

# The statuses of a resource that is being deleted; schedules are not applied to it.
BEING_DELETED = ("deleting", "deleted")


@dataclass(frozen=True)
class ResourceType:
    """A type of resource that has backup schedules and backups.

    name: in messages, options and results: ``addon``.
    collection: the segment of its paths, and the plural of the name: ``addons``.
    list_permission: what a token needs to list the resources of a project.
    permissions: what it needs for their schedules and backups, by HTTP method.
    may_be_bare: whether a list of them, or of their backups, may be ``data`` itself.
    schema: what their schedules have.
    has_types: whether there are several types of them, such as postgresql.
    availability: a hint for when the API does not know them, their schedules or backups; empty if it always has them.
    """

    name: str
    collection: str
    list_permission: str
    permissions: Mapping[str, str] = field(compare=False)
    may_be_bare: bool = False
    schema: ScheduleSchema = ADDON_SCHEMA
    has_types: bool = False
    availability: str = ""

    def __str__(self) -> str:
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    @property
    def id_option(self) -> str:
        """The option, and the key in results, with the ID of a resource: ``addon_id``."""
        return f"{self.name}_id"

    @property
    def ids_option(self) -> str:
        """The option with the IDs of resources: ``addon_ids``."""
        return f"{self.name}_ids"

    @property
    def all_option(self) -> str:
        """The option that selects all resources of a project: ``all_addons``."""
        return f"all_{self.collection}"

    @property
    def schedules_module(self) -> str:
        """The module that manages all schedules of a resource."""
        return f"community.northflank.{self.name}_backup_schedules"

    def hints(self, permission: str, ids: str, team_id: str | None) -> dict[int, str]:
        """Return what to do, by status, if a request fails.

        permission: what the token needs. ids: the options to check, with their values.
        """
        not_found = not_found_hint(ids, team_id)
        hints = {403: permission_hint(permission), 404: not_found}
        if self.availability:
            hints.update({404: f"{not_found} {self.availability}", 405: self.availability})
        return hints


# The permissions are those that the API reference names for each endpoint.
ADDON = ResourceType(
    name="addon",
    collection="addons",
    list_permission="Project > Addons > General > Read",
    permissions=MappingProxyType(
        {
            "GET": "Project > Addons > General > Read",
            "POST": "Project > Addons > General > Update",
            "PATCH": "Project > Addons > General > Update",
            "DELETE": "Project > Addons > General > Update",
        }
    ),
    has_types=True,
)

VOLUME = ResourceType(
    name="volume",
    collection="volumes",
    list_permission="Project > Volumes > General > Read",
    permissions=MappingProxyType(
        {
            "GET": "Project > Volumes > Backups > Read",
            "POST": "Project > Volumes > Backups > Create",
            "DELETE": "Project > Volumes > Backups > Delete",
        }
    ),
    may_be_bare=True,
    schema=VOLUME_SCHEMA,
    availability="The API may not offer backups of volumes to this account yet.",
)

RESOURCE_TYPES = (ADDON, VOLUME)


@dataclass(frozen=True)
class Resource:
    """A reference to a resource of a project.

    team_id: None for the token's own team.
    status, addon_type: as the API lists them; None if unknown.
    """

    project_id: str
    id: str
    team_id: str | None = None
    type: ResourceType = ADDON
    status: str | None = field(default=None, compare=False)
    addon_type: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.project_id}/{self.id}"

    @property
    def noun(self) -> str:
        """What it is, in messages: ``addon``."""
        return self.type.name

    @property
    def path(self) -> str:
        """The path of the resource."""
        return api_path(self.team_id, "projects", self.project_id, self.type.collection, self.id)

    @property
    def schedules_path(self) -> str:
        """The path of its list of backup schedules."""
        return f"{self.path}/backup-schedules"

    @property
    def backups_path(self) -> str:
        """The path of its list of backups."""
        return f"{self.path}/backups"

    def ids(self) -> dict[str, str]:
        """Return the IDs as results have them: ``{project_id, addon_id}``."""
        return {"project_id": self.project_id, self.type.id_option: self.id}

    def hints(self, method: str) -> dict[int, str]:
        """Return what to do, by status, if a request for its schedules or backups fails."""
        ids = f"project_id ({self.project_id}) and {self.type.id_option} ({self.id})"
        return self.type.hints(self.type.permissions[method], ids, self.team_id)


def permission_hint(permission: str) -> str:
    """Return what to do if the API forbids a request."""
    return f"The token needs the permission {permission}."


def not_found_hint(ids: str, team_id: str | None) -> str:
    """Return what to do if the API finds nothing. ids: the options to check, with their values."""
    if team_id:
        return f"Check {ids}, and team_id ({team_id})."
    return f"Check {ids}. {ORGANIZATION_HINT}"
