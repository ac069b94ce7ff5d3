# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say why a task failed, in one line that a person understands. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.plugin_utils._report_values import is_list, to_json_value, to_text

# In characters. A reason is read in a terminal, in a report and in an e-mail.
_MAX_REASON = 600

# What a credential must have, to be masked wherever it occurs. Shorter ones are ports, and names such as db.
_MIN_SECRET = 4


def failure_reason(task: Any, result: Any, secrets: Secrets) -> str:
    """Return the name of the task that failed, and its message.

    task: the name. result: what the task returned; anything but a dictionary if Ansible recorded no result.
    """
    name = to_text(task).strip() if task else ""
    message = _message(result) if isinstance(result, Mapping) else ""
    text = ": ".join(filter(None, [name, message])) or "Ansible could not run the tasks, see its error message"
    # A text is scrubbed before it is cut: part of a secret would remain.
    return printable(secrets.scrub(text), _MAX_REASON)


def secrets_of(credentials: Any) -> Secrets:
    """Return all texts in credentials, of any shape, as secrets."""
    return Secrets(each for each in _texts(credentials) if len(each) >= _MIN_SECRET)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if is_list(value):
        return [text for each in value for text in _texts(each)]
    return [] if value is None or isinstance(value, bool) else [to_text(value)]


def _message(result: Mapping[str, Any]) -> str:
    """Return the message of a result, of the first item that failed if the task has a loop, and the error output."""
    items = result.get("results")
    if is_list(items):
        failed = [each for each in items if isinstance(each, Mapping) and each.get("failed")]
        if failed:
            return _message(failed[0])
    message = _text(result.get("msg")) or _text(result.get("reason"))
    # What a command wrote, or the condition that an assertion without a message of its own names.
    details = _text(result.get("stderr")) or _text(result.get("stdout")) if "rc" in result else ""
    details = details or (_text(result["assertion"]) if "assertion" in result else "")
    code = f" (exit code {result['rc']})" if isinstance(result.get("rc"), int) else ""
    return f"{message}{code}" + (f": {details}" if details and details not in message else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(to_json_value(value))
