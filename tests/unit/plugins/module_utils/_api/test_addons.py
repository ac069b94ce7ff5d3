# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's addons: forks are created, read and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.addons import (
    create_fork,
    delete_addon,
    list_addons,
    read_credentials,
    read_fork,
    read_type,
    supports_forks,
)
from ansible_collections.community.northflank.plugins.module_utils._api.resources import Resource
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.connections import (
    Connect,
    Server,
    http,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    StubTransport,
    page,
)

ADDON = Resource("shop", "drill", "our-team")
PATH = "/v1/teams/our-team/projects/shop/addons"
LISTED = {"id": "drill", "name": "Drill", "status": "running", "spec": {"type": "postgresql"}}
BODY = {"name": "Drill", "description": "Fork of a/b (run: c, created by community.northflank)", "type": "mysql"}


def on_send() -> None:
    """Stand for a function that is passed on."""


def test_addons_are_listed() -> None:
    transport = StubTransport(page("addons", LISTED))
    (fork,) = list_addons(transport, "shop", "our-team")  # type: ignore[arg-type]
    assert (fork.addon_id, fork.marker) == ("drill", None)
    assert transport.requests == [("GET", PATH, {"per_page": 100})]


def test_an_addon_is_read() -> None:
    transport = StubTransport({"data": LISTED})
    fork = read_fork(transport, ADDON, "nightly")  # type: ignore[arg-type]
    assert (fork.status, fork.backup_id) == ("running", "nightly")
    assert transport.requests == [("GET", f"{PATH}/drill")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({**LISTED, "id": "other"}, "the response is the addon 'other'"),
        ({**LISTED, "id": None}, "the response is the addon None"),
        ({**LISTED, "appId": "/other/drill"}, "the response is the addon '/other/drill'"),
        ({**LISTED, "appId": 7}, "the response is the addon 7"),
    ],
)
def test_another_addon_is_an_error(data: Any, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_fork(StubTransport({"data": data}), ADDON, None)  # type: ignore[arg-type]
    assert caught.value.message == message


@pytest.mark.parametrize("data", [{**LISTED, "appId": "/other/drill"}, {**LISTED, "name": None}])
def test_a_list_with_anything_else_is_an_error(data: Any) -> None:
    with pytest.raises(ApiError):
        list_addons(StubTransport(page("addons", data)), "shop", None)  # type: ignore[arg-type]


SECRET = "s3cr3t-of-the-addon"


@pytest.mark.parametrize(
    ("data", "credentials"),
    [
        ({"envs": {"PORT": 5432}, "secrets": {"A": SECRET}}, {"envs": {"PORT": 5432}, "secrets": {"A": SECRET}}),
        ({"envs": {}, "secrets": {}, "newField": 1}, {"envs": {}, "secrets": {}}),
        ({"secrets": {"A": SECRET}}, {"envs": {}, "secrets": {"A": SECRET}}),
        ({"envs": {"PORT": "5432"}, "secrets": None}, {"envs": {"PORT": "5432"}, "secrets": {}}),
    ],
)
def test_credentials_are_read(data: Any, credentials: Any) -> None:
    transport = StubTransport({"data": data})
    assert read_credentials(transport, ADDON) == credentials  # type: ignore[arg-type]
    assert transport.requests == [("GET", f"{PATH}/drill/credentials")]
    assert transport.hints[403] == "The token needs the permission Project > Addons > General > Read Spec."
    assert "addon_id (drill)" in transport.hints[404]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"PASSWORD": SECRET},
        {"envs": None, "secrets": None},
        {"envs": {}, "secrets": [SECRET]},
        {"envs": {}, "secrets": SECRET},
        {"envs": [SECRET], "secrets": {}},
        {"envs": "", "secrets": {}},
        [SECRET],
    ],
)
def test_anything_but_credentials_is_an_error_without_values(data: Any) -> None:
    with pytest.raises(ApiError, match="returned an unexpected response") as caught:
        read_credentials(StubTransport({"data": data}), ADDON)  # type: ignore[arg-type]
    assert "s3cr3t" not in str(caught.value.to_result())


