# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals as they are in a terminal."""

from __future__ import annotations

import signal

# A job in the background of a shell begins with SIGINT ignored, and so would all processes that these tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
