# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make text from elsewhere safe to show. Unlike printable() of module_utils, escape what is not printable.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations


def escape_control_characters(text: str, max_length: int = 200) -> str:
    """Return text that a terminal can show: without control and formatting characters, and truncated.

    max_length: in characters, of the result.
    """
    shown = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text[: max_length + 1]
    )
    return shown if len(shown) <= max_length else f"{shown[:max_length]}..."
