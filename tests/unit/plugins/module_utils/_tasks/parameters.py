# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of tasks, as ansible-core validates them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator


def params_of(task: ModuleType, **options: Any) -> dict[str, Any]:
    """Return the options of a task, validated and with defaults."""
    project = {"project_id": "shop"} if "project_id" in task.ARGUMENT_SPEC else {}
    given = {"api_token": "a-token-of-a-test", **project, **options}
    validated = ArgumentSpecValidator(task.ARGUMENT_SPEC).validate(given)
    assert not validated.error_messages
    return validated.validated_parameters
