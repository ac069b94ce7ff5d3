# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all unit tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Machines that run tests are shared and slow at times: how long an example takes says nothing.
# Mutation testing runs each test many times in one process.
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile("patient", deadline=None, suppress_health_check=SUPPRESSED)
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Let nothing pass that Python or a library says will go away, where it is our code that uses it."""
    ours = r"ansible_collections\.community\.northflank"
    for kind in ("DeprecationWarning", "PendingDeprecationWarning"):
        config.addinivalue_line("filterwarnings", f"error::{kind}:{ours}")
