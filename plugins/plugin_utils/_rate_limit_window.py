# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share the state of the API's rate limit between the tasks of a run.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from ansible import constants

_FIELDS = ("limit", "remaining", "resets_at")


class RateLimitWindow:
    """The rate-limit window of an account, stored in a file in the temporary directory of the run.

    account: see account_key(). Each account has a window of its own.
    """

    def __init__(self, account: str) -> None:
        name = hashlib.sha256(account.encode()).hexdigest()
        self._file = Path(constants.DEFAULT_LOCAL_TMP, f"northflank-{name}.window")

    def load(self) -> Mapping[str, float] | None:
        """Return the window that a task of the run saved last; None if there is none."""
        try:
            content = json.loads(self._file.read_text())
            window = {name: float(content[name]) for name in _FIELDS}
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None
        return window if all(map(math.isfinite, window.values())) else None

    def save(self, window: Mapping[str, float]) -> None:
        """Save the window for the other tasks. Failing to do so only costs requests."""
        # Atomically, because other workers may read it at the same time.
        new = self._file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            new.write_text(json.dumps(dict(window)))
            new.replace(self._file)
        except OSError:
            return
