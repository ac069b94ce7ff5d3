# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin documents the same connection options as the modules."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.community.northflank.plugins.inventory.northflank import DOCUMENTATION
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs

OPTIONS = yaml.safe_load(DOCUMENTATION)["options"]


@pytest.mark.parametrize("name", sorted(argument_specs.connection()))
def test_a_connection_option(name: str) -> None:
    ours, theirs = OPTIONS[name], argument_specs.connection()[name]
    assert ours["type"] == theirs["type"]
    # The default of api_url comes after the environment variables, which are in the argument spec.
    assert ours.get("default") == (None if name == "api_url" else theirs.get("default"))
