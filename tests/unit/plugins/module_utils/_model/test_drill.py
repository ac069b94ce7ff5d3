# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore drills: the rotation of the sample, the names of forks, and which forks are left over."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.drill import (
    MAX_PREFIX,
    MAX_ROTATION_DAYS,
    batches,
    fork_name,
    is_left_over,
    is_of_drill,
    prefix_errors,
    run_id,
    run_time,
    sample,
)
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker
from ansible_collections.community.northflank.plugins.module_utils._model.ids import is_id, slug

NOW = datetime(2026, 11, 27, 20, 31, 31, tzinfo=timezone.utc)
RUN = "drill-20261127T203131Z-1a2b3c4d"
SOURCE = Marker("shop", "orders-db", RUN)


def hosts(number: int) -> list[str]:
    return [f"addon-{each}.shop" for each in range(number)]


def test_the_id_of_a_run_has_its_time() -> None:
    assert run_id(NOW, "1a2b3c4d") == RUN
    assert run_time(RUN) == NOW
    assert is_id(RUN)


@pytest.mark.parametrize(
    "other",
    [
        "",
        "ansible",
        "drill-42",
        "drill-20261127T203131Z",
        "drill-20261127T203131Z-1a2b3c4",
        "drill-20261127T203131Z-1a2b3c4d5",
        "drill-20261127T203131Z-1A2B3C4D",
        "drill-20261127T203131-1a2b3c4d",
        "drill-20261327T203131Z-1a2b3c4d",
        "drill-20261127T256131Z-1a2b3c4d",
        "my-drill-20261127T203131Z-1a2b3c4d",
        "drill-20261127T203131Z-1a2b3c4d\n",
    ],
)
def test_another_id_is_not_that_of_a_drill(other: str) -> None:
    assert run_time(other) is None


@pytest.mark.parametrize("description", [None, "", 5, str(SOURCE) + ".", str(Marker("shop", "orders-db", "ci-42"))])
def test_a_description_that_is_not_that_of_a_drill(description: object) -> None:
    assert not is_of_drill(fork_name("drill", SOURCE), description)


@pytest.mark.parametrize("name", [None, 7, "", "orders-db", fork_name("drill", SOURCE) + "-2"])
def test_a_name_that_is_not_that_of_a_drill(name: object) -> None:
    assert not is_of_drill(name, str(SOURCE))
    assert is_of_drill(fork_name("drill", SOURCE), str(SOURCE))


@pytest.mark.parametrize("addon_id", ["db", "orders-db", "a" * 100, "-".join("a" * 50), "Orders-DB", "1-2-3"])
@pytest.mark.parametrize("prefix", ["drill", "d", "x" * MAX_PREFIX, "My-Drill"])
def test_the_name_of_a_fork_is_what_northflank_accepts(prefix: str, addon_id: str) -> None:
    name = fork_name(prefix, Marker("shop", addon_id, RUN))
    # API reference, "Create addon".
    assert 3 <= len(name) <= 39
    assert re.fullmatch(r"[a-zA-Z]((-|\s)?[a-zA-Z0-9]+)*", name)
    assert is_id(name)
    assert slug(name) == name
    assert name.startswith(f"{prefix}-{addon_id}".lower()[:20].rstrip("-"))


def test_a_long_id_is_cut_at_a_whole_character() -> None:
    assert re.fullmatch(r"drill-orders-db-[0-9a-f]{8}", fork_name("drill", SOURCE))
    # The last character that fits is a hyphen.
    name = fork_name("drill", Marker("shop", f"{'a' * 23}-{'b' * 10}", RUN))
    assert re.fullmatch(r"drill-a{23}-[0-9a-f]{8}", name)


def test_each_addon_and_run_has_its_own_name() -> None:
    long = "a" * 60
    sources = [
        Marker(project, addon, run)
        for project in ("shop", "billing")
        for addon in ("db", f"{long}-1", f"{long}-2")
        for run in (RUN, RUN.replace("1a", "2a"))
    ]
    assert len({fork_name("drill", source) for source in sources}) == len(sources)


@pytest.mark.parametrize(
    "prefix", ["", "1drill", "drill-", "-drill", "dr--ill", "dr_ill", "drill db", "x" * 21, "drıll"]
)
def test_an_invalid_prefix(prefix: str) -> None:
    (error,) = prefix_errors(prefix)
    assert "is not a prefix of at most 20 characters: use letters" in error


def test_valid_prefixes() -> None:
    assert [error for prefix in ("drill", "d", "x" * 20, "a-1-b") for error in prefix_errors(prefix)] == []


@pytest.mark.parametrize(("hours", "expected"), [(0, True), (1, True), (24, True), (25, False), (8760, False)])
def test_a_fork_is_left_over_if_its_run_started_that_long_ago(hours: int, expected: bool) -> None:
    now = NOW + timedelta(hours=24)
    assert is_left_over(fork_name("drill", SOURCE), SOURCE, now, hours) == expected


