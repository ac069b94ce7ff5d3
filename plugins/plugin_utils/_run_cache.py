# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache what is read from the API for one run of Ansible, and all of its workers.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible import constants


def cached_per_run(name: str, read: Callable[[], Any]) -> Any:
    """Return the result of read, which must be serializable as JSON. Concurrent callers with the same name wait for it.

    The results are files in the directory that a run of Ansible creates for itself and removes at its end. If read
    raises, nothing is cached: the next caller reads again.
    """
    cache = Path(constants.DEFAULT_LOCAL_TMP, f"northflank-{hashlib.sha256(name.encode()).hexdigest()}")
    with cache.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if cache.exists():
            return json.loads(cache.read_text())
        result = read()
        # Atomically, in case this worker is killed.
        cache.with_suffix(".new").write_text(json.dumps(result))
        cache.with_suffix(".new").replace(cache)
        return result
