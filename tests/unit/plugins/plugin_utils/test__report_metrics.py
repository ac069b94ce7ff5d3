# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests of the metrics: what the parser of Prometheus reads, whatever the API returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.controls import RANGES, STATUSES
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.plugin_utils._report import report
from ansible_collections.community.northflank.plugins.plugin_utils._report_metrics import as_metrics
from prometheus_client.parser import text_string_to_metric_families

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=timezone.utc)
DB = {"project_id": "shop", "resource_type": "addon", "resource_id": "db"}


def entry(id_: str = "db", option: str = "addon_id", verdict: str = "ok", **more: Any) -> dict[str, Any]:
    return {"project_id": "shop", option: id_, "verdict": verdict, "reasons": [], **more}


def samples(
    addons: Sequence[Any] = (), volumes: Sequence[Any] = (), **options: Any
) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Return the labels and the value of each sample, by metric."""
    text = as_metrics(report([{"addons": list(addons), "volumes": list(volumes)}], ["shop"], NOW, **options))
    text.encode()
    assert text.endswith("\n")
    families = list(text_string_to_metric_families(text))
    assert {(family.type, bool(family.documentation)) for family in families} == {("gauge", True)}
    found = {family.name: [(sample.labels, sample.value) for sample in family.samples] for family in families}
    for series in found.values():
        assert len({tuple(sorted(labels.items())) for labels, _value in series}) == len(series)
    return found


def test_the_times_of_the_newest_backups() -> None:
    backups = {
        "dump": {"newest": {"created_at": "2026-11-23T02:30:00.500Z"}},
        "snapshot": {"newest": {"created_at": "2026-11-24T02:00:00Z"}},
        "other": {"newest": None},
        "odd": {"newest": {"created_at": "soon"}},
    }
    found = samples(
        [entry(backups=backups), entry("never")],
        [entry("data", "volume_id", backups={"snapshot": backups["snapshot"]})],
    )
    assert found["northflank_backup_last_success_timestamp_seconds"] == [
        ({**DB, "resource_type": "volume", "resource_id": "data", "backup_type": "snapshot"}, 1795485600),
        ({**DB, "backup_type": "dump"}, 1795401000),
        ({**DB, "backup_type": "snapshot"}, 1795485600),
    ]
    assert found["northflank_backup_report_timestamp_seconds"] == [({}, NOW.timestamp())]


def test_each_addon_has_every_verdict_and_every_status_of_a_control() -> None:
    controls = {"off_site": {"status": "fail", "reason": "No.", "parameters": dict.fromkeys(RANGES["off_site"], 1)}}
    found = samples([entry(verdict="late", controls=controls)])
    assert found["northflank_backup_verdict"] == [
        ({**DB, "verdict": verdict}, verdict == "late") for verdict in VERDICTS
    ]
    assert found["northflank_backup_control_status"] == [
        ({**DB, "control": "off_site", "status": status}, status == "fail") for status in STATUSES
    ]


def test_a_host_that_failed_has_the_verdict_unknown() -> None:
    text = as_metrics(report([None], ["crm"], NOW, ["crm"]))
    assert 'northflank_backup_verdict{project_id="crm",resource_type="",resource_id="",verdict="unknown"} 1\n' in text


def test_a_series_of_an_addon_that_two_hosts_represent_occurs_once_and_the_worst_counts() -> None:
    found = samples([entry(), entry(verdict="late"), entry()])
    assert [labels["verdict"] for labels, value in found["northflank_backup_verdict"] if value] == ["late"]


def test_the_worst_status_of_a_control_counts_even_if_another_entry_has_the_worst_verdict() -> None:
    passed, failed = (
        {"scheduled": {"status": status, "reason": "It is.", "parameters": {}}} for status in ("pass", "fail")
    )
    addons = [entry(verdict="late", controls=passed), entry(controls=failed), entry(verdict="drift")]
    for order in (addons, addons[::-1]):
        found = samples(order)["northflank_backup_control_status"]
        assert [labels["status"] for labels, value in found if value] == ["fail"]


def test_an_empty_report_has_the_help_of_every_metric() -> None:
    assert {name: len(series) for name, series in samples().items()} == {
        "northflank_backup_last_success_timestamp_seconds": 0,
        "northflank_backup_verdict": 0,
        "northflank_backup_control_status": 0,
        "northflank_backup_report_timestamp_seconds": 1,
    }


@pytest.mark.parametrize(
    "odd", ["\\", '"', "\n", "\\n", '\\"', "}", "{", ",", "=", " ", "größe 漢字 🐘", '"} 1\nevil{a="']
)
def test_labels_are_escaped(odd: str) -> None:
    backups = {odd: {"newest": {"created_at": "2026-11-24T02:00:00Z"}}}
    found = samples([entry(odd, project_id=odd, backups=backups)])
    ids = {"project_id": odd, "resource_type": "addon", "resource_id": odd}
    assert found["northflank_backup_last_success_timestamp_seconds"] == [({**ids, "backup_type": odd}, 1795485600)]
    assert [labels for labels, value in found["northflank_backup_verdict"] if value] == [{**ids, "verdict": "ok"}]


@pytest.mark.parametrize("odd", ["\0", "\r", "\x0b", "\x85", "\u2028", "\ud800"])
def test_control_characters_do_not_end_a_line(odd: str) -> None:
    found = samples([entry(f"a{odd}b")])
    assert len(found["northflank_backup_verdict"]) == len(VERDICTS)
