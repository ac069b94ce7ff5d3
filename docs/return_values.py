# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the RETURN blocks of the modules from return_values.yml.

``python docs/return_values.py`` rewrites the modules. With ``--check`` it changes nothing, and fails with a diff if a
module is not up to date.
"""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

COLLECTION = Path(__file__).resolve().parents[1]
SOURCE = COLLECTION / "docs" / "return_values.yml"
MODULES = COLLECTION / "plugins" / "modules"

NOTE = "# Generated: edit docs/return_values.yml, then run: nox --session return_docs\n"
BLOCK = re.compile(r'(^# Generated: .*\n)?^RETURN = r"""\n.*?^"""\n', re.DOTALL | re.MULTILINE)

# The fields of a return value, in the order in which they are written.
FIELDS = ("description", "returned", "type", "elements", "contains", "sample")

LINE_LENGTH = 120


def main() -> None:
    documented = return_values()
    modules = {path.stem: path for path in MODULES.glob("*.py")}
    if documented.keys() != modules.keys():
        sys.exit(f"{SOURCE} and {MODULES} differ in: {', '.join(sorted(documented.keys() ^ modules.keys()))}")
    is_current = True
    for name, path in modules.items():
        before = path.read_text()
        after = with_return_block(before, return_block(documented[name]))
        if "--check" not in sys.argv:
            path.write_text(after)
        elif before != after:
            is_current = False
            relative = str(path.relative_to(COLLECTION))
            sys.stderr.writelines(
                difflib.unified_diff(
                    before.splitlines(True), after.splitlines(True), relative, f"{relative} (expected)"
                )
            )
    if not is_current:
        sys.exit("The RETURN blocks are not up to date. Run: nox --session return_docs")


def return_values() -> dict[str, Any]:
    """Return the return values of each module."""
    source = yaml.safe_load(SOURCE.read_text())
    volumes = source["volume_modules"]
    of_volumes = {module: reworded(source["modules"][like], volumes) for module, like in volumes["like"].items()}
    return {**source["modules"], **of_volumes}


def reworded(value: Any, rules: Mapping[str, Any]) -> Any:
    """Return a value in other words.

    rules: words are replaced in all texts and keys, the longest first; instead has pairs of values, the second of which
    replaces the first; without removes keys.
    """
    for old, new in rules["instead"]:
        if value == old:
            return new
    words = rules["words"]
    if isinstance(value, str):
        pattern = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))
        return re.sub(pattern, lambda match: words[match[0]], value)
    if isinstance(value, Mapping):
        return {
            reworded(name, rules): reworded(each, rules) for name, each in value.items() if name not in rules["without"]
        }
    return [reworded(each, rules) for each in value] if isinstance(value, list) else value


def with_return_block(module: str, block: str) -> str:
    """Return the text of a module with another RETURN block."""
    after, count = BLOCK.subn(lambda _match: f'{NOTE}RETURN = r"""\n{block}"""\n', module)
    if count != 1:
        sys.exit(f'Expected one RETURN = r""" in a module, found {count}:\n{module:.200}')
    return after


def return_block(values: Mapping[str, Any]) -> str:
    """Return the YAML that documents return values."""
    block = "".join(f"{line}\n" for line in value_lines(values, ""))
    assert yaml.safe_load(block) == values, f"This YAML differs from its source:\n{block}"
    return block


def value_lines(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield the lines that document return values."""
    for name, fields in values.items():
        yield f"{indent}{name}:"
        for field in sorted(fields, key=FIELDS.index):
            yield from field_lines(field, fields[field], f"{indent}  ")


def field_lines(field: str, content: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a field of a return value."""
    if field == "contains":
        yield f"{indent}{field}:"
        yield from value_lines(content, f"{indent}  ")
    elif field == "description" and isinstance(content, list):
        yield f"{indent}{field}:"
        for paragraph in content:
            yield from text_lines("-", paragraph, f"{indent}  ")
    elif field == "description":
        yield from text_lines(f"{field}:", content, indent)
    else:
        first, *more = flow_lines(content, LINE_LENGTH - len(indent) - len("sample: "))
        yield f"{indent}{field}: {first}"
        yield from (f"{indent}  {line.strip()}" for line in more)


def flow_lines(content: Any, length: int) -> list[str]:
    """Return the lines of a value in the flow style, none longer than length unless a single item is."""
    lines: list[str] = []
    # yaml exceeds the width that it is given, by up to one item.
    for width in range(length - 20, length // 2, -10):
        text = yaml.safe_dump(content, default_flow_style=True, sort_keys=False, allow_unicode=True, width=width)
        lines = text.removesuffix("...\n").splitlines()
        if max(map(len, lines)) <= length:
            break
    return lines


def text_lines(key: str, text: str, indent: str) -> Iterator[str]:
    """Yield the lines of a text: one if it fits, otherwise a folded block."""
    scalar = yaml.safe_dump(text, allow_unicode=True, width=sys.maxsize).removesuffix("...\n").rstrip("\n")
    line = f"{indent}{key} {scalar}"
    if len(line) <= LINE_LENGTH:
        yield line
    else:
        yield f"{indent}{key} >-"
        yield from textwrap.wrap(
            text,
            LINE_LENGTH,
            initial_indent=f"{indent}  ",
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


if __name__ == "__main__":
    main()
