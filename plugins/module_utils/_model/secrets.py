# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a task, and their removal from whatever is shown. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

_MASK = "********"

# What a diff shows instead of a secret.
HIDDEN = "(hidden)"
HIDDEN_CHANGE = "(hidden, changed)"


class Secrets:
    """Strings that no message, result or log may contain."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: list[str] = []
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Register secrets, also in the forms in which errors quote them.

        Blank ones are ignored: masking them would mangle every text.
        """
        known = set(self._secrets)
        for secret in secrets:
            if secret.strip():
                known.update(_forms(secret))
        # The longest first, for one may contain another.
        self._secrets = sorted(known, key=lambda secret: (-len(secret), secret))

    def found_in(self, text: str) -> bool:
        """Return whether a text contains a secret."""
        return any(secret in text for secret in self._secrets)

    def scrub(self, value: Any) -> Any:
        """Return a JSON value, of any shape, with every secret in its strings and keys masked."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, _MASK)
            return value
        if isinstance(value, Mapping):
            return {self.scrub(name): self.scrub(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.scrub(each) for each in value]
        return value


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it is, and as JSON, URLs, HTML, Python and Base64 contain it."""
    escaped = json.dumps(secret)[1:-1]
    yield from (secret, escaped, escaped.replace("/", "\\/"))
    # A lone surrogate has no bytes.
    encoded = secret.encode(errors="replace")
    yield from (quote(encoded), quote(encoded, safe=""), quote_plus(encoded))
    yield from (html.escape(secret), repr(secret)[1:-1])
    yield base64.b64encode(encoded).decode().rstrip("=")
