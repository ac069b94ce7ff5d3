# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role restore_drill are validated all at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.community.northflank.plugins.plugin_utils._drill_arguments import parse_settings

VALID = {
    "sample": 5,
    "interval_days": 7,
    "max_parallel": 3,
    "name_prefix": "drill",
    "checks_timeout": 600,
    "sweep_after_hours": 24,
}


def test_valid_settings() -> None:
    assert parse_settings(VALID) == (5, 7, 3)
    assert parse_settings({name: str(value) for name, value in VALID.items()}) == (5, 7, 3)


@pytest.mark.parametrize("omitted", [None, ""])
def test_the_sample_may_be_omitted(omitted: Any) -> None:
    assert parse_settings({**VALID, "sample": omitted}) == (None, 7, 3)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sample", (0, -1, "few", 1.5, True, [5], 100001)),
        ("interval_days", (0, 93, None, "", "week")),
        ("max_parallel", (0, None, "", "all")),
        ("name_prefix", (None, "", "1", "a b", "x" * 21, 5)),
        ("checks_timeout", (0, None, 604801, "long")),
        ("sweep_after_hours", (-1, 8761, None, "never")),
    ],
)
def test_an_invalid_variable_is_named(name: str, values: tuple[Any, ...]) -> None:
    for value in values:
        with pytest.raises(AnsibleFilterError, match=f"restore_drill_{name}: "):
            parse_settings({**VALID, name: value})


def test_limits() -> None:
    assert parse_settings(
        {**VALID, "sweep_after_hours": 0, "interval_days": 92, "checks_timeout": 1, "max_parallel": 1}
    )


def test_all_errors_at_once() -> None:
    with pytest.raises(AnsibleFilterError) as raised:
        parse_settings({**dict.fromkeys(VALID, -1), "name_prefix": "-"})
    assert all(f"restore_drill_{name}: " in str(raised.value) for name in VALID)
