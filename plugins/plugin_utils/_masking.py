# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask secrets in results, as AnsibleModule does.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import Any

from ansible.module_utils.common.parameters import remove_values

# True from 2.22, where remove_values() is deprecated.
_CORE_MASKS_SECRETS = find_spec("ansible.module_utils.secrets") is not None


def masked(value: Any, secrets: Collection[str]) -> Any:
    """Return a value with the secrets masked, unless ansible-core masks what the validator found to be secret.

    remove_values() copies the value, which takes longer than the rest of a task with thousands of addons, and as much
    memory. Messages are already masked, so there is rarely anything left to do.
    """
    return value if _CORE_MASKS_SECRETS or not contains_secret(value, secrets) else remove_values(value, secrets)


def contains_secret(value: Any, secrets: Collection[str]) -> bool:
    """Return whether remove_values() might change a value. It does not look at the keys of dictionaries."""
    # Not recursive: the details of an error may be nested deeply.
    values = [value]
    while values:
        each = values.pop()
        if isinstance(each, Mapping):
            values.extend(each.values())
        elif isinstance(each, (list, tuple)):
            values.extend(each)
        elif not isinstance(each, (str, int, float, type(None))):
            # Let remove_values() decide about other types.
            return True
        else:
            # str() of a subclass of str may be another text.
            text = each if isinstance(each, str) else str(each)
            if any(secret in text for secret in secrets):
                return True
    return False
