# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules support. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    # For the modules that write.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: >-
      Predicts the very result of the real run, less RV(ignore:id), RV(ignore:created_at), RV(ignore:updated_at) and the
      number of requests, and sends only C(GET) requests.
  diff_mode:
    support: full
    description: Always returns the schedules of each changed addon as they were and as they are.
  idempotent:
    support: full
    description: A second run with the same options changes nothing, and sends one C(GET) request for each addon.
"""

    # For the modules that only read.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: The module only reads, so check mode makes no difference.
  diff_mode:
    support: N/A
    description: The module changes nothing.
  idempotent:
    support: full
    description: The module changes nothing.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/community.northflank.all) in C(module_defaults) to set options of all modules at once.
    support: full
    membership:
      - community.northflank.all
"""
