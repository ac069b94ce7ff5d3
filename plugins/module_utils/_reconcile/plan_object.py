# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do with an object of an account, such as a backup destination. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class AccountObject(Protocol):
    """An object of an account or team: as it exists, or as it is desired."""

    @property
    def id(self) -> str | None:
        """The ID; None if it is not known. That of an existing object always is."""

    @property
    def created_at(self) -> str | None:
        """When it was created, as the API returns it."""

    def with_id(self, id_: str) -> Any:
        """Return the object with an ID."""

    def differences(self, existing: Any) -> tuple[str, ...]:
        """Return the options in which an existing object of the same type differs; omitted options never do."""

    def hides(self, changed_options: Collection[str]) -> bool:
        """Return whether the object, as the API returned it, cannot show whether these options were changed."""

    def ids(self) -> dict[str, str]:
        """Return what identifies the object in the actions of a result."""

    def settings(self, changed_options: Collection[str] = ()) -> dict[str, Any]:
        """Return the settings that a user controls, for a diff, with secrets hidden."""

    def to_result(self) -> dict[str, Any]:
        """Return the form of results, without secrets."""


AnyObject = TypeVar("AnyObject", bound=AccountObject)


@dataclass(frozen=True)
class ObjectPlan(Generic[AnyObject]):
    """What to do with an object.

    action: create, update, delete; None if there is nothing to do.
    before: the existing object; None if there is none.
    after: the object that will exist; None if there will be none.
    changed_options: the options in which before differs from the desired object.
    refusals: why nothing is done, and the task fails; sentences.
    """

    action: str | None
    before: AnyObject | None
    after: AnyObject | None
    changed_options: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    def to_result(self) -> list[dict[str, Any]]:
        """Return the action in the form of results, in a list that is empty if there is none."""
        subject = self.before or self.after
        if self.action is None or subject is None:
            return []
        result = {"action": self.action, **subject.ids()}
        return [{**result, **({"changed_options": list(self.changed_options)} if self.changed_options else {})}]
