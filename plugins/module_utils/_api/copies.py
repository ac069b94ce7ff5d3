# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The copies of a whole fleet in the backup destinations of an account or team, read once per run.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .._errors import ApiError, RateLimitReached
from .._model.destination import ID_UNKNOWN, BackupDestination, with_ids
from .._model.destination_copies import Copies, DestinationCopies
from .addon_types import Cached
from .destinations import DestinationApi
from .transport import Transport


class CopiesInDestinations:
    """Reads the copies in all backup destinations, when they are first needed.

    team_id: None for the token's own team. now: returns the current time.
    cached: shares what is read between the tasks of a run. cache_key: what it depends on: see account_key().
    """

    def __init__(
        self, transport: Transport, team_id: str | None, cached: Cached, cache_key: str, now: Callable[[], datetime]
    ) -> None:
        self._transport = transport
        self._team_id = team_id
        self._cached = cached
        self._cache_key = cache_key
        self._now = now
        self._lock = threading.Lock()
        self._copies: Copies | None = None

    def read(self) -> Copies:
        """Return the copies. Costs one request per 100 destinations, and one per 100 copies in each of them.

        What could not be read is a part of the result, so that not every host of a run repeats it. Raises
        RateLimitReached: the next host may be able to read, because the limit resets.
        """
        with self._lock:
            if self._copies is None:
                self._copies = Copies.from_json(self._cached(f"{self._cache_key} copies in destinations", self._read))
            return self._copies

    def _read(self) -> dict[str, Any]:
        read_at = self._now()
        api = DestinationApi(self._transport, self._team_id)
        try:
            destinations = with_ids(api.list_all())
        except RateLimitReached:
            raise
        except ApiError as error:
            return Copies(read_at, error=str(error)).to_json()
        return Copies(read_at, tuple(self._read_copies(api, each) for each in destinations)).to_json()

    def _read_copies(self, api: DestinationApi, destination: BackupDestination) -> DestinationCopies:
        if destination.id is None:
            return DestinationCopies.unreadable(destination, ID_UNKNOWN)
        try:
            # All pages: the API does not promise an order, so the newest copy of an addon may be on any of them.
            copies = list(api.list_backups(api.reference(destination.id)))
        except RateLimitReached:
            raise
        except ApiError as error:
            return DestinationCopies.unreadable(destination, str(error))
        return DestinationCopies.of(destination, copies, self._now())
