# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of the collection.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

# A test keeps it equal to the version in galaxy.yml.
VERSION = "0.1.0"
