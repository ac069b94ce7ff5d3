# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drills
short_description: Read the evidence of restore drills
version_added: 0.1.0
description:
  - Reads a directory with the evidence that the role P(community.northflank.restore_drill#role) writes, and returns the
    state of each addon that has evidence, as the role P(community.northflank.backup_report#role) reports it.
  - The evidence of a drill is a JSON file with the name C(PROJECT.ADDON.RUN_ID.json), such as
    C(shop.orders-db.drill-20261127T203131Z-1a2b3c4d.json). Files with other names are ignored.
  - Only the newest files are read, up to the newest verified drill of each addon, and those of runs that began less
    than a day before the newest one. Symbolic links are not followed.
author:
  - The community.northflank authors (@ansible-collections)
options:
  _terms:
    description:
      - The path of the directory, on the control node. A relative path is relative to the current directory.
      - A directory that does not exist or cannot be read is an error.
    type: list
    elements: path
    required: true
seealso:
  - plugin: community.northflank.backup_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Fail if no restore of the addon has been verified
  ansible.builtin.assert:
    that: (drills['shop/orders-db'] | default({})).status | default('never') == 'verified'
  vars:
    drills: "{{ lookup('community.northflank.restore_drills', 'evidence') }}"
"""

RETURN = r"""
_raw:
  description: The restore drills of each addon, by the IDs of its project and of the addon, such as V(shop/orders-db).
  type: list
  elements: dict
  contains:
    status:
      description:
        - The status of the newest drill, which is the one that was completed last. V(verified) if the backup was
          restored and passed the checks, V(restored) if it was restored and not checked, and V(failed) if the restore
          or a check failed.
        - V(unknown) if the newest file cannot be read, is malformed, does not match its name, or has a time in the
          future.
      type: str
    verified_at:
      description: When the newest verified drill was completed, in UTC. V(null) if there is none.
      type: str
    seconds:
      description: How many seconds the restore of that drill took. V(null) if it is not known.
      type: int
    last:
      description:
        - The newest drill, with its C(run_id) and C(completed_at), the verdicts C(restored) (V(passed) or V(failed))
          and C(verified) (V(passed), V(failed) or V(skipped)), and the C(reason) for its status.
        - If the status is V(unknown), only C(run_id) and C(reason) are not V(null).
      type: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.path import unfrackpath
from ansible_collections.community.northflank.plugins.module_utils._model.times import utc_now
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import read_drills


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        # An empty path and null are errors, not the current directory.
        return [_drills(unfrackpath(term) if term else "") for term in terms]


def _drills(directory: str) -> dict[str, Any]:
    try:
        return read_drills(directory, utc_now())
    except OSError as error:
        # ansible-core appends the message of a cause.
        raise AnsibleLookupError(
            f"The directory with the evidence of restore drills, '{directory}', cannot be read: {error.strerror}."
            " Create the directory, or correct its path."
        ) from None
