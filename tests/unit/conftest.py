# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that run tests are shared and slow at times: how long an example takes says nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Mutation testing runs each test many times in one process.
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile("patient", deadline=None, suppress_health_check=SUPPRESSED)
settings.load_profile("patient")
