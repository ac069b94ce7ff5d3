# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read files of JSON that may be damaged or hostile. No HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from collections.abc import Iterable
from typing import Any, NoReturn

# How deep values may be nested. Templates of ansible-core fail at a few hundred levels; a report has less than ten.
_MAX_DEPTH = 50


class Unusable(Exception):
    """A file cannot be used. The message completes a sentence that begins with the name of the file."""


def read_json(path: str, max_size: int) -> Any:
    """Return the value in a regular file of JSON in UTF-8. max_size: of the file, in bytes.

    Raises Unusable if its content is anything else, nested too deeply, has a number that is not finite, or an object in
    which a name occurs twice, and FileNotFoundError.
    """
    try:
        value = json.loads(
            _content(path, max_size).decode(),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_without_duplicates,
        )
    except (RecursionError, ValueError):
        raise Unusable("is not valid JSON") from None
    if _is_deeper(value, _MAX_DEPTH):
        raise Unusable(f"has more than {_MAX_DEPTH} levels")
    return value


def _content(path: str, max_size: int) -> bytes:
    try:
        with open(path, "rb", opener=_open) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unusable("is not a regular file")
            content: bytes = file.read(max_size + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = "is a symbolic link" if error.errno == errno.ELOOP else f"cannot be read: {error.strerror}"
        raise Unusable(what) from None
    if len(content) > max_size:
        raise Unusable(f"is larger than {max_size} bytes")
    return content


def _open(path: str, flags: int) -> int:
    """Open a file, but neither follow a symbolic link nor wait for the other end of a named pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    """Return a number. One such as 1e999 is infinite in Python."""
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _is_deeper(value: Any, depth: int) -> bool:
    """Return whether lists and objects are nested in more than this many levels."""
    level = [value]
    for _level in range(depth + 1):
        level = [each for outer in level if isinstance(outer, (dict, list)) for each in _inner(outer)]
        if not level:
            return False
    return True


def _inner(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name occurs twice")
    return values
