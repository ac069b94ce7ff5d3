# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's projects."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.projects import list_projects
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)


@pytest.mark.parametrize(("team_id", "path"), [(None, "/v1/projects"), ("our-team", "/v1/teams/our-team/projects")])
def test_all_projects_are_listed(team_id: str | None, path: str) -> None:
    transport = StubTransport(
        page("projects", {"id": "a"}, hasNextPage=True, cursor="one"), page("projects", {"id": "b"})
    )
    assert list_projects(transport, team_id) == [{"id": "a"}, {"id": "b"}]  # type: ignore[arg-type]
    assert [each[1] for each in transport.requests] == [path, path]
    assert transport.hints == {
        403: "The token needs the permission Project > General > Read.",
        404: "Check team_id (our-team)."
        if team_id
        else "Check api_url. With an organization's token, also set team_id.",
    }


def test_a_project_without_an_id_is_an_error() -> None:
    with pytest.raises(ApiError, match="a project without an ID"):
        list_projects(StubTransport(page("projects", {"name": "a"})), None)  # type: ignore[arg-type]
