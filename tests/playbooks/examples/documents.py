# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the examples in the documentation: in Markdown, in reStructuredText, and in plugins."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from antsibull_docutils.rst_code_finder import find_code_blocks
from markdown_it import MarkdownIt

COLLECTION = Path(__file__).parents[3]

DOCUMENTS = [
    COLLECTION / "README.md",
    *sorted(COLLECTION.glob("roles/*/README.md")),
    *sorted(COLLECTION.glob("docs/docsite/rst/*.rst")),
    *(path for path in sorted(COLLECTION.glob("plugins/*/*.py")) if "\nEXAMPLES = " in path.read_text()),
]

# The first line of an example that is the content of a file.
_FILE_NAME = re.compile(r"# ([\w./-]+\.yml)\n")


@dataclass(frozen=True)
class Example:
    """An example. line: in its document. language: of the code block."""

    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The name of the file with this content, None if it is not a file."""
        name = _FILE_NAME.match(self.text)
        return name[1] if name else None

    @property
    def data(self) -> Any:
        return yaml.safe_load(self.text)


def examples_of(document: Path) -> list[Example]:
    """Return the examples of a document, in order."""
    text = document.read_text()
    if document.suffix == ".py":
        return [Example(line, "yaml", example) for line, example in _constants(text)]
    if document.suffix == ".md":
        fences = (token for token in MarkdownIt().parse(text) if token.type in ("fence", "code_block"))
        return [Example((each.map or [0])[0] + 1, each.info, each.content) for each in fences]
    blocks = find_code_blocks(text, path=document)
    return [Example(each.row_offset + 1, each.language or "", each.content) for each in blocks]


def _constants(text: str) -> list[tuple[int, str]]:
    assigned = (node for node in ast.parse(text).body if isinstance(node, ast.Assign))
    return [
        (node.lineno, node.value.value)
        for node in assigned
        if getattr(node.targets[0], "id", "") == "EXAMPLES" and isinstance(node.value, ast.Constant)
    ]
