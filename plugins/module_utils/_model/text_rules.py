# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that options with a text or a secret share. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from .text import short_repr

# In characters. Ansible masks a secret wherever it appears: a shorter one would garble results.
MIN_SECRET = 8


def text_errors(option: str, value: str | None, may_be_empty: bool = False) -> list[str]:
    """Return the validation errors of a text of one line; None is valid."""
    if value is None:
        return []
    if not value and not may_be_empty:
        return [f"{option}: must not be empty"]
    if not value.isprintable():
        return [f"{option}: {short_repr(value)} contains control characters"]
    if value != value.strip():
        return [f"{option}: {short_repr(value)} has leading or trailing whitespace"]
    return []


def secret_errors(option: str, value: str | None) -> list[str]:
    """Return the validation errors of a secret, which they do not quote; None is valid."""
    if value is None:
        return []
    if not value.isprintable() or value != value.strip():
        return [
            f"{option}: contains control characters, or leading or trailing whitespace; check for a trailing newline"
        ]
    if len(value) < MIN_SECRET:
        return [f"{option}: has fewer than {MIN_SECRET} characters"]
    return []
