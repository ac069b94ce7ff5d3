# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the options of a report, whose errors are all reported at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report_options import option_errors, parse_labels


def test_valid_options_have_no_errors() -> None:
    assert option_errors([], {}, 0, "backup_report_") == []
    assert option_errors([], {"off_site": ["A.8.13"]}, 1000, "backup_report_") == []
    assert option_errors([], {}, "90", "backup_report_") == []


def test_the_errors_of_all_options_are_reported_at_once() -> None:
    assert option_errors([{}], {"offsite": []}, 1001, "backup_report_")[4:] == [
        "backup_report_exceptions[0]: exactly one of addon_id and volume_id is required",
        "backup_report_control_labels: 'offsite' is not a control; the controls are scheduled, frequency, retention,"
        " last_backup, no_failures, off_site, immutable, restore_tested, restore_time",
        "backup_report_history: 1001 is not a number of runs from 0 to 1000",
    ]


@pytest.mark.parametrize("value", [-1, 1001, True, None, "1001", "-1", "5x", "", "9" * 5000, 1.5])
def test_an_invalid_number_of_runs(value: Any) -> None:
    (error,) = option_errors([], {}, value, "")
    assert error.startswith(f"history: {value!r:.99}")
    assert error.endswith(" is not a number of runs from 0 to 1000")


def test_labels_are_texts_in_the_order_of_the_controls() -> None:
    labels, errors = parse_labels({"off_site": [" A.8.13 ", 8.13, 5], "scheduled": ["\ud800"]}, "labels")
    assert errors == []
    assert list(labels.items()) == [("scheduled", ["\ufffd"]), ("off_site", ["A.8.13", "8.13", "5"])]


@pytest.mark.parametrize("value", ["A.8.13", None, {}, [[]], [""], [" "], [None], [True], [{"a": 1}]])
def test_invalid_labels(value: Any) -> None:
    labels, errors = parse_labels({"off_site": value, "scheduled": ["A"]}, "labels")
    assert (labels, errors) == ({}, [f"labels.off_site: {value!r} is not a list of labels such as ['A.8.13']"])


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_anything_but_a_dictionary_is_an_error(value: Any) -> None:
    assert parse_labels(value, "labels")[1] == [f"labels: {value!r} is not a dictionary from controls to labels"]
