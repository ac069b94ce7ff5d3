# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fork: an addon that was created from a backup, and the marker that proves it. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from .fields import optional_integer, optional_text, required_text
from .ids import slug
from .text import short_repr
from .times import format_time, seconds_between

_ID = "[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*"
_MARKER = re.compile(rf"Fork of ({_ID})/({_ID}) \(run: ({_ID}), created by community\.northflank\)")

# API reference, "Create addon": the name and the description.
_NAME = re.compile("[a-zA-Z][a-zA-Z0-9]*([- ][a-zA-Z0-9]+)*")
_MIN_NAME, _MAX_NAME = 3, 39
_MAX_DESCRIPTION = 200

# API reference, "Get addon". A status that is not known is none of them.
_BEING_DELETED = ("deleting", "deleted")
_UNSUCCESSFUL = ("failed", "error", "errorAllocating", *_BEING_DELETED)


@dataclass(frozen=True)
class Marker:
    """What a fork is of, and the run that created it. It is the description of the fork.

    Only an addon whose description is a marker, without any other text, was created by this collection.
    """

    project_id: str
    addon_id: str
    run_id: str

    def __str__(self) -> str:
        """Return the description of the fork, with characters only that the API accepts there."""
        return f"Fork of {self.project_id}/{self.addon_id} (run: {self.run_id}, created by community.northflank)"

    def validation_errors(self) -> list[str]:
        """Return the validation errors, each of which names its option. Does not validate the IDs."""
        length = len(str(self))
        if length <= _MAX_DESCRIPTION:
            return []
        return [
            f"run_id: {short_repr(self.run_id)} must be at least {length - _MAX_DESCRIPTION} characters shorter: the"
            f" description of the fork, {str(self)!r}, may have {_MAX_DESCRIPTION} characters"
        ]

    @classmethod
    def parse(cls, description: object) -> Marker | None:
        """Return the marker in a description; None if it is anything else."""
        found = _MARKER.fullmatch(description) if isinstance(description, str) else None
        return cls(*found.groups()) if found else None


@dataclass(frozen=True)
class Fork:
    """An addon that is a fork, or has the name of one.

    marker: None if this collection did not create the addon. backup_id: of the backup; None if it is not known.
    started_at, completed_at: when its creation was requested, and when it was seen running; None if that is not known.
    """

    project_id: str
    addon_id: str
    name: str
    status: str
    addon_type: str
    marker: Marker | None
    backup_id: str | None = None
    started_at: str | None = None
    completed_at: str | None = None

    @classmethod
    def from_api(cls, project_id: str, returned: Mapping[str, Any], backup_id: str | None = None) -> Fork:
        """Convert an addon that the API returns. Raises ValueError if it is not an addon."""
        try:
            spec = returned.get("spec") or {}
            return cls(
                project_id=project_id,
                addon_id=required_text(returned, "id"),
                name=required_text(returned, "name"),
                status=required_text(returned, "status"),
                addon_type=optional_text(spec.get("type")) or optional_text(returned.get("type")) or "",
                marker=Marker.parse(returned.get("description")),
                backup_id=backup_id,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not an addon: {short_repr(returned)}") from error

    @property
    def is_running(self) -> bool:
        """Whether it is ready."""
        return self.status == "running"

    @property
    def has_ended(self) -> bool:
        """Whether it is ready, or will not be."""
        return self.is_running or self.status in _UNSUCCESSFUL

    @property
    def is_being_deleted(self) -> bool:
        """Whether it is deleted, or will be soon."""
        return self.status in _BEING_DELETED

    def has_name(self, name: str) -> bool:
        """Return whether it is in the way of a fork with this name."""
        return self.name == name or self.addon_id == slug(name)

    @property
    def seconds(self) -> int | None:
        """How long it took until it was running; None if that is not known."""
        return seconds_between(self.started_at, self.completed_at)

    def with_times(self, started_at: str | None, now: datetime) -> Fork:
        """Return the fork, which was just read, with its times. started_at: None if it is not known."""
        completed_at = format_time(now) if started_at and self.is_running else None
        return replace(self, started_at=started_at, completed_at=completed_at)

    def to_result(self) -> dict[str, Any]:
        """Return the form of results."""
        times = {"started_at": self.started_at, "completed_at": self.completed_at, "seconds": self.seconds}
        return {**self.to_diff(), **times}

    def to_diff(self) -> dict[str, Any]:
        """Return the form of diffs: that of results without times."""
        marker = self.marker
        return {
            "project_id": self.project_id,
            "addon_id": self.addon_id,
            "name": self.name,
            "status": self.status,
            "addon_type": self.addon_type,
            "backup_id": self.backup_id,
            "source_project_id": marker.project_id if marker else None,
            "source_addon_id": marker.addon_id if marker else None,
            "run_id": marker.run_id if marker else None,
        }


@dataclass(frozen=True)
class ForkSettings:
    """The settings of a new fork. None means those of the source. storage: in MB."""

    version: str | None = None
    deployment_plan: str | None = None
    storage: int | None = None
    replicas: int | None = None
    storage_class: str | None = None
    tls_enabled: bool | None = None

    @classmethod
    def from_source(cls, addon: Mapping[str, Any]) -> ForkSettings:
        """Return the settings of an addon that the API returns: None where it does not return a valid one."""
        config = _mapping(_mapping(addon.get("spec")).get("config"))
        deployment, networking = _mapping(config.get("deployment")), _mapping(config.get("networking"))
        tls_enabled = networking.get("tlsEnabled")
        return cls(
            version=optional_text(config.get("versionTag")),
            deployment_plan=optional_text(deployment.get("planId")),
            storage=optional_integer(deployment.get("storageSize")),
            replicas=optional_integer(deployment.get("replicas")),
            storage_class=optional_text(deployment.get("storageClass")),
            tls_enabled=tls_enabled if isinstance(tls_enabled, bool) else None,
        )

    def with_defaults(self, source: ForkSettings) -> ForkSettings:
        """Return these settings, with those of the source where they are omitted."""
        both = {each.name: (getattr(self, each.name), getattr(source, each.name)) for each in fields(self)}
        return ForkSettings(**{name: default if value is None else value for name, (value, default) in both.items()})

    def missing(self) -> list[str]:
        """Return the options that are required, but neither set nor known of the source."""
        return [name for name in ("version", "deployment_plan", "storage", "replicas") if getattr(self, name) is None]

    def to_api(self) -> dict[str, Any]:
        """Return their part of the request body."""
        billing = {
            "deploymentPlan": self.deployment_plan,
            "storage": self.storage,
            "replicas": self.replicas,
            "storageClass": self.storage_class,
        }
        body = {
            "version": self.version,
            "tlsEnabled": self.tls_enabled,
            "billing": {name: value for name, value in billing.items() if value is not None},
        }
        return {name: value for name, value in body.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        """Return the options, for a diff."""
        return {name: getattr(self, name) for name in ("version", "deployment_plan", "storage", "replicas")}


def name_errors(name: str) -> list[str]:
    """Return the validation errors of the name of a fork, each of which names the option."""
    if _NAME.fullmatch(name) and _MIN_NAME <= len(name) <= _MAX_NAME:
        return []
    return [
        f"name: {short_repr(name)} is not a name of {_MIN_NAME} to {_MAX_NAME} characters: use letters and digits, in"
        " groups joined by a single hyphen or space, and begin with a letter"
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
