# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages in the troubleshooting guide exist in the code."""

from __future__ import annotations

import ast
import re

import pytest

from examples.documents import COLLECTION

GUIDE = (COLLECTION / "docs/docsite/rst/troubleshooting.rst").read_text()
ROWS = re.findall(r"^  \* - (``.+)$", GUIDE, re.MULTILINE)

# Placeholders in a message of the guide.
VARIABLE = re.compile(r"\.\.\.|HOST|\d+ \w+|\(.*?\)")


def text_of(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return " ... ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


TEXTS = [text_of(node) for path in COLLECTION.glob("plugins/**/*.py") for node in ast.walk(ast.parse(path.read_text()))]


@pytest.mark.parametrize("message", [message for row in ROWS for message in re.findall("``(.+?)``", row)])
def test_the_code_has_the_message(message: str) -> None:
    parts = [part.strip() for part in VARIABLE.split(message)]
    assert any(parts)
    for part in parts:
        assert any(part in text for text in TEXTS), part


def test_the_guide_has_messages() -> None:
    assert len(ROWS) > 10
