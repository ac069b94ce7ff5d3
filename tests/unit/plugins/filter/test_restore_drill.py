# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters for restore drills: their results, and errors without a traceback."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.release import __version__ as ansible_core
from ansible_collections.community.northflank.plugins.filter import restore_drill_evidence as evidence_plugin
from ansible_collections.community.northflank.plugins.filter import restore_drill_message as message_plugin
from ansible_collections.community.northflank.plugins.filter.restore_drill_evidence import restore_drill_evidence
from ansible_collections.community.northflank.plugins.filter.restore_drill_fork_name import restore_drill_fork_name
from ansible_collections.community.northflank.plugins.filter.restore_drill_leftovers import restore_drill_leftovers
from ansible_collections.community.northflank.plugins.filter.restore_drill_message import restore_drill_message
from ansible_collections.community.northflank.plugins.filter.restore_drill_plan import restore_drill_plan
from ansible_collections.community.northflank.plugins.filter.restore_drill_reason import restore_drill_reason
from ansible_collections.community.northflank.plugins.filter.restore_drill_sample import restore_drill_sample

NOW = datetime(2026, 11, 27, 20, 31, 31, tzinfo=timezone.utc)
RUN = "drill-20261127T203131Z-1a2b3c4d"
SETTINGS = {
    "sample": "",
    "interval_days": "1",
    "max_parallel": "5",
    "name_prefix": "drill",
    "checks_timeout": 600,
    "sweep_after_hours": 24,
}
HOSTVARS = {"orders-db": {"northflank_project_id": "shop", "northflank_addon_id": "orders-db"}}
RECORD = yaml.safe_load(evidence_plugin.EXAMPLES)[0]["vars"]["drill"]
EVIDENCE = yaml.safe_load(message_plugin.EXAMPLES)[0]["vars"]["evidence"]


def fork(**changes: Any) -> dict[str, Any]:
    name = restore_drill_fork_name("orders-db", "shop", RUN)
    marker = {"source_project_id": "shop", "source_addon_id": "orders-db", "run_id": RUN}
    return {"project_id": "drills", "addon_id": name, "name": name, "status": "running", **marker, **changes}


def test_sample() -> None:
    hosts = [f"db-{number}" for number in range(10)]
    assert len(restore_drill_sample(iter(hosts), "5", "2026-11-27")) == 5
    assert sorted(restore_drill_sample(hosts, None, NOW, "7")) == hosts


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, 1, NOW), "expects a list of host names, not None"),
        ((["db"], 0, NOW), "size: 0 is not between 1 and"),
        ((["db"], 1, "soon"), "now: 'soon' is not a time"),
        ((["db"], 1, NOW, 93), "interval_days: 93 is not between 1 and 92"),
        ((map(str, range(93)), 1, NOW), "Set the sample to 2 or more"),
    ],
)
def test_invalid_arguments_of_a_sample(arguments: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"restore_drill_sample:? .*{message}"):
        restore_drill_sample(*arguments)


def test_plan() -> None:
    planned = restore_drill_plan(HOSTVARS, ["orders-db"], ["orders-db"], NOW, SETTINGS)
    assert planned["batches"] == [["orders-db"]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hostvars": None}, "expects hostvars, not None"),
        ({"hosts": "orders-db"}, "hosts expects a list of host names"),
        ({"batch": None}, "batch expects a list of host names"),
        ({"now": "soon"}, "now: 'soon' is not a time"),
        ({"settings": []}, r"settings: \[\] is not a dictionary"),
        ({"settings": {**SETTINGS, "max_parallel": 0}}, "restore_drill_max_parallel: 0 is not between 1 and"),
        ({"hostvars": {"orders-db": {}}}, "none of the hosts of the play is an addon"),
    ],
)
def test_invalid_arguments_of_a_plan(changes: dict[str, Any], message: str) -> None:
    arguments = {"hostvars": HOSTVARS, "hosts": ["orders-db"], "batch": [], "now": NOW, "settings": SETTINGS, **changes}
    with pytest.raises(AnsibleFilterError, match=message):
        restore_drill_plan(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a b", "shop", RUN), "addon_id: 'a b' is not an ID"),
        (("db", None, RUN), "project_id: None is not an ID"),
        (("db", "shop", ""), "run_id: '' is not an ID"),
        (("db", "shop", RUN, "1"), "prefix: '1' is not a prefix"),
    ],
)
def test_invalid_arguments_of_a_name(arguments: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"restore_drill_fork_name: {message}"):
        restore_drill_fork_name(*arguments)


def test_leftovers() -> None:
    later = NOW + timedelta(hours=24)
    assert restore_drill_leftovers([fork()], later) == [fork()]
    assert restore_drill_leftovers([fork()], later, "25") == []
    assert restore_drill_leftovers([fork(name="orders-db-drill"), fork(run_id="ci-1"), fork(run_id=None)], later) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, NOW), "expects a list of forks, not None"),
        (([1], NOW), "expects the forks that community.northflank.addon_fork_info returns"),
        (([{"name": "db"}], NOW), "expects the forks that community.northflank.addon_fork_info returns"),
        (([], "soon"), "now: 'soon' is not a time"),
        (([], NOW, -1), "hours: -1 is not between 0 and"),
    ],
)
def test_invalid_arguments_of_leftovers(arguments: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"restore_drill_leftovers:? .*{message}"):
        restore_drill_leftovers(*arguments)


def test_reason() -> None:
    task = {"name": "Count the orders", "no_log": True}
    credentials = {"secrets": {"PASSWORD": "p4ss/w0rd"}}
    assert "hidden" in restore_drill_reason({"msg": "p4ss/w0rd"}, task)
    assert restore_drill_reason({"msg": "p4ss/w0rd"}, task, credentials, True) == "Count the orders: ********"


def test_evidence() -> None:
    built = restore_drill_evidence(RECORD, NOW)
    assert built["restored"] == {"verdict": "failed", "reason": "There is no backup.", "seconds": None}
    assert built["versions"]["ansible_core"] == ansible_core
    assert restore_drill_message(built).endswith("There is no backup.")


@pytest.mark.parametrize("record", [None, {}, [], {**RECORD, "addon_id": "../etc"}])
def test_an_invalid_record(record: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="restore_drill_evidence: "):
        restore_drill_evidence(record, NOW)


def test_message() -> None:
    assert restore_drill_message(EVIDENCE) in " ".join(message_plugin.RETURN.replace("\\)", ")").split())


@pytest.mark.parametrize("evidence", [None, {}, "text", {**EVIDENCE, "cleanup": {"outcome": "unknown"}}])
def test_anything_but_evidence_is_rejected(evidence: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="restore_drill_message expects the evidence of a drill, not"):
        restore_drill_message(evidence)


@pytest.mark.parametrize("plugin", [evidence_plugin, message_plugin])
def test_a_plugin_has_the_filter_of_its_name(plugin: Any) -> None:
    (name,) = plugin.FilterModule().filters()
    assert plugin.__name__.endswith(f".{name}")
