# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The paths of the API.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from urllib.parse import quote


def api_path(team_id: str | None, *segments: str) -> str:
    """Return a path of the API, with each segment quoted.

    team_id: None for the token's own team. An organization's token needs it.
    """
    team = () if team_id is None else ("teams", team_id)
    return "/v1/" + "/".join(quote(segment, safe="") for segment in (*team, *segments))
