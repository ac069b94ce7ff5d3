# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a long task is shown at intervals."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._tasks.progress import Progress


class Transport:
    """A transport with this report on the rate limit."""

    def __init__(self, rate_limit: dict[str, int] | None) -> None:
        self.rate_limit = rate_limit

    def usage(self) -> dict[str, Any]:
        return {"requests": 1, "rate_limit": self.rate_limit}


@pytest.mark.parametrize(
    ("rate_limit", "noun", "text"),
    [
        ({"limit": 900, "remaining": 64, "reset": 6}, "addon", "3 of 20 addons processed, 64 of 900 requests left"),
        (None, "backup destination", "3 of 20 backup destinations processed"),
    ],
)
def test_progress_is_shown_every_few_seconds(rate_limit: dict[str, int] | None, noun: str, text: str) -> None:
    shown: list[str] = []
    times = iter([0.0, 1.0, 4.9, 5.0, 5.0, 6.0, 9.0])
    progress = Progress(shown.append, Transport(rate_limit), 20, noun, lambda: next(times))  # type: ignore[arg-type]
    for _resource in range(5):
        progress.step()
    assert shown == [text]
