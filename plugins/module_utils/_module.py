# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a task as a module, in a Python process of its own.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
import select
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._errors import NorthflankError
from ._interruption import Interruption, signals_as_interruption
from ._tasks.context import Context

_STANDARD_OUTPUT = 1

# The parts of a result that report what was done, lost, or continues in Northflank. None of them contains secrets.
_LOGGED = ("lost_schedules", "addons", "volumes", "restore", "fork", "backup")


class Module(AnsibleModule):
    """A module whose failure because of invalid options does not contain them.

    ansible-core shows them from -vvv on, but does not know all secrets among them: if a value has the wrong type, if
    the name of a secret suboption is misspelled, or if a secret is in the wrong option.
    """

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        if self.validation_result.error_messages or "validation_errors" in kwargs:
            kwargs["invocation"] = {"module_args": {}}
        super().fail_json(msg, **kwargs)


def run_module(argument_spec: Mapping[str, Any], run: Callable[[Mapping[str, Any], Context], dict[str, Any]]) -> None:
    """Run a task with the options of the module, and exit with its result or its failure."""
    module = Module(argument_spec=argument_spec, supports_check_mode=True)
    # Masking a blank token would mask every blank.
    module.no_log_values = {secret for secret in module.no_log_values if secret.strip()}
    interruption = Interruption(is_abandoned=_is_abandoned)
    # Until the result is written: a signal must not truncate it.
    with signals_as_interruption(interruption):
        try:
            context = Context(module.check_mode, module.warn, interruption=interruption, no_log=module.no_log)
            module.exit_json(**run(module.params, context))
        except NorthflankError as error:
            failure = error.to_result()
            if interruption.requested:
                # Ansible may be gone already. Modules then write to the system log.
                report = {name: failure[name] for name in _LOGGED if name in failure}
                module.log(f"{failure['msg']} {json.dumps(report)}")
            module.fail_json(**failure)
        finally:
            sys.stdout.flush()


def _is_abandoned() -> bool:
    """Return whether Ansible has closed its end of the pipe or connection that reads this module's result."""
    poll = select.poll()
    poll.register(_STANDARD_OUTPUT, 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _fd, event in poll.poll(0))
