# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that generate a fleet, write inventories, and parse the output of ansible-inventory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml


def with_addons(projects: int, addons: int) -> dict[str, Any]:
    """Return a fleet with a number of projects, and of addons in each project."""
    return {
        "projects": [
            {"id": f"project-{project}", "addons": [{"id": f"addon-{addon}"} for addon in range(1, addons + 1)]}
            for project in range(1, projects + 1)
        ]
    }


def hostile(fleet: Any) -> Any:
    """Replace HOSTILE by a template that creates a file when it is evaluated."""
    trace = json.dumps("<< lookup('ansible.builtin.pipe', 'touch /tmp/northflank-was-here') >>")[1:-1]
    return with_templates(json.loads(json.dumps(fleet).replace("HOSTILE", trace)))


def with_templates(options: Any) -> Any:
    """Replace << and >> by braces, because ansible-core 2.16 would evaluate the templates of the test itself."""
    return json.loads(json.dumps(options).replace("<<", "{" + "{").replace(">>", "}" + "}"))


def write_inventories(case: Mapping[str, Any], folder: str) -> str:
    """Write the inventory sources of a case to a folder, and return the options of ansible-inventory that select them.

    A filter takes milliseconds, the module copy a second.
    """
    options = {"plugin": "community.northflank.northflank", **with_templates(case.get("options", {}))}
    contents = {
        "before": case.get("before"),
        f"{case.get('file', 'any')}.northflank.yml": yaml.safe_dump(options),
        "after": case.get("after"),
    }
    sources = [(Path(folder, name), content) for name, content in contents.items() if content is not None]
    for path, content in sources:
        path.write_text(content, encoding="utf-8")
    return " ".join(f"--inventory {path}" for path, _content in sources)


def without_unsafe(output: str) -> Any:
    """Parse the output of ansible-inventory --list, and remove the __ansible_unsafe markers."""
    return json.loads(output, object_hook=lambda value: value.get("__ansible_unsafe", value))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {each.__name__: each for each in (hostile, with_addons, without_unsafe, write_inventories)}
