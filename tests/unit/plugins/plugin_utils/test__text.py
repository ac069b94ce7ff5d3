# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrusted text is safe to display."""

from __future__ import annotations

from ansible_collections.community.northflank.plugins.plugin_utils._text import escape_control_characters


def test_control_characters_are_escaped_and_long_text_is_truncated() -> None:
    assert escape_control_characters("größe \x07\x1b[0m\r\n\u200b") == "größe \\x07\\x1b[0m\\r\\n\\u200b"
    assert escape_control_characters("x" * 200) == "x" * 200
    assert escape_control_characters("x" * 201) == "x" * 200 + "..."
    assert len(escape_control_characters("\x1b" * 10**6)) == 203
