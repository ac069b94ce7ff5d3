# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module's task inside the worker of ansible-core, if the module would run on this machine anyway.

A module that is zipped, copied and run in a Python process of its own spends most of the time on this, on every host
(docs/performance/results.md has figures). The result is the same.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible import constants
from ansible import context as cli_context
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.community.northflank.plugins.module_utils._errors import NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks.argument_specs import type_errors
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.plugins.plugin_utils._masking import masked
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain
from ansible_collections.community.northflank.plugins.plugin_utils._rate_limit_window import RateLimitWindow
from ansible_collections.community.northflank.plugins.plugin_utils._role_variables import (
    ROLES,
    variable_errors,
    variables_hint,
)
from ansible_collections.community.northflank.plugins.plugin_utils._run_cache import cached_per_run
from ansible_collections.community.northflank.plugins.plugin_utils._supervision import supervise_module, supervise_work

RunTask = Callable[[Mapping[str, Any], Context], dict[str, Any]]


class InProcessAction(ActionBase):
    """An action plugin that runs the task of the module of the same name.

    A subclass has the run() of the task, and a validator of its argument spec. Creating a validator takes milliseconds,
    so it is created once, with the class, and the forks inherit it.

    requires_no_log: whether the task fails before the first request unless it has no_log.
    """

    _requires_connection = True
    _supports_check_mode = True
    _supports_async = True

    validator: ArgumentSpecValidator
    run_task: RunTask
    requires_no_log = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        role = self._task._role.get_name() if self._task._role else None
        # The checks of a drill may set any variable. The fork must be deleted nevertheless.
        is_deletion = self._task.args.get("state") == "absent"
        errors = variable_errors(task_vars) if role in ROLES and not is_deletion else ()
        if errors:
            return {**result, "failed": True, "msg": "; ".join(errors), "validation_errors": errors}
        result.update(self._run(task_vars))
        if role in ROLES and result.get("validation_errors"):
            hint = variables_hint(role, result["validation_errors"])
            result["msg"] = f"{result['msg']}. {hint}"
        return result

    def _run(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        if not self._may_run_in_process(task_vars):
            return self._run_module(task_vars)
        with self._environment():
            return self._run_in_process(task_vars)

    def _may_run_in_process(self, task_vars: Mapping[str, Any]) -> bool:
        """Return whether the module would run on this machine, as this user, and in the foreground, or fail at once."""
        if self.requires_no_log and not self._task.no_log:
            # With Ansible's setting no_target_syslog, a module believes that every task has no_log.
            return True
        is_allowed = boolean(self._templar.template(task_vars.get("northflank_in_process", True)))
        is_local = self._connection.transport == "local" and self._connection.become is None
        return is_allowed and is_local and not self._task.async_val

    def _run_module(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        in_background = bool(self._task.async_val) and not self._connection.has_native_async

        def execute() -> dict[str, Any]:
            result: dict[str, Any] = self._execute_module(task_vars=task_vars, wrap_async=in_background)
            return result

        if in_background:
            return execute()
        result = supervise_module(execute, task_vars.get("inventory_hostname"))
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _run_in_process(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Do what AnsibleModule does: validate the options, run the task, and remove secrets from the result."""
        # On 2.16, a vaulted value ends the validation before it has collected the secrets: pass plain values.
        arguments = plain(self._task.args)
        errors = type_errors(self.validator.argument_spec, arguments)
        if errors:
            return {"failed": True, "msg": "; ".join(errors)}
        validated = self.validator.validate(arguments)
        # As AnsibleModule words it.
        warnings = [
            "Both option {option} and its alias {alias} are set.".format(**each) for each in validated._warnings
        ]
        # Masking a blank token would mask every blank.
        secrets = {secret for secret in validated._no_log_values if secret.strip()}
        if validated.error_messages:
            result = {"failed": True, "msg": self._validation_message(validated.errors)}
        else:
            result = self._run_task(validated.validated_parameters, warnings, task_vars)
        shown: dict[str, Any] = masked(result, secrets)
        # However short a secret is, masking must not turn a flag into text.
        shown.update({name: value for name, value in result.items() if value is None or isinstance(value, bool)})
        return {**shown, "warnings": masked(warnings, secrets)} if warnings else shown

    def _run_task(self, params: Mapping[str, Any], warnings: list[str], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        lock = threading.Lock()
        host = task_vars.get("inventory_hostname")

        def show(text: str) -> None:
            with lock:
                Display().display(f"[{host}] {text}")

        def warn(text: str) -> None:
            # At once, because it may announce a wait of an hour, and in the result, as a module does. ansible-core
            # prints a warning only once.
            with lock:
                Display().warning(text)
            warnings.append(text)

        def run(interruption: Interruption) -> dict[str, Any]:
            context = Context(
                self._task.check_mode,
                warn,
                show,
                cached_per_run,
                RateLimitWindow,
                tasks_in_parallel(self._task, task_vars),
                interruption,
                no_log=bool(self._task.no_log),
            )
            try:
                return type(self).run_task(params, context)
            except NorthflankError as error:
                return {**error.to_result(), "failed": True}

        return supervise_work(run, host)

    def _validation_message(self, errors: Any) -> str:
        if not isinstance(errors[0], UnsupportedError):
            return str(errors.msg)
        # AnsibleModule prepends the name of the module.
        return f"Unsupported parameters for ({self._task.resolved_action or self._task.action}) module: {errors.msg}"

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """Apply the task's environment, as a module gets it, while the block runs."""
        environment: dict[str, str] = {}
        for each in self._task.environment or ():
            environment.update({name: str(value) for name, value in (self._templar.template(each) or {}).items()})
        before = {name: os.environ.get(name) for name in environment}
        try:
            os.environ.update(environment)
        except ValueError as error:
            raise AnsibleActionFail(f"environment: has an invalid name or value: {error}") from error
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def tasks_in_parallel(task: Any, task_vars: Mapping[str, Any]) -> int:
    """Return how many hosts may run a task at the same time."""
    hosts = 1 if task.run_once else len(task_vars.get("ansible_play_batch") or (None,))
    return max(1, min(hosts, int(cli_context.CLIARGS.get("forks") or constants.DEFAULT_FORKS)))
