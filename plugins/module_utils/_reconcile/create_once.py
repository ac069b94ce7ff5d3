# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create an object with a POST that takes effect once, whatever happens to its responses. Knows no HTTP.

POST is not idempotent: after an unknown outcome, it is repeated only if a read shows that the object does not exist.
After a status of success, a list without the object does not show that: it may be listed later.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .._errors import ApiError, NorthflankError

Created = TypeVar("Created")

_CONFLICT = 409

# How the API may refuse to create what an earlier attempt has created. Its reference does not say.
_MAY_EXIST = (400, _CONFLICT, 422)


class Conflict(Exception):
    """The object could not be created, because a different one exists in its place: most likely of another client.

    found: that one. is_in_doubt: whether a POST had an unknown outcome, so that it may be what the API made of it.
    """

    def __init__(self, error: ApiError, found: Any, is_in_doubt: bool) -> None:
        super().__init__(error)
        self.error = error
        self.found = found
        self.is_in_doubt = is_in_doubt


class OutcomeUnknown(Exception):
    """A write had an unknown outcome, and no read could settle it. error: of the write."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error)
        self.error = error


def create_once(
    create: Callable[[], Created],
    find: Callable[[], Created | None],
    is_desired: Callable[[Created], bool],
    attempts: Iterable[int],
    is_unique: bool = True,
) -> tuple[Created, bool]:
    """Return the object as it exists, and whether this call created it.

    create: sends the POST. find: reads whatever exists in the place of the object, or None. is_desired: returns whether
    that is the object. attempts: yields once per attempt, after a pause: see Transport.attempts(). is_unique: whether
    the API creates no second one, so that even a POST that it has accepted may be repeated.

    Raises ApiError or Interrupted if the object was not created and its place is free, Conflict if its place is not,
    OutcomeUnknown if that is unknown.
    """
    had_unknown_outcome = False
    for _attempt in attempts:
        try:
            return create(), True
        except ApiError as caught:
            error = caught
        # A refusal may be due to an earlier attempt that took effect late.
        may_exist = error.status in _MAY_EXIST if had_unknown_outcome else error.status == _CONFLICT
        if not error.outcome_unknown and not may_exist:
            raise error
        try:
            found = find()
        except NorthflankError as read_error:
            if error.outcome_unknown or had_unknown_outcome:
                raise OutcomeUnknown(error) from read_error
            raise error from read_error
        is_in_doubt = error.outcome_unknown or had_unknown_outcome
        if found is not None and not is_desired(found):
            raise Conflict(error, found, is_in_doubt)
        if found is not None:
            return found, is_in_doubt
        if not error.outcome_unknown:
            raise error
        if error.was_accepted and not is_unique:
            raise OutcomeUnknown(error)
        had_unknown_outcome = True
    raise error
