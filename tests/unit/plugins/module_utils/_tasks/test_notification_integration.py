# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module notification_integration."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._tasks import notification_integration
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    NOTIFICATION_IN_API,
    WEBHOOK,
    notification_params,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

SECRET = "secret-of-a-test"
NOT_FOUND = ApiError("GET", "/path", "Not found", status=404)
LISTED = {name: NOTIFICATION_IN_API[name] for name in ("id", "name", "type", "webhook")}
LIST = page("notificationIntegrations", LISTED)
NONE = page("notificationIntegrations")
IN_API = {"data": NOTIFICATION_IN_API}
SETTINGS = {
    "name": "On call",
    "type": "RAW_WEBHOOK",
    "restricted": False,
    "projects": [],
    "events": ["addon-backup:abort", "addon-backup:failure"],
}
UNKNOWN_STATUS = dict.fromkeys(("disabled", "failed_requests", "first_failed_request_at"))
RESULT = {"id": "on-call", **SETTINGS, **UNKNOWN_STATUS, "created_at": "2026-01-15T09:30:00.000Z"}
DISABLED = {"data": {**NOTIFICATION_IN_API, "status": {"disabled": True}}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*responses: Any, context: Context | None = None, **options: Any) -> dict[str, Any]:
        given = {name: value for name, value in {**notification_params(), **options}.items() if value is not None}
        api = Api(*responses)
        result = run_task(notification_integration, api, monkeypatch, context, **given)
        assert api.responses == []
        return result

    return run


def checking(check_mode: bool) -> Context:
    return Context(check_mode, pytest.fail)


@pytest.mark.parametrize(
    ("check_mode", "written"),
    # The response to the POST may be incomplete.
    [(True, []), (False, [IN_API]), (False, [{"data": {"id": "on-call"}}, IN_API])],
)
def test_an_integration_is_created(run: Any, check_mode: bool, written: list[Any]) -> None:
    responses = [NONE, *written]
    result = run(*responses, context=checking(check_mode), secret=SECRET)
    assert result == {
        "changed": True,
        "notification_integration": {"id": None, **SETTINGS, **UNKNOWN_STATUS} if check_mode else RESULT,
        "actions": [{"action": "create", "name": "On call"}],
        "diff": [
            {
                "before_header": "notification integration On call",
                "after_header": "notification integration On call",
                "before": {},
                "after": {**SETTINGS, "webhook": "(hidden)", "secret": "(hidden)"},
            }
        ],
        "requests": len(responses),
        "rate_limit": None,
    }


@pytest.mark.parametrize(
    ("responses", "options"),
    [([LIST, IN_API], {}), ([IN_API], {"integration_id": "on-call"}), ([LIST, IN_API], {"secret": SECRET})],
)
def test_an_up_to_date_integration_needs_two_requests_or_one(run: Any, responses: Any, options: Any) -> None:
    result = run(*responses, **options)
    assert (result["changed"], result["actions"], result["diff"]) == (False, [], [])
    assert result["notification_integration"] == RESULT


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_integration_is_updated_and_the_diff_hides_secrets(run: Any, check_mode: bool) -> None:
    updated = {**NOTIFICATION_IN_API, "webhook": "https://hooks.example.com/new", "events": {}}
    options = {"webhook": updated["webhook"], "secret": SECRET, "events": [], "update_secret": "always"}
    responses = [LIST, IN_API, *([] if check_mode else [{"data": {}}, {"data": updated}])]
    result = run(*responses, context=checking(check_mode), **options)
    changed_options = ["webhook", "events", "secret"]
    assert result["actions"] == [{"action": "update", "name": "On call", "changed_options": changed_options}]
    (diff,) = result["diff"]
    assert diff["before"] == {**SETTINGS, "webhook": "(hidden)"}
    assert diff["after"] == {
        **SETTINGS,
        "events": [],
        "webhook": "(hidden, changed)",
        "secret": "(hidden, changed)",
    }
    assert result["notification_integration"] == {**RESULT, "events": []}
    assert "hooks.example.com" not in str(result) and SECRET not in str(result)


@pytest.mark.parametrize("check_mode", [False, True])
def test_only_a_secret_is_sent_each_time(run: Any, check_mode: bool) -> None:
    responses = [LIST, IN_API, *([] if check_mode else [{"data": {}}, IN_API])]
    result = run(*responses, context=checking(check_mode), secret=SECRET, update_secret="always")
    assert result["actions"][0]["changed_options"] == ["secret"]
    assert result["diff"][0]["after"] == {**result["diff"][0]["before"], "secret": "(hidden, changed)"}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("options", [{}, {"integration_id": "on-call", "name": None}])
def test_an_integration_is_deleted(run: Any, check_mode: bool, options: dict[str, Any]) -> None:
    responses = [*([] if options else [LIST]), IN_API, *([] if check_mode else [{"data": {}}])]
    result = run(*responses, context=checking(check_mode), state="absent", **options)
    assert result["actions"] == [{"action": "delete", "name": "On call"}]
    assert result["notification_integration"] == RESULT
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({**SETTINGS, "webhook": "(hidden)"}, {})


