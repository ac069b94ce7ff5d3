# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write to the terminal from a worker of ansible-core that was interrupted.

ansible-core detaches its workers from the terminal, and once it is interrupted shows no output of theirs. But it
imports action plugins before it starts workers, so this file keeps the standard error of that time.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def _standard_error() -> int | None:
    with suppress(OSError):
        return os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    return None


_TERMINAL = _standard_error()


def write_to_terminal(text: str) -> None:
    """Write a line to what was standard error when Ansible started, if there was one."""
    if _TERMINAL is not None:
        with suppress(OSError):
            os.write(_TERMINAL, f"\n{text}\n".encode(errors="replace"))
