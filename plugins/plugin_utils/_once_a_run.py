# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask something once in a run of Ansible, for all of its workers: requests are scarce.

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


def once_a_run(name: str, ask: Callable[[], Any]) -> Any:
    """Give the answer of ask, which must survive JSON; who asks by the same name meanwhile waits for that answer.

    The answers lie in the directory that a run of Ansible makes for itself and removes at its end. When ask raises,
    nothing is kept: the next one asks anew.
    """
    told = Path(constants.DEFAULT_LOCAL_TMP, f"northflank-{hashlib.sha256(name.encode()).hexdigest()}")
    with told.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if told.exists():
            return json.loads(told.read_text())
        answer = ask()
        # Whole or not at all, should this worker be killed.
        told.with_suffix(".new").write_text(json.dumps(answer))
        told.with_suffix(".new").replace(told)
        return answer
