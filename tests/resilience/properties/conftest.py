# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of hypothesis.

PROPERTY_CASES=20000 runs this number of cases of all properties instead of 1,000. PROPERTY_SEED=7 runs other cases.
"""

from __future__ import annotations

import os

import hypothesis
import pytest

PROPERTIES = 12
CASES = int(os.environ.get("PROPERTY_CASES", "1000"))

hypothesis.settings.register_profile(
    "properties",
    max_examples=max(1, CASES // PROPERTIES),
    derandomize="PROPERTY_SEED" not in os.environ,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("properties")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Use the seed of PROPERTY_SEED."""
    if "PROPERTY_SEED" in os.environ:
        for item in items:
            if isinstance(item, pytest.Function) and hypothesis.is_hypothesis_test(item.obj):
                hypothesis.seed(int(os.environ["PROPERTY_SEED"]))(item.obj)
