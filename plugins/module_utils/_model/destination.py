# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backup destination: its forms, its comparison with another. Pure: no HTTP, no Ansible.

A destination has the same three forms as a schedule: params, api and result. Results, messages and representations
contain no secret.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .fields import check_type, mapping
from .ids import predicted_id, slug
from .secrets import HIDDEN, HIDDEN_CHANGE

# API reference, "Add backup destination".
TYPES = ("s3",)
USAGES = ("globalBackups", "containerSnapshots")
AUTH_MODES = ("staticCreds", "workloadIdentity")
STATIC_CREDENTIALS, WORKLOAD_IDENTITY = AUTH_MODES

# Lists and older versions of the API omit the usage and the authentication mode of a destination.
_DEFAULT_USAGE = "globalBackups"

# The API's names of the credentials.
_API_NAMES = {
    "bucket_name": "bucketName",
    "region": "region",
    "endpoint": "endpoint",
    "auth_mode": "authMode",
    "access_key": "accessKey",
    "secret_key": "secretKey",
    "workload_identity_id": "workloadIdentityId",
    "enable_object_lock": "enableObjectLock",
    "object_lock_retention_days": "objectLockRetentionDays",
}
SECRETS = ("access_key", "secret_key")

# Those of the credentials that belong to one authentication mode only.
_BY_AUTH_MODE = {STATIC_CREDENTIALS: SECRETS, WORKLOAD_IDENTITY: ("workload_identity_id",)}

# API reference, "Patch backup destination": all others cannot be changed.
_CHANGEABLE = ("name", "description", "credentials")

# Why the backups in a destination cannot be read, if with_ids() finds no ID.
ID_UNKNOWN = "Its ID is unknown: the API does not list it, and the name does not determine it."


@dataclass(frozen=True)
class Credentials:
    """Where a destination is, and how to authenticate there. None means omitted."""

    bucket_name: str | None = None
    region: str | None = None
    endpoint: str | None = None
    auth_mode: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    workload_identity_id: str | None = None
    enable_object_lock: bool | None = None
    object_lock_retention_days: int | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Credentials:
        """Convert the suboptions of a module. An omitted authentication mode follows from the credentials that are set.

        Without any, it stays omitted.
        """
        credentials = cls(**{name: params.get(name) for name in _API_NAMES})
        for auth_mode, names in _BY_AUTH_MODE.items():
            if credentials.auth_mode is None and any(getattr(credentials, name) is not None for name in names):
                credentials = replace(credentials, auth_mode=auth_mode)
        return credentials

    @classmethod
    def from_api(cls, listed: Any) -> Credentials:
        """Convert the credentials that the API returns. Raises ValueError, which names no value: it may be a secret."""
        values = {name: mapping("credentials", listed).get(api_name) for name, api_name in _API_NAMES.items()}
        for name, value in values.items():
            type_ = {"enable_object_lock": bool, "object_lock_retention_days": int}.get(name, str)
            check_type(f"credentials.{_API_NAMES[name]}", value, type_)
        values["auth_mode"] = values["auth_mode"] or STATIC_CREDENTIALS
        values["enable_object_lock"] = values["enable_object_lock"] or False
        # An empty or masked secret is none, and must not be sent back.
        values.update({name: None for name in SECRETS if not (values[name] or "").strip("*\u2022")})
        return cls(**values)

    def to_api(self) -> dict[str, Any]:
        """Return the credentials as a request body contains them, secrets included."""
        return {_API_NAMES[name]: value for name, value in vars(self).items() if value is not None}

    def filled_from(self, existing: Credentials) -> Credentials:
        """Return the credentials with the existing ones for what is omitted, as far as they go together."""
        values = {name: getattr(existing, name) if value is None else value for name, value in vars(self).items()}
        for auth_mode, names in _BY_AUTH_MODE.items():
            if values["auth_mode"] != auth_mode:
                values.update((name, getattr(self, name)) for name in names)
        if not values["enable_object_lock"]:
            values["object_lock_retention_days"] = self.object_lock_retention_days
        return Credentials(**values)


