# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that make a big fleet, and read what ansible-inventory tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def with_addons(projects: int, addons: int) -> dict[str, Any]:
    """Make a fleet of so many projects, with so many addons each."""
    return {
        "projects": [
            {"id": f"project-{project}", "addons": [{"id": f"addon-{addon}"} for addon in range(1, addons + 1)]}
            for project in range(1, projects + 1)
        ]
    }


def hostile(fleet: Any) -> Any:
    """Put a template that leaves a trace when it runs in the place of HOSTILE."""
    trace = json.dumps("<< lookup('ansible.builtin.pipe', 'touch /tmp/northflank-was-here') >>")[1:-1]
    return with_templates(json.loads(json.dumps(fleet).replace("HOSTILE", trace)))


def with_templates(options: Any) -> Any:
    """Put braces in the place of << and >>: ansible-core 2.16 would run a template that a test only hands on."""
    return json.loads(json.dumps(options).replace("<<", "{" + "{").replace(">>", "}" + "}"))


def without_marks(listed: str) -> Any:
    """Read what ansible-inventory --list gives, without the marks that it puts to text that is no template."""
    return json.loads(listed, object_hook=lambda found: found.get("__ansible_unsafe", found))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {each.__name__: each for each in (hostile, with_addons, with_templates, without_marks)}
