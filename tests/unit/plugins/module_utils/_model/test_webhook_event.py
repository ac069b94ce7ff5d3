# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events that a webhook receives: what is taken from a body, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.webhook_event import WebhookEvent, event_name
from hypothesis import given
from hypothesis import strategies as st


def parse(**body: Any) -> WebhookEvent:
    return WebhookEvent.from_body(json.dumps({"event": "addon-backup:failure", "data": {}, **body}).encode())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("addon-backup:failure", "addon-backup:failure"),
        ("trigger:addon-backup:failure", "addon-backup:failure"),
        ("infrastructure:addon:container-cpuSpike90", "infrastructure:addon:container-cpuSpike90"),
        ("failure", None),
        ("trigger:failure", None),
        ("a:" + 100 * "b", None),
        ("a:b\n", None),
        ("a::b", None),
        ("{{ a }}:b", None),
        ("", None),
        (None, None),
        (1, None),
    ],
)
def test_event_name(text: object, name: str | None) -> None:
    assert event_name(text) == name


def test_the_documented_event() -> None:
    data = {"build": {"id": "social-hour-1312", "concluded": False}, "project": {"id": "personal-blog", "name": "Blog"}}
    event = parse(event="build:start", data=data)
    assert event == WebhookEvent("build:start", data, project_id="personal-blog")
    assert event.to_event(event_id="e1", integration_id=None) == {
        "northflank": {"event": "build:start", "event_id": "e1", "project_id": "personal-blog", "data": data}
    }


@pytest.mark.parametrize("id_", [None, 1, True, "", "a b", "../b", "a\n", "{{ a }}", 101 * "a", ["a"], {"id": "a"}])
def test_only_valid_ids_are_taken(id_: Any) -> None:
    data = {name: {"id": id_} for name in ("project", "addon", "backup")}
    event = parse(data=data)
    assert (event.project_id, event.addon_id, event.backup_id) == (None, None, None)


@pytest.mark.parametrize("data", [{"addon": "orders-db"}, {"addon": ["orders-db"]}, {"addonId": "orders-db"}])
def test_ids_are_taken_only_from_objects_of_their_kind(data: dict[str, Any]) -> None:
    assert parse(data=data).addon_id is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is not JSON in UTF-8"),
        (b"\xff{}", "it is not JSON in UTF-8"),
        ('{"event": "a:b", "data": {}}'.encode("utf-16"), "it is not JSON in UTF-8"),
        (b'{"event": "a:b", "data": {"a": 1' + 5000 * b"0" + b"}}", "it is not JSON in UTF-8"),
        (b"[]", "it has no name of an event"),
        (b'{"data": {}}', "it has no name of an event"),
        (b'{"event": "a:b"}', "data is not an object"),
        (b'{"event": "a:b", "data": null}', "data is not an object"),
        (b'{"event": "a:b", "data": {"a": {"b": 1, "b": 2}}}', "it has a duplicate key"),
        (b'{"event": "a:b", "data": {"a": -Infinity}}', "it has a number that JSON does not have"),
        (b'{"event": "a:b", "data": {"a": NaN}}', "it has a number that JSON does not have"),
        (b'{"event": "a:b", "data": {"a": 9223372036854775808}}', "it has a number that is too large"),
        (b'{"event": "a:b", "data": {"a": -1e999}}', "it has a number that is too large"),
        (b'{"event": "a:b", "data": {"a": "\\udc00"}}', "it has text that is not valid Unicode"),
        (b'{"event": "a:b", "data": {"\\udc00": 1}}', "it has text that is not valid Unicode"),
        (b'{"event": "a:b", "data": {"a": {"__ansible_unsafe": "a"}}}', "it has a key that Ansible reserves"),
        (b'{"event": "a:b", "data": {"a": [{"": 1}]}}', "it has an empty key"),
        (b'{"event": "a:b", "data": {"a": ' + 16 * b"[" + 16 * b"]" + b"}}", "it is nested too deeply"),
        (b'{"event": "a:b", "data": ' + 99_999 * b"[" + 99_999 * b"]" + b"}", "it is nested too deeply"),
    ],
)
def test_refused_bodies(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        WebhookEvent.from_body(body)


def test_the_deepest_data() -> None:
    assert parse(data={"a": json.loads(15 * "[" + 15 * "]")}).data["a"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text()
    | st.sampled_from(["{{ 1 }}", "{% if %}", "{{{#", "#jinja2: variable_start_string:'[['\n[[ 1 ]]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_no_data_becomes_a_template(data: dict[str, Any]) -> None:
    try:
        event = parse(data=data)
    except ValueError as error:
        assert "__ansible" in str(data) or "deeply" in str(error) or "empty key" in str(error)
        return
    text = json.dumps(event.to_event(), ensure_ascii=False)
    for delimiter in ("{%", "{#", "#jinja2:"):
        assert delimiter not in text
    assert texts(event.data) == [each.replace("{{", "{ {") for each in texts(event.data)]
    assert all(each < "\U00010000" for each in text)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for pair in value.items() for part in pair for each in texts(part)]
    if isinstance(value, list):
        return [each for part in value for each in texts(part)]
    return [value] if isinstance(value, str) else []