@pytest.mark.parametrize(
    ("responses", "options"),
    [([NONE], {}), ([NOT_FOUND], {"integration_id": "on-call"}), ([LIST, NOT_FOUND], {})],
)
def test_a_missing_integration_is_absent(run: Any, responses: Any, options: dict[str, Any]) -> None:
    result = run(*responses, state="absent", **options)
    assert (result["changed"], result["notification_integration"], result["actions"]) == (False, None, [])


def test_an_integration_with_an_id_is_renamed(run: Any) -> None:
    renamed = {"data": {**NOTIFICATION_IN_API, "name": "Pager"}}
    result = run(IN_API, LIST, renamed, integration_id="on-call", name="Pager")
    assert result["actions"] == [{"action": "update", "name": "On call", "changed_options": ["name"]}]
    assert result["notification_integration"]["name"] == "Pager"


@pytest.mark.parametrize(
    ("responses", "options"), [([LIST, DISABLED], {}), ([LIST, IN_API, DISABLED], {"events": ["addon-backup:failure"]})]
)
def test_a_disabled_integration_is_a_warning(run: Any, responses: list[Any], options: dict[str, Any]) -> None:
    events = {"trigger:addon-backup:failure": True} if options else NOTIFICATION_IN_API["events"]
    last = {"data": {**responses[-1]["data"], "events": events}}
    warnings: list[str] = []
    run(*responses[:-1], last, context=Context(False, warnings.append), **options)
    assert warnings == [
        "Northflank has disabled the notification integration 'On call', so it sends no notifications. Check what"
        " receives them, then enable it again in Northflank."
    ]


def failure_of(run: Any, *responses: Any, **options: Any) -> dict[str, Any]:
    with pytest.raises(TaskFailed) as caught:
        run(*responses, **options)
    return caught.value.to_result()


TWO = page("notificationIntegrations", LISTED, {**LISTED, "id": "on-call-2"})


@pytest.mark.parametrize(
    ("responses", "options", "message"),
    [
        ([LIST, IN_API], {"type": "DISCORD"}, "cannot change the type"),
        ([TWO], {}, "2 notification integrations have the name 'On call': on-call, on-call-2"),
        ([TWO], {"state": "absent"}, "2 notification integrations have the name"),
        ([NOT_FOUND], {"integration_id": "gone"}, "with the ID gone does not exist"),
        ([NONE], {"webhook": None}, "cannot be created without webhook"),
        (
            [IN_API, page("notificationIntegrations", {**LISTED, "id": "pager", "name": "Pager"})],
            {"integration_id": "on-call", "name": "Pager"},
            "'Pager' is the name of pager",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_refusals_fail_without_a_write(
    run: Any, responses: list[Any], options: dict[str, Any], message: str, check_mode: bool
) -> None:
    result = failure_of(run, *responses, context=checking(check_mode), **options)
    assert (result["changed"], result["actions"], result["diff"]) == (False, [], [])
    assert re.search(message, result["msg"])
    assert "hooks.example.com" not in str(result)


def test_all_invalid_options_are_reported_at_once_and_no_secret_is() -> None:
    given = {"team_id": "our team", "webhook": "http://hooks.example.com/of-a-test", "secret": "short"}
    params = params_of(notification_integration, **given, events=["backup"], projects=["shop"])
    with pytest.raises(InvalidOptions) as caught:
        notification_integration.run(params, checking(False))
    assert [error.split(":")[0] for error in caught.value.validation_errors] == [
        "team_id",
        "name",
        "webhook",
        "secret",
        "projects",
        "events",
    ]
    assert "of-a-test" not in str(caught.value) and "short" not in str(caught.value)


def test_an_error_does_not_quote_a_webhook_in_the_wrong_option() -> None:
    params = params_of(notification_integration, name=f"{WEBHOOK}\n", webhook=WEBHOOK)
    with pytest.raises(InvalidOptions) as caught:
        notification_integration.run(params, checking(False))
    assert caught.value.validation_errors == ["name: '********\\n' contains control characters"]


def test_only_the_reference_must_be_valid_to_delete() -> None:
    params = params_of(notification_integration, state="absent", integration_id="a-", webhook="x", events=["y"])
    with pytest.raises(InvalidOptions, match="^1 invalid option .*: integration_id: 'a-' is not an ID"):
        notification_integration.run(params, checking(False))


def test_a_request_body_of_the_api_is_accepted_but_for_the_events() -> None:
    body = {"name": "On call", "type": "DISCORD", "webhook": WEBHOOK, "restricted": True, "projects": ["shop"]}
    params = params_of(notification_integration, notificationId="on-call", **body)
    assert {name: params[name] for name in body} == body
    assert params["integration_id"] == "on-call"
