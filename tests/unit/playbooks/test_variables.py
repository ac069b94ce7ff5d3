# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of playbooks have a prefix: extra variables of the same name would take precedence over them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
FILES = sorted([*PLAYBOOKS.glob("*.yml"), *PLAYBOOKS.glob("tasks/*.yml")])

# What users know: options of ansible-core, of the connection plugin and of the roles, and the policies of a playbook.
PUBLIC = ("ansible_", "northflank_", "backup_schedules_", "fleet_policies")


def variables_of(content: Any) -> Iterator[str]:
    """Yield the variables that plays and tasks set: vars, facts and registered results."""
    if isinstance(content, list):
        for each in content:
            yield from variables_of(each)
    elif isinstance(content, dict):
        for keyword in ("vars", "ansible.builtin.set_fact"):
            yield from content.get(keyword, ())
        if "register" in content:
            yield content["register"]
        for value in content.values():
            yield from variables_of(value)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_names_of_variables_begin_with_that_of_the_playbook(file: Path) -> None:
    # The tasks that several playbooks import have the prefix of the collection.
    prefix = "northflank" if file.parent.name == "tasks" else file.stem
    names = set(variables_of(yaml.safe_load(file.read_text())))
    assert [name for name in sorted(names) if not name.startswith((f"__{prefix}_", f"{prefix}_", *PUBLIC))] == []
