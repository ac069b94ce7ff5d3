# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paths of the API."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.paths import api_path


@pytest.mark.parametrize(
    ("team_id", "segments", "path"),
    [
        (None, ("projects",), "/v1/projects"),
        (None, ("projects", "shop", "addons"), "/v1/projects/shop/addons"),
        ("our-team", ("projects", "shop"), "/v1/teams/our-team/projects/shop"),
        # A segment must not change the rest of the path, or add a query.
        (None, ("projects", "a/b", "c?d#e"), "/v1/projects/a%2Fb/c%3Fd%23e"),
        ("a/b", ("größe",), "/v1/teams/a%2Fb/gr%C3%B6%C3%9Fe"),
    ],
)
def test_each_segment_is_quoted(team_id: str | None, segments: tuple[str, ...], path: str) -> None:
    assert api_path(team_id, *segments) == path
