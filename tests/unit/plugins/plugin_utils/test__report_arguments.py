# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of hosts, which the role registers for addons and for volumes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._report_arguments import report_of

NOW = "2026-11-24T02:30:00Z"
SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}
ADDON = {"project_id": "shop", "addon_id": "db", "verdict": "ok", "reasons": []}
VOLUME = {"project_id": "shop", "volume_id": "data", "verdict": "late", "reasons": []}


def report_on(addons: Any, volumes: Any, failed: list[str] | None = None) -> dict[str, Any]:
    variables = {"backup_report_result": addons, "backup_report_volumes_result": volumes}
    return report_of("backup_report", {"shop": variables}, ["shop"], NOW, failed or [], "", None)


@pytest.mark.parametrize(
    ("addons", "volumes", "counts"),
    [
        ({"addons": [ADDON]}, SKIPPED, (1, 0)),
        (SKIPPED, {"volumes": [VOLUME]}, (0, 1)),
        ({"addons": [ADDON], "failed": False}, {"volumes": [VOLUME], "failed": False}, (1, 1)),
        ({"addons": [ADDON]}, None, (1, 0)),
    ],
)
def test_a_host_has_addons_or_volumes_or_both(addons: Any, volumes: Any, counts: tuple[int, int]) -> None:
    summary = report_on(addons, volumes)["summary"]
    assert (summary["addons"], summary["volumes"]) == counts


@pytest.mark.parametrize(
    ("addons", "volumes"),
    [
        ({"failed": True, "msg": "No token."}, {"volumes": [VOLUME], "failed": False}),
        ({"addons": [ADDON], "failed": False}, {"failed": True, "msg": "No token."}),
    ],
)
def test_a_host_failed_if_one_of_its_tasks_failed(addons: Any, volumes: Any) -> None:
    # A play that ignores or rescues the error goes on with the host.
    for failed in (["shop"], []):
        report = report_on(addons, volumes, failed)
        assert [each["reasons"] for each in report["addons"]] == [["No token."]]
        assert report["volumes"] == []


@pytest.mark.parametrize("result", [None, {}, SKIPPED, "text"])
def test_a_host_without_a_result_is_an_error(result: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="no result for shop"):
        report_on(result, result)
