# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task as a module, in a Python of its own.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import select
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption, signals_noted
from ansible_collections.community.northflank.plugins.module_utils._task import Task

_STANDARD_OUTPUT = 1


def run_module(spec: Mapping[str, Any], work: Callable[[Mapping[str, Any], Task], dict[str, Any]]) -> None:
    """Do the work with the options of the module, and exit with its result or its failure.

    spec: the arguments of AnsibleModule.
    """
    module = AnsibleModule(**spec)
    # To hide a blank token would hide every blank.
    module.no_log_values = {secret for secret in module.no_log_values if secret.strip()}
    interruption = Interruption(abandoned=_nobody_listens)
    try:
        with signals_noted(interruption):
            result = work(module.params, Task(module.check_mode, module.warn, interruption=interruption))
    except NorthflankError as error:
        failure = error.to_result()
        if interruption.requested:
            # Ansible may be gone already. The system log is where modules write then.
            lost = {name: failure[name] for name in ("lost_schedules", "addons") if name in failure}
            module.log(f"{failure['msg']} {json.dumps(lost)}")
        module.fail_json(**failure)
    module.exit_json(**result)


def _nobody_listens() -> bool:
    """Tell whether Ansible has closed its end of the pipe or connection that this module's result goes to."""
    poll = select.poll()
    poll.register(_STANDARD_OUTPUT, 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _fd, event in poll.poll(0))
