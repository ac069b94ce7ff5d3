# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of the API, one file per kind of object.

All of them are coroutines, although none of them awaits anything: FastAPI would run plain functions in threads.
"""
