# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share what a task knows of the API's rate limit with the other tasks of the run.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants
from ansible import context as cli_context

_FIELDS = ("limit", "remaining", "resets_at")


class RunWindow:
    """The rate-limit window of an account, in a file in the directory that a run creates for itself.

    account: see account_key(). Each account has a window of its own.
    """

    def __init__(self, account: str) -> None:
        name = hashlib.sha256(account.encode()).hexdigest()
        self._file = Path(constants.DEFAULT_LOCAL_TMP, f"northflank-{name}.window")

    def load(self) -> Mapping[str, float] | None:
        """Return the last window that a task of the run has saved."""
        try:
            window = json.loads(self._file.read_text())
            return {name: float(window[name]) for name in _FIELDS}
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def save(self, window: Mapping[str, float]) -> None:
        """Save it. It saves requests, but no task depends on it."""
        # Atomically: other workers read it at the same time.
        new = self._file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            new.write_text(json.dumps(dict(window)))
            new.replace(self._file)
        except OSError:
            return


def tasks_in_parallel(task: Any, task_vars: Mapping[str, Any]) -> int:
    """Return how many hosts may run a task at the same time."""
    hosts = 1 if task.run_once else len(task_vars.get("ansible_play_batch") or (None,))
    return max(1, min(hosts, int(cli_context.CLIARGS.get("forks") or constants.DEFAULT_FORKS)))
