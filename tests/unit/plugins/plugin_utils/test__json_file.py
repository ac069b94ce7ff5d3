# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of reading JSON strictly: the tests of its users cover files that are damaged or no regular files."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._json_file import Unusable, read_json


def test_the_value_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text('{"a": [1, "größe"]}')
    assert read_json(str(path), path.stat().st_size) == {"a": [1, "größe"]}
    with pytest.raises(Unusable, match="is larger than 5 bytes"):
        read_json(str(path), 5)


@pytest.mark.parametrize(
    "content", [b"", b"[1,]", b'{"a": 1, "a": 1}', b"[NaN]", b"[-Infinity]", b"[1e999]", b"\xff", b"[" * 99999]
)
def test_anything_but_strict_json_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(Unusable, match="^is not valid JSON$"):
        read_json(str(tmp_path / "file.json"), 10**6)


def test_values_that_are_nested_too_deeply(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text('[{"a": ' * 25 + "1" + "}]" * 25)
    assert read_json(str(path), 10**6)
    path.write_text("[" + path.read_text() + "]")
    with pytest.raises(Unusable, match="^has more than 50 levels$"):
        read_json(str(path), 10**6)


def test_a_file_that_does_not_exist_is_another_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_json(str(tmp_path / "file.json"), 10**6)
