# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make text from elsewhere safe to show: bounded in length, free of control characters. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

# The longest text that a message quotes, in characters.
MAX_LENGTH = 1000

# What has two code units in UTF-16.
_SUPPLEMENTARY = re.compile("[\U00010000-\U0010ffff]")

# The first character of {{, {% and {#, and of the header with which a text can choose other delimiters for itself.
_START_OF_TEMPLATE = re.compile(r"\{(?=[{%#])|#(?=jinja2:)")


def printable(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return the text on one line, without control characters, formatting characters and lone surrogates.

    max_length: what exceeds it is cut, and the number of characters that are missing is appended.
    """
    # A body of many megabytes is not worth cleaning as a whole.
    excerpt = " ".join("".join(each if each.isprintable() else " " for each in text[: 2 * max_length]).split())
    if len(excerpt) <= max_length and len(text) <= 2 * max_length:
        return excerpt
    shown = excerpt[:max_length]
    return f"{shown}... ({max(len(text) - len(shown), 1)} more characters)"


def short_repr(value: Any, max_length: int = 200) -> str:
    """Return the representation of a value for a message, at most max_length characters of it."""
    try:
        shown = repr(value)
    except ValueError:
        # Python does not convert integers of more than 4300 digits.
        return f"a very large {type(value).__name__}"
    return shown if len(shown) <= max_length else f"{shown[:max_length]}... ({len(shown) - max_length} more characters)"


def inert(text: str) -> str:
    """Return the text with a space inside of {{, {%, {# and #jinja2:, so that Ansible renders nothing of it."""
    return _START_OF_TEMPLATE.sub(r"\g<0> ", text)


def event_text(text: str) -> str:
    """Return a text for an event: inert, and with U+FFFD for characters such as emojis.

    ansible-rulebook 1.3.2 splits these into surrogates, so that the playbooks that it runs cannot read their variables.
    """
    return inert(_SUPPLEMENTARY.sub("\ufffd", text))


def bounded(value: Any) -> Any:
    """Return a value of JSON with every text printable, or a printable excerpt of it if the whole is too long."""
    cleaned = _printable_texts(value)
    text = json.dumps(cleaned)
    return cleaned if len(text) <= MAX_LENGTH else printable(text)


def parse_json(text: bytes) -> Any:
    """Parse JSON so that the value can be written again as strict UTF-8 JSON.

    A lone surrogate becomes U+FFFD; NaN and numbers that no float can hold become None. Raises ValueError and
    RecursionError.
    """
    value = json.loads(text.decode(errors="replace"), parse_constant=lambda _name: None, parse_float=_finite)
    return _without_surrogates(value) if b"\\u" in text else value


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _printable_texts(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(name)): _printable_texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_printable_texts(each) for each in value]
    return value


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        # JSON's pairs of escapes are whole characters by now: what is left of surrogates is invalid.
        return "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in value)
    if isinstance(value, dict):
        return {_without_surrogates(name): _without_surrogates(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    return value
