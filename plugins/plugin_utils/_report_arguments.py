# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of filters that build a report, or use one.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.module_utils._model.text import short_repr
from ansible_collections.community.northflank.plugins.plugin_utils._drill_results import are_drills
from ansible_collections.community.northflank.plugins.plugin_utils._filter_arguments import parse_datetime, parse_list
from ansible_collections.community.northflank.plugins.plugin_utils._plain_values import plain
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_exceptions import parse_exceptions
from ansible_collections.community.northflank.plugins.plugin_utils._report_options import parse_labels

# The results for the addons of a host, and for its volumes.
_VARIABLES = ("backup_report_result", "backup_report_volumes_result")


def report_of(
    name: str,
    results: Any,
    hosts: Any,
    now: Any,
    failed_hosts: Any = (),
    limit: Any = "",
    restore_drills: Any = None,
    exceptions: Any = (),
    control_labels: Any = None,
) -> dict[str, Any]:
    """Return the report: see report(). Raises AnsibleFilterError.

    name: of the filter, for errors. results: a list in the order of hosts, or hostvars with the variables
    backup_report_result and backup_report_volumes_result. restore_drills: the result of this lookup, or None.
    """
    names = parse_list(hosts, f"{name}: hosts", "host names")
    failed = parse_list(failed_hosts, f"{name}: failed_hosts", "host names")
    drills = plain(restore_drills)
    if drills is not None and not are_drills(drills):
        lookup = "the result of the lookup community.northflank.restore_drills"
        raise AnsibleFilterError(f"{name}: restore_drills expects {lookup}, not {short_repr(drills)}")
    excepted, errors = parse_exceptions(plain(exceptions), "exceptions")
    labels, found = parse_labels(plain(control_labels or {}), "control_labels")
    if errors or found:
        raise AnsibleFilterError(f"{name}: {'; '.join([*errors, *found])}")
    listed = _registered(results, names) if isinstance(results, Mapping) else parse_list(results, name, "results")
    try:
        return report(listed, names, parse_datetime(now, f"{name}: now"), failed, limit, drills, excepted, labels)
    except (TypeError, ValueError) as error:
        raise AnsibleFilterError(f"{name}: {error}") from error


@contextmanager
def report_expected(name: str, argument: Any) -> Iterator[None]:
    """Raise AnsibleFilterError if the block fails, because an argument is not a report. name: of the filter."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        expected = "the result of community.northflank.backup_report"
        raise AnsibleFilterError(f"{name} expects {expected}, not {short_repr(argument)} ({error!r})") from error


def _registered(hostvars: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    """Return the results that the role registered on hosts.

    raw_get() does not template them: they contain no templates, and with thousands of addons it would take minutes.
    """
    variables = getattr(hostvars, "raw_get", hostvars.get)
    return [_merged([(variables(name) or {}).get(variable) for variable in _VARIABLES]) for name in names]


def _merged(results: Sequence[Any]) -> dict[str, Any]:
    """Return the results of a host as one. If one of the tasks failed, the host did, even if its error was ignored."""
    given = [each for each in results if isinstance(each, Mapping)]
    merged = {name: value for each in given for name, value in each.items()}
    return dict(next((each for each in given if each.get("failed")), merged))