def test_a_fork_of_the_future_is_not_left_over() -> None:
    assert not is_left_over(fork_name("drill", SOURCE), SOURCE, NOW - timedelta(seconds=1), 0)


def test_the_prefix_of_a_fork_that_is_left_over_does_not_matter() -> None:
    assert is_left_over(fork_name("other", SOURCE), SOURCE, NOW, 0)


@pytest.mark.parametrize(
    ("name", "marker"),
    [
        # The name of another addon's fork, of another run's, and of the user's own fork.
        (fork_name("drill", Marker("shop", "customers-db", RUN)), SOURCE),
        (fork_name("drill", Marker("billing", "orders-db", RUN)), SOURCE),
        (fork_name("drill", Marker("shop", "orders-db", RUN.replace("1a", "2a"))), SOURCE),
        ("orders-db-drill", SOURCE),
        (fork_name("drill", SOURCE)[:-1], SOURCE),
        (fork_name("drill", SOURCE) + "0", SOURCE),
        # The name that a drill would give, but not the ID of a drill.
        (fork_name("drill", Marker("shop", "orders-db", "ci-42")), Marker("shop", "orders-db", "ci-42")),
    ],
)
def test_a_fork_that_no_drill_created_is_not_left_over(name: str, marker: Marker) -> None:
    assert not is_left_over(name, marker, NOW + timedelta(days=365), 0)


@pytest.mark.parametrize("number", [1, 2, 3, 5, 7, 10, 41, 92])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("interval", [1, 7, 30])
def test_consecutive_runs_drill_each_host_exactly_once(number: int, size: int, interval: int) -> None:
    groups = -(-number // size)
    if groups * interval > MAX_ROTATION_DAYS and groups > 1:
        with pytest.raises(ValueError, match="Set the sample to"):
            sample(hosts(number), size, NOW, interval)
        return
    # From any day on, across the end of a year.
    for start in range(3 * groups):
        runs = [
            sample(hosts(number), size, NOW + timedelta(days=interval * (start + run)), interval)
            for run in range(groups)
        ]
        assert Counter(host for drilled in runs for host in drilled) == Counter(hosts(number))
        assert max(map(len, runs)) <= size
        assert max(map(len, runs)) - min(map(len, runs)) <= 1


def test_all_hosts_without_a_size() -> None:
    assert sorted(sample(hosts(300), None, NOW, 1)) == sorted(hosts(300))
    assert sample([], None, NOW, 1) == sample([], 5, NOW, 1) == []


def test_the_sample_does_not_depend_on_the_order_of_the_inventory_or_the_time_of_day() -> None:
    shuffled = hosts(40)
    random.Random(1).shuffle(shuffled)
    morning = NOW.replace(hour=0, minute=0, second=0)
    assert sample(hosts(40), 7, NOW, 1) == sample(shuffled, 7, morning, 1)
    assert sample(hosts(40), 7, NOW, 1) != sample(hosts(40), 7, NOW + timedelta(days=1), 1)


def test_the_order_is_fixed() -> None:
    """With another order, some addons would not be drilled for twice as long after an upgrade."""
    assert sample(hosts(5), None, NOW, 1) == [
        "addon-4.shop",
        "addon-0.shop",
        "addon-1.shop",
        "addon-2.shop",
        "addon-3.shop",
    ]


def test_the_interval_determines_when_the_group_changes() -> None:
    runs = [tuple(sample(hosts(10), 5, NOW + timedelta(days=day), 7)) for day in range(14)]
    assert set(Counter(runs).values()) == {7}


def test_a_host_is_listed_once() -> None:
    assert sample(["db", "db"], 5, NOW, 1) == ["db"]


@pytest.mark.parametrize(
    ("number", "size", "interval", "smallest"),
    [(93, 1, 1, 2), (1000, 5, 1, 11), (100, 5, 7, 8), (2, 1, 92, 2), (185, 2, 1, 3)],
)
def test_a_rotation_that_takes_too_long(number: int, size: int, interval: int, smallest: int) -> None:
    with pytest.raises(ValueError, match=f"Set the sample to {smallest} or more$"):
        sample(hosts(number), size, NOW, interval)
    assert sample(hosts(number), smallest, NOW, interval)
    if smallest - 1 > size:
        with pytest.raises(ValueError, match="at most 92 are allowed"):
            sample(hosts(number), smallest - 1, NOW, interval)


def test_the_longest_rotation() -> None:
    assert len(sample(hosts(92), 1, NOW, 1)) == 1


def test_batches() -> None:
    assert batches(hosts(5), 2) == [hosts(2), hosts(4)[2:], hosts(5)[4:]]
    assert batches(hosts(2), 5) == [hosts(2)]
    assert batches([], 5) == []
