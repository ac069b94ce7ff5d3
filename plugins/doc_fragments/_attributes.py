# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    # Modules that write.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: >-
      Sends only C(GET) requests. Returns what a real run would return, except for RV(ignore:id),
      RV(ignore:created_at), RV(ignore:updated_at), RV(ignore:requests) and RV(ignore:rate_limit). It cannot predict
      what only the API checks, such as an unknown backup destination.
  diff_mode:
    support: full
    description: Returns all schedules of each changed addon or volume, before and after the task.
  idempotent:
    support: full
    description: A second run with the same options changes nothing. It sends one C(GET) request per addon or volume.
"""

    # Modules that take backups.
    ON_DEMAND_BACKUP = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: >-
      Sends only C(GET) requests, and does not wait. Returns what a real run would return, except for what only the
      API knows of a new backup, such as its ID. It cannot predict what only the API checks, such as an unknown backup
      destination, nor whether a backup will succeed.
  diff_mode:
    support: full
    description: Returns the options of a new backup, a deleted backup, or the changed status of a backup.
  idempotent:
    support: partial
    description: >-
      A backup is taken once per O(name), or once per O(max_age). Without these, each run takes another one.
"""

    # The module that restores backups.
    RESTORE = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: >-
      Sends only C(GET) requests, and does not wait. Returns what a real run would return, except for what only the
      API knows of a new restore, such as its ID. It cannot predict whether a restore will succeed.
  diff_mode:
    support: full
    description: Returns the backup that was restored last, before and after the task.
  idempotent:
    support: partial
    description: With O(once=true), a backup is not restored again. Without it, each run restores the backup.
"""

    # The module that creates addons from backups.
    FORK = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: >-
      Sends only C(GET) requests, and does not wait. Returns what a real run would return, except for the times and for
      what only the API knows, such as an ID that differs from the expected one. It cannot predict what only the API
      checks, such as an unknown plan, nor whether the fork will run.
  diff_mode:
    support: full
    description: Returns the settings of a new fork, or the deleted fork.
  idempotent:
    support: full
    description: A second run with the same name, source and run changes nothing.
"""

    # Modules that only read.
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

    # All modules.
    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/community.northflank.all) in C(module_defaults) to set options of all modules at once.
    support: full
    membership:
      - community.northflank.all
"""
