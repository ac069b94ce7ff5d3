# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the parts of the page: what they show, and that they escape it."""

from __future__ import annotations

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report_html_parts import (
    cell,
    day_name,
    options,
    percent,
    sortable,
    time_text,
)


def test_a_cell_shows_its_lines_or_that_there_are_none() -> None:
    assert (
        cell("Next", ["<b>"], key='"', css="late")
        == '<td data-label="Next" class="late" data-key="&quot;">&lt;b&gt;</td>'
    )
    assert cell("Next", ["a", "", "b"]) == '<td data-label="Next"><ul><li>a</li><li>b</li></ul></td>'
    assert cell("Next", [""], "unknown") == '<td data-label="Next"><span class="none">unknown</span></td>'


def test_options_are_escaped() -> None:
    assert options(["<a>", "b"]) == '<option value="&lt;a&gt;">&lt;a&gt;</option><option value="b">b</option>'


def test_times_have_a_day_and_any_other_text_is_unchanged() -> None:
    assert time_text("2026-11-24T02:30:00Z") == "Tue 2026-11-24 02:30"
    assert sortable("2026-11-24T02:30:00Z") == "2026-11-24 02:30:00"
    assert (time_text("soon"), sortable("soon"), day_name(7)) == ("soon", "soon", "7")


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(0, 0, "–"), (3, 3, "100 %"), (1999, 2000, "99.9 %"), (1, 3, "33.3 %"), (0, 5, "0 %")]
)
def test_a_share_is_rounded_down(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown
