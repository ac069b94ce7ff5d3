# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run: which hosts are drilled, in which batches, and which hosts sweep."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.drill import run_time
from ansible_collections.community.northflank.plugins.plugin_utils._drill_plan import plan

NOW = datetime(2026, 11, 27, 23, 59, 59, tzinfo=timezone.utc)
NEXT_DAY = datetime(2026, 11, 28, 0, 0, 5, tzinfo=timezone.utc)

Variables = dict[str, dict[str, Any]]


def addon(project: str, name: str, account: str = "ours") -> dict[str, Any]:
    return {"__restore_drill_target": {"addon": f"{project}/{name}", "account": f"{account} {project}"}}


VOLUME = {"__restore_drill_target": {"addon": "", "account": "ours shop"}}
SHOP = {f"db-{number}.shop": addon("shop", f"db-{number}") for number in range(7)}
BILLING = {f"db-{number}.billing": addon("billing", f"db-{number}") for number in range(3)}


def planned(variables: Variables, batch: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    settings = {"now": NOW, "size": None, "interval_days": 1, "max_parallel": 5, **changes}
    return plan(variables, list(variables), list(variables) if batch is None else batch, **settings)


def hosts_of(result: dict[str, Any]) -> list[str]:
    return [host for batch in result["batches"] for host in batch]


def test_all_addons_in_batches() -> None:
    result = planned({**SHOP, **BILLING}, max_parallel=4)
    assert sorted(hosts_of(result)) == sorted({**SHOP, **BILLING})
    assert [len(batch) for batch in result["batches"]] == [4, 4, 2]


def test_the_sample() -> None:
    result = planned({**SHOP, **BILLING}, size=3)
    drilled = hosts_of(result)
    assert len(drilled) <= 3
    assert result["message"] == f"Drilling {len(drilled)} of 10 addons: {', '.join(drilled)}."


def test_a_message_lists_a_limited_number_of_hosts() -> None:
    many = {f"db-{number}": addon("shop", f"db-{number}") for number in range(50)}
    message = planned(many)["message"]
    assert message.startswith("Drilling 50 of 50 addons: db-")
    assert message.endswith(" and 30 more.")
    assert message.count("db-") == 20


def test_each_run_has_its_own_id() -> None:
    ids = {planned(SHOP)["run_id"] for _each in range(20)}
    assert len(ids) == 20
    assert all(re.fullmatch("drill-20261127T235959Z-[0-9a-f]{8}", each) for each in ids)


def test_volumes_are_skipped() -> None:
    result = planned({**BILLING, "uploads.shop": VOLUME, "files": {"northflank_volume_id": "files"}})
    assert sorted(hosts_of(result)) == sorted(BILLING)
    assert result["message"].endswith(" Volumes, which cannot be drilled: 2.")


@pytest.mark.parametrize("variables", [{"a": {}}, {"a": VOLUME}, {"a": None}])
def test_a_play_without_addons_fails(variables: Variables) -> None:
    with pytest.raises(ValueError, match="none of the hosts of the play is an addon"):
        planned(variables)


def test_one_host_per_project_and_account_sweeps() -> None:
    other = {"db-0.other": addon("shop", "another-db", account="theirs")}
    result = planned({"uploads": VOLUME, **SHOP, **BILLING, **other}, size=1)
    assert result["sweepers"] == ["db-0.shop", "db-0.billing", "db-0.other"]


def test_later_batches_of_serial_belong_to_the_same_run() -> None:
    """The sample is that of all hosts, and it stays the same after midnight."""
    unknown = {host: {"northflank_project_id": "shop", "northflank_addon_id": host.split(".")[0]} for host in SHOP}
    first, second = list(SHOP)[:3], list(SHOP)[3:]
    one = planned({**unknown, **{host: SHOP[host] for host in first}}, first, size=5)
    facts = {host: {**SHOP[host], "__restore_drill_plan": one} for host in first}
    two = planned({**unknown, **facts, **{host: SHOP[host] for host in second}}, second, size=5, now=NEXT_DAY)
    assert one["run_id"] == two["run_id"]
    assert set(hosts_of(one)) <= set(first)
    assert set(hosts_of(two)) <= set(second)
    assert sorted(hosts_of(one) + hosts_of(two)) == sorted(hosts_of(planned(SHOP, size=5)))
    # A host of the first batch has swept.
    assert one["sweepers"] == two["sweepers"] == ["db-0.shop"]


def test_an_earlier_play_was_another_run() -> None:
    earlier = planned(SHOP)
    again = planned({host: {**each, "__restore_drill_plan": earlier} for host, each in SHOP.items()})
    assert again["run_id"] != earlier["run_id"]


def test_an_earlier_play_was_another_run_even_if_its_first_host_has_failed() -> None:
    earlier = planned(SHOP)
    again = planned({host: {**each, "__restore_drill_plan": earlier} for host, each in SHOP.items()}, list(SHOP)[1:])
    assert again["run_id"] != earlier["run_id"]


def test_a_third_play_does_not_continue_the_first_one() -> None:
    """In which a host failed, that is still a host of the play."""
    first, second = planned(SHOP), planned(SHOP, now=NEXT_DAY)
    plans = {host: second if host != "db-0.shop" else first for host in SHOP}
    variables = {host: {**each, "__restore_drill_plan": plans[host]} for host, each in SHOP.items()}
    assert planned(variables, list(SHOP)[1:])["run_id"] not in (first["run_id"], second["run_id"])


def test_the_batches_of_a_play_in_another_order_are_one_run() -> None:
    variables, runs = dict(SHOP), []
    for _play in range(2):
        for host in reversed(SHOP):
            result = planned(variables, [host], now=NOW if not runs else NEXT_DAY)
            variables[host] = {**SHOP[host], "__restore_drill_plan": result}
            runs.append(result["run_id"])
    assert len(set(runs[: len(SHOP)])) == len(set(runs[len(SHOP) :])) == 1
    assert runs[0] != runs[-1]


def test_a_batch_without_its_first_host_is_a_run_of_its_own() -> None:
    variables = {"unreadable.shop": {}, **SHOP}
    assert run_time(planned(variables, list(SHOP))["run_id"]) == NOW


def test_two_hosts_must_not_be_the_same_addon() -> None:
    with pytest.raises(ValueError, match="the hosts db-0.shop and alias are both shop/db-0. Remove one of them"):
        planned({**SHOP, "alias": SHOP["db-0.shop"]})
    # The evidence of both would have the same name.
    with pytest.raises(ValueError, match="run the role for each account"):
        planned({**SHOP, "alias": addon("shop", "db-0", account="theirs")})


def test_a_rotation_that_takes_too_long() -> None:
    with pytest.raises(ValueError, match="Set the sample to 2 or more"):
        planned({f"db-{number}": addon("shop", f"db-{number}") for number in range(100)}, size=1)


class HostVars(dict):
    """Like those of Ansible: raw_get() does not evaluate templates."""

    def get(self, *_arguments: Any) -> Any:
        raise AssertionError("templates would be evaluated")

    def raw_get(self, host: str) -> Any:
        return self[host]


def test_templates_are_not_evaluated() -> None:
    assert hosts_of(planned(HostVars(BILLING)))
