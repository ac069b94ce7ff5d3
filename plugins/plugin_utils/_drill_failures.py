# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe why a task of a restore drill failed, in one line for a person. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets
from ansible_collections.community.northflank.plugins.module_utils._model.text import printable
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import is_list, to_json_value, to_text

# In characters. A reason is read in a terminal, in a report and in an e-mail.
_MAX_REASON = 600

_UNKNOWN = "Ansible could not run the tasks; see its error message"

# In characters, what a secret must have to be masked. API tokens have more, too. Shorter values, such as the name of a
# database, would damage other words.
_MIN_SECRET = 8


def failure_reason(task: Any, result: Any, secrets: Secrets, reveal: bool = True) -> str:
    """Return the name of the task that failed, and its message.

    task: what Ansible recorded of the task. result: what it returned. Both are empty if Ansible could not run it.
    secrets: what to mask. reveal: whether to return the message of a task with no_log.
    """
    recorded = task if isinstance(task, Mapping) else {}
    message = _message(result) if isinstance(result, Mapping) else ""
    if recorded.get("no_log") and not reveal:
        message = "the message is hidden, because the task has no_log: true"
    # A task without a name is known by its action. Up to ansible-core 2.18, a message alone, such as None, would be
    # turned into another value.
    name = _text(recorded.get("name")) or _text(recorded.get("action"))
    text = ": ".join(filter(None, [name, message])) or _UNKNOWN
    # A text is scrubbed before it is cut: part of a secret would remain.
    # Without a reason, a failure would look like a success: the text may consist of characters that are not printable.
    return printable(secrets.scrub(text), _MAX_REASON) or _UNKNOWN


def secrets_of(credentials: Any) -> Secrets:
    """Return the secrets in the credentials of an addon, which the API separates from other values."""
    secrets = credentials.get("secrets") if isinstance(credentials, Mapping) else None
    return Secrets(each for each in _texts(secrets) if len(each) >= _MIN_SECRET)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if is_list(value):
        return [text for each in value for text in _texts(each)]
    return [] if value is None or isinstance(value, bool) else [to_text(value)]


def _message(result: Mapping[str, Any]) -> str:
    """Return the message of a result, of the first item that failed if the task has a loop, and the error output."""
    items = result.get("results")
    listed = items if is_list(items) else []
    failed = [each for each in listed or () if isinstance(each, Mapping) and each.get("failed")]
    if failed:
        return _message(failed[0])
    message = _text(result.get("msg")) or _text(result.get("reason"))
    # What addon_fork advises to do with a fork does not apply: a drill deletes it.
    message = message.removesuffix(_text(result.get("hint"))).rstrip()
    # What a command wrote, or the condition of an assertion without a message of its own.
    details = _text(result.get("stderr")) or _text(result.get("stdout")) if "rc" in result else ""
    if message == "Assertion failed":
        details = _text(result.get("assertion"))
    code = f" (exit code {result['rc']})" if isinstance(result.get("rc"), int) else ""
    return f"{message}{code}" + (f": {details}" if details and details not in message else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(to_json_value(value))
