# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run what a module does inside the worker of ansible-core, where the task runs on this machine anyway.

A module that is sent the usual way (zipped, copied, run in a Python of its own) costs about a third of a second a host;
the same function called here costs a tenth of that. The result is the same.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._task import Task
from ansible_collections.community.northflank.plugins.plugin_utils._once_a_run import once_a_run
from ansible_collections.community.northflank.plugins.plugin_utils._supervision import supervise_module, supervise_work

# It does from 2.22 on, and has remove_values() warn.
_CORE_MASKS_SECRETS = find_spec("ansible.module_utils.secrets") is not None

Work = Callable[[Mapping[str, Any], Task], dict[str, Any]]


class InProcess(ActionBase):
    """An action plugin that does what the module of its name does.

    A subclass names the module's function (work) and makes a validator of its argument spec: once, since that takes
    milliseconds, which the forks then need not spend.
    """

    _requires_connection = True
    _supports_check_mode = True
    _supports_async = True

    validator: ArgumentSpecValidator
    work: Work

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        if not self._may_run_here(variables):
            return {**result, **self._run_module(variables)}
        with self._environment():
            return {**result, **self._run_here(variables)}

    def _may_run_here(self, variables: Mapping[str, Any]) -> bool:
        """Tell whether the task runs on this machine, as this user, and is waited for."""
        wanted = boolean(self._templar.template(variables.get("northflank_in_process", True)))
        is_local = self._connection.transport == "local" and self._connection.become is None
        return wanted and is_local and not self._task.async_val

    def _run_module(self, variables: dict[str, Any]) -> dict[str, Any]:
        in_background = bool(self._task.async_val) and not self._connection.has_native_async

        def execute() -> dict[str, Any]:
            result: dict[str, Any] = self._execute_module(task_vars=variables, wrap_async=in_background)
            return result

        if in_background:
            return execute()
        result = supervise_module(execute, variables.get("inventory_hostname"))
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _run_here(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Do what AnsibleModule does around the work: validate, fail or exit, and keep secrets out of the result."""
        # A validator of 2.16 that meets a vaulted value gives up before it knows the secrets: hand it plain values.
        validated = self.validator.validate(_plain(self._task.args))
        # The words of AnsibleModule.
        warnings = [
            "Both option {option} and its alias {alias} are set.".format(**each) for each in validated._warnings
        ]
        # To hide a blank token would hide every blank.
        secrets = {secret for secret in validated._no_log_values if secret.strip()}
        if validated.error_messages:
            result = {"failed": True, "msg": self._problem(validated.errors)}
        else:
            result = self._do(validated.validated_parameters, warnings, variables)
        told = _hidden(result, secrets)
        # Scrubbing turns no flag into text, however short a secret is.
        told.update({name: value for name, value in result.items() if value is None or isinstance(value, bool)})
        return {**told, "warnings": _hidden(warnings, secrets)} if warnings else told

    def _do(self, params: Mapping[str, Any], warnings: list[str], variables: Mapping[str, Any]) -> dict[str, Any]:
        one_at_a_time = threading.Lock()
        host = variables.get("inventory_hostname")

        def show(text: str) -> None:
            with one_at_a_time:
                Display().display(f"[{host}] {text}")

        def say(text: str) -> None:
            # At once, for it may be a wait of an hour; and with the result, as a module does it.
            show(text)
            warnings.append(text)

        def work(interruption: Interruption) -> dict[str, Any]:
            try:
                return type(self).work(params, Task(self._task.check_mode, say, show, once_a_run, interruption))
            except NorthflankError as error:
                return {**error.to_result(), "failed": True}

        return supervise_work(work, host)

    def _problem(self, errors: Any) -> str:
        if not isinstance(errors[0], UnsupportedError):
            return str(errors.msg)
        # AnsibleModule puts its name before these words.
        return f"Unsupported parameters for ({self._task.resolved_action or self._task.action}) module: {errors.msg}"

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """Let the task's environment count, as it does for a module, while the block runs."""
        wanted: dict[str, str] = {}
        for each in self._task.environment or ():
            wanted.update({name: str(value) for name, value in (self._templar.template(each) or {}).items()})
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _hidden(value: Any, secrets: set[str]) -> Any:
    """Take secrets out of a value, where ansible-core does not mask by itself what a validator found to be secret."""
    return value if _CORE_MASKS_SECRETS else remove_values(value, secrets)


def _plain(value: Any) -> Any:
    """Turn what ansible-core marks (unsafe, vaulted, tagged) into plain Python, as a module gets it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)
