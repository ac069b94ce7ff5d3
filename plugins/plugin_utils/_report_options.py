# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a report that need more than an argument spec: validate them, all at once. Pure: no HTTP, no Ansible.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.controls import CONTROLS
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._json_values import is_list, to_text
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import parse_exceptions
from ansible_collections.community.northflank.plugins.plugin_utils._report_history import MAX_RUNS


def parse_labels(value: Any, option: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return the labels of controls, and their validation errors, which begin with the name of the option."""
    if not isinstance(value, Mapping):
        return {}, [f"{option}: {short_repr(value)} is not a dictionary from controls to labels"]
    errors = []
    for name, labels in value.items():
        if name not in CONTROLS:
            errors.append(f"{option}: {short_repr(name)} is not a control; the controls are {', '.join(CONTROLS)}")
        elif not is_list(labels) or not all(_is_label(each) for each in labels):
            errors.append(f"{option}.{name}: {short_repr(labels)} is not a list of labels such as ['A.8.13']")
    labels_of = {} if errors else value
    return {name: [to_text(each).strip() for each in labels_of[name]] for name in CONTROLS if name in labels_of}, errors


def option_errors(exceptions: Any, control_labels: Any, history: Any, prefix: str) -> list[str]:
    """Return the validation errors of the variables of the role, whose names begin with a prefix."""
    _exceptions, errors = parse_exceptions(exceptions, f"{prefix}exceptions")
    _labels, found = parse_labels(control_labels, f"{prefix}control_labels")
    errors += found
    # An extra variable such as backup_report_history=90 is text.
    runs = int(history) if isinstance(history, str) and re.fullmatch("[0-9]{1,9}", history) else history
    if isinstance(runs, bool) or not isinstance(runs, int) or not 0 <= runs <= MAX_RUNS:
        errors.append(f"{prefix}history: {short_repr(history)} is not a number of runs from 0 to {MAX_RUNS}")
    return errors


def _is_label(value: Any) -> bool:
    """Return whether a value is a label. YAML reads one like 8.13 as a number."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and bool(str(value).strip())