@pytest.mark.parametrize(
    ("error", "message"),
    [
        # Quotes the response, or may do so.
        ({"status": 200, "is_from_api": False, "outcome_unknown": True}, "the response is not the API's JSON"),
        ({"status": 403, "is_from_api": False}, "the response is not the API's JSON"),
        ({"outcome_unknown": True}, "there was no complete response"),
        # Does not.
        ({"status": 403}, SECRET),
        ({}, SECRET),
    ],
)
def test_an_error_quotes_no_response_with_credentials(error: dict[str, Any], message: str) -> None:
    raised = ApiError("GET", "/path", SECRET, hint="Check it.", transient=True, **error)
    with pytest.raises(ApiError) as caught:
        read_credentials(StubTransport(raised), ADDON)  # type: ignore[arg-type]
    assert vars(caught.value) == {**vars(raised), "message": message}
    assert (SECRET in str(caught.value)) == (message == SECRET)
    assert str(caught.value).endswith("Check it.")


@pytest.mark.parametrize(
    "response",
    [
        http(200, f'{{"envs": {{}}, "secrets": {{"PASSWORD": "{SECRET}"}}}}'.encode()),
        http(200, f'{{"data": {{"envs": {{}}, "secrets": {{"PASSWORD": "{SECRET}"'.encode()),
        f"{SECRET}\r\n\r\n".encode(),
    ],
)
def test_a_broken_response_is_not_quoted(server: Server, connect: Connect, response: bytes) -> None:
    server.responses = [response, response]
    transport = connect(retries=0)
    with pytest.raises(ApiError) as quoted:
        transport.request("GET", f"{PATH}/drill/credentials", hints={})
    assert SECRET in str(quoted.value)
    with pytest.raises(ApiError) as caught:
        read_credentials(transport, ADDON)
    assert SECRET not in str(caught.value.to_result())


def test_the_type_of_an_addon() -> None:
    transport = StubTransport({"data": {**LISTED, "appId": "/shop/drill"}})
    assert read_type(transport, ADDON) == "postgresql"  # type: ignore[arg-type]
    assert transport.requests == [("GET", f"{PATH}/drill")]


@pytest.mark.parametrize("spec", [None, {}, {"type": ""}, {"type": None}])
def test_an_addon_without_a_type_is_an_error(spec: Any) -> None:
    with pytest.raises(ApiError) as caught:
        read_type(StubTransport({"data": {**LISTED, "spec": spec}}), ADDON)  # type: ignore[arg-type]
    assert caught.value.message == "the response has no type of the addon"


@pytest.mark.parametrize("data", [{"id": "drill-7"}, {"id": "drill-7", "name": None, "status": None, "type": None}])
def test_what_the_response_lacks_is_as_requested(data: Any) -> None:
    transport = StubTransport({"data": data})
    fork = create_fork(transport, "shop", "our-team", BODY, "nightly", on_send)  # type: ignore[arg-type]
    assert (fork.addon_id, fork.name, fork.addon_type) == ("drill-7", "Drill", "mysql")
    assert fork.status == "preDeployment"
    assert str(fork.marker) == BODY["description"]
    # The last value is that of the option on_send.
    assert transport.requests == [("POST", PATH, BODY, on_send)]
    assert "Project > Addons > General > Create" in transport.hints[403]


def test_another_description_in_the_response_counts() -> None:
    transport = StubTransport({"data": {"id": "drill", "description": "other"}})
    assert create_fork(transport, "shop", None, BODY, "nightly", on_send).marker is None  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [{}, {"id": "not an ID"}, {"id": None}, {"id": "orders-db", "name": "orders-db"}])
def test_without_the_id_of_the_fork_the_outcome_is_unknown(data: Any) -> None:
    with pytest.raises(ApiError) as caught:
        create_fork(StubTransport({"data": data}), "shop", None, BODY, "nightly", on_send)  # type: ignore[arg-type]
    assert caught.value.outcome_unknown


def test_a_deletion_is_not_repeated() -> None:
    transport = StubTransport({"data": {}})
    delete_addon(transport, ADDON)  # type: ignore[arg-type]
    # The last value is that of the option repeat.
    assert transport.requests == [("DELETE", f"{PATH}/drill", False)]
    assert "Project > Addons > General > Delete" in transport.hints[403]


@pytest.mark.parametrize(
    ("listed", "supported"),
    [
        ([{"type": "mysql", "features": {"forkAddon": True}}], True),
        ([{"type": "mysql", "features": {"forkAddon": False}}], False),
        ([{"type": "mysql", "features": {"forkAddon": "yes"}}], False),
        ([{"type": "mysql", "features": None}], False),
        ([{"type": "redis", "features": {"forkAddon": True}}], False),
        ([None], False),
        ([], False),
    ],
)
def test_only_types_that_report_it_support_forks(listed: list[Any], supported: bool) -> None:
    transport = StubTransport(page("addonTypes", *listed))
    assert supports_forks(transport, "mysql") == supported  # type: ignore[arg-type]
