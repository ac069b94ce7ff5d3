# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of all unit tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# The duration of an example depends on the load of the machine.
# Mutation testing runs each test many times in one process.
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile("unit", deadline=None, suppress_health_check=SUPPRESSED)
settings.load_profile("unit")


def pytest_configure(config: pytest.Config) -> None:
    """Turn deprecation warnings in the code of the collection into errors."""
    package = r"ansible_collections\.community\.northflank"
    for kind in ("DeprecationWarning", "PendingDeprecationWarning"):
        config.addinivalue_line("filterwarnings", f"error::{kind}:{package}")
