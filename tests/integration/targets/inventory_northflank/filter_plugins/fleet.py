# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that generate a fleet, and parse the output of ansible-inventory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


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


def without_unsafe(output: str) -> Any:
    """Parse the output of ansible-inventory --list, and remove the __ansible_unsafe markers."""
    return json.loads(output, object_hook=lambda value: value.get("__ansible_unsafe", value))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {each.__name__: each for each in (hostile, with_addons, with_templates, without_unsafe)}
