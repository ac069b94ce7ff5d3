# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a long task is shown at intervals."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    VOLUME,
    Resource,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._tasks.progress import Progress


class Transport:
    """A transport with this report on the rate limit."""

    def __init__(self, rate_limit: dict[str, int] | None) -> None:
        self.rate_limit = rate_limit

    def usage(self) -> dict[str, Any]:
        return {"requests": 1, "rate_limit": self.rate_limit}


@pytest.mark.parametrize(
    ("rate_limit", "type_", "text"),
    [
        ({"limit": 1000, "remaining": 640, "reset": 60}, ADDON, "3 of 20 addons processed, 640 of 1000 requests left"),
        (None, VOLUME, "3 of 20 volumes processed"),
    ],
)
def test_progress_is_shown_every_few_seconds(rate_limit: dict[str, int] | None, type_: ResourceType, text: str) -> None:
    shown: list[str] = []
    times = iter([0.0, 1.0, 4.9, 5.0, 5.0, 6.0, 9.0])
    resources = [Resource("shop", f"data-{number}", type=type_) for number in range(20)]
    progress = Progress(shown.append, Transport(rate_limit), resources, lambda: next(times))  # type: ignore[arg-type]
    for _resource in range(5):
        progress.step()
    assert shown == [text]
