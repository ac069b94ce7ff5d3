# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup reads directories of evidence, and reports those that it cannot read."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from ansible.errors import AnsibleLookupError
from ansible_collections.community.northflank.plugins.lookup.restore_drills import LookupModule
from ansible_collections.community.northflank.tests.support.drill_evidence import evidence, write


def lookup(*terms: str | None) -> list[dict[str, str]]:
    """Return the status of each addon in each directory."""
    return [{name: drill["status"] for name, drill in each.items()} for each in LookupModule().run(list(terms))]


def test_each_directory_has_a_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVIDENCE", str(tmp_path / "evidence"))
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "evidence", evidence(datetime.now(timezone.utc)))
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("evidence")
    found = {"shop/orders-db": "verified"}
    assert lookup("evidence", "$EVIDENCE", "~/link", "empty") == [found, found, found, {}]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing", "No such file"), ("file", "Not a directory"), ("", "No such"), (None, "No such")],
)
def test_a_missing_directory_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str | None, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    shown = str(tmp_path / path) if path else ""
    message = rf"The directory with the evidence of restore drills, '{shown}', cannot be read: {reason}"
    with pytest.raises(AnsibleLookupError, match=message):
        lookup(path)