@dataclass(frozen=True)
class BackupDestination:
    """A backup destination. None means omitted.

    id: None if the user or the API omits it: it then follows from the name, see expected_id.
    """

    id: str | None
    name: str | None
    description: str | None = None
    type: str | None = None
    prefix: str | None = None
    usage: str | None = None
    credentials: Credentials = Credentials()
    created_at: str | None = field(default=None, compare=False)
    updated_at: str | None = field(default=None, compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> BackupDestination:
        """Convert a module's options, by their canonical names. Does not validate them: see destination_rules."""
        options = {name: params[name] for name in ("name", "description", "type", "prefix", "usage")}
        credentials = Credentials.from_params(params["credentials"] or {})
        return cls(params["destination_id"], **options, credentials=credentials)

    @classmethod
    def from_api(cls, listed: Any) -> BackupDestination:
        """Convert a destination that the API returns. Raises ValueError, which names no value: it may be a secret."""
        values = mapping("it", listed)
        for name in ("id", "name", "description", "type", "prefix", "usage", "createdAt", "updatedAt"):
            check_type(name, values.get(name), str)
        if not values.get("name"):
            raise ValueError("name is missing")
        return cls(
            id=values.get("id"),
            name=values["name"],
            description=values.get("description") or "",
            type=values.get("type"),
            prefix=values.get("prefix") or "",
            usage=values.get("usage") or _DEFAULT_USAGE,
            credentials=Credentials.from_api(values.get("credentials")),
            created_at=values.get("createdAt"),
            updated_at=values.get("updatedAt"),
        )

    @property
    def expected_id(self) -> str:
        """The ID if it is set, otherwise the one that Northflank derives from the name."""
        return slug(self.name or "") if self.id is None else self.id

    def ids(self) -> dict[str, str]:
        """Return the ID as results have it: ``{destination_id}``."""
        return {"destination_id": self.expected_id}

    def with_id(self, id_: str) -> BackupDestination:
        """Return the destination with an ID."""
        return replace(self, id=id_)

    def secrets(self) -> list[str]:
        """Return the secrets that are set."""
        return [value for value in (getattr(self.credentials, name) for name in SECRETS) if value]

    def to_api(self) -> dict[str, Any]:
        """Return the request body that creates the destination, secrets included."""
        body = {
            "name": self.name,
            "description": self.description or None,
            "type": self.type,
            "prefix": self.prefix,
            "usage": self.usage,
            "credentials": self.credentials.to_api(),
        }
        return {name: value for name, value in body.items() if value is not None}

    def to_patch(self, changed_options: Collection[str]) -> dict[str, Any]:
        """Return the request body that changes these options, secrets included.

        The credentials are sent as a whole: the API reference does not describe what becomes of omitted ones.
        """
        body = {"name": self.name, "description": self.description, "credentials": self.credentials.to_api()}
        changed = {option.split(".")[0] for option in changed_options}
        return {name: value for name, value in body.items() if name in changed}

    def with_defaults(self) -> BackupDestination:
        """Return the destination with the defaults of the API for what is omitted in a new one."""
        credentials = replace(
            self.credentials,
            auth_mode=self.credentials.auth_mode or STATIC_CREDENTIALS,
            enable_object_lock=self.credentials.enable_object_lock or False,
        )
        return replace(
            self,
            description=self.description or "",
            usage=self.usage or _DEFAULT_USAGE,
            credentials=credentials,
        )

    def filled_from(self, existing: BackupDestination) -> BackupDestination:
        """Return the destination with the settings of the existing one for what is omitted."""
        values = {name: getattr(existing, name) if value is None else value for name, value in vars(self).items()}
        values["credentials"] = self.credentials.filled_from(existing.credentials)
        return BackupDestination(**values)

    def differences(self, existing: BackupDestination) -> tuple[str, ...]:
        """Return the options in which the existing destination differs; omitted options never do."""
        theirs = existing._options()
        return tuple(
            option for option, value in self._options().items() if value is not None and value != theirs[option]
        )

    def hides(self, changed_options: Collection[str]) -> bool:
        """Return whether a secret was changed that the API did not return with the destination."""
        if self.credentials.auth_mode != STATIC_CREDENTIALS:
            return False
        changed = [name for name in SECRETS if f"credentials.{name}" in changed_options]
        return any(getattr(self.credentials, name) is None for name in changed)

    def settings(self, changed_options: Collection[str] = ()) -> dict[str, Any]:
        """Return the settings that a user controls, for a diff, with secrets hidden.

        changed_options: those in which it differs from the other side of the diff.
        """
        hidden = {
            name: HIDDEN_CHANGE if f"credentials.{name}" in changed_options else HIDDEN
            for name in SECRETS
            if getattr(self.credentials, name) is not None
        }
        result = self.to_result()
        for name in ("id", "created_at", "updated_at"):
            result.pop(name, None)
        return {**result, "credentials": {**result["credentials"], **hidden}}

    def to_result(self) -> dict[str, Any]:
        """Return the form of results, without secrets."""
        result = {**vars(self), "id": self.expected_id}
        result["credentials"] = {
            name: value for name, value in vars(self.credentials).items() if name not in SECRETS and value is not None
        }
        return {name: value for name, value in result.items() if value is not None}

    def _options(self) -> dict[str, Any]:
        options = {name: getattr(self, name) for name in ("name", "description", "type", "prefix", "usage")}
        return {**options, **{f"credentials.{name}": value for name, value in vars(self.credentials).items()}}


def with_ids(listed: Iterable[BackupDestination]) -> list[BackupDestination]:
    """Return destinations, each once; those without an ID have the one that Northflank derives from their names.

    It stays None if it cannot be predicted, or if another destination has it.
    """
    # The list may shift between its pages.
    listed = list(dict.fromkeys(listed))
    expected = Counter(each.expected_id for each in listed)

    def id_of(destination: BackupDestination) -> str | None:
        is_unique = expected[destination.expected_id] == 1
        return destination.id or (predicted_id(str(destination.name)) if is_unique else None)

    return [replace(each, id=id_of(each)) for each in listed]


def is_changeable(option: str) -> bool:
    """Return whether the API can change an option of an existing destination."""
    return option.split(".")[0] in _CHANGEABLE
