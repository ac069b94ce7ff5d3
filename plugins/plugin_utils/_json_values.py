# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert values to what JSON in UTF-8 can contain. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

# Half of a character, which an escape in JSON or YAML can create. A file in UTF-8 cannot contain it.
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_text(value: Any) -> str:
    """Return a value as text that can be encoded in UTF-8."""
    return _SURROGATE.sub("\ufffd", str(value))


def to_json_value(value: Any) -> Any:
    """Return a value without what JSON in UTF-8 cannot contain: surrogates, NaN, infinity."""
    if isinstance(value, str):
        return to_text(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {to_text(name): to_json_value(each) for name, each in value.items()}
    if is_list(value):
        return [to_json_value(each) for each in value]
    return to_text(value)


def is_list(value: Any) -> bool:
    """Return whether a value is a list, in JSON: Ansible has several types for them."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
