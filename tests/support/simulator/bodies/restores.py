# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of restores."""

from __future__ import annotations

from simulator.bodies.common import Body


class RestoreAbort(Body):
    restoreId: str
