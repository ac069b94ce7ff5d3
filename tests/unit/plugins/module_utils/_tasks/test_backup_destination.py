# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the module backup_destination."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, InvalidOptions, TaskFailed
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._tasks import backup_destination
from ansible_collections.community.northflank.plugins.module_utils._tasks.context import Context
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import page
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    destination,
    destination_params,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.parameters import params_of
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._tasks.stub_connection import (
    Api,
    run_task,
)

NOT_FOUND = ApiError("GET", "/path", "Not found", status=404)
NONE = page("backupDestinations")
IN_API = {"data": DESTINATION_IN_API}
CHANGED = {"data": {**DESTINATION_IN_API, "description": "new"}}
SETTINGS = {
    "name": "Cold storage",
    "description": "",
    "type": "s3",
    "prefix": "backups",
    "usage": "globalBackups",
    "credentials": {
        "bucket_name": "bucket",
        "region": "eu-west-1",
        "endpoint": "s3.example.org",
        "auth_mode": "staticCreds",
        "enable_object_lock": False,
    },
}
CREATED_AT = {"created_at": "2026-01-15T09:30:00.000Z"}


def given_options(**changes: Any) -> dict[str, Any]:
    """Return valid options, with changes, without those that are None."""
    return {name: value for name, value in {**destination_params(), **changes}.items() if value is not None}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*responses: Any, context: Context | None = None, **options: Any) -> dict[str, Any]:
        given = given_options(**options)
        return run_task(backup_destination, Api(*responses), monkeypatch, context, **given)

    return run


def with_secrets(settings: dict[str, Any], **secrets: str) -> dict[str, Any]:
    hidden = {"access_key": "(hidden)", "secret_key": "(hidden)", **secrets}
    return {**settings, "credentials": {**settings["credentials"], **hidden}}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_destination_is_created(run: Any, check_mode: bool) -> None:
    responses = [NOT_FOUND, NONE, *([] if check_mode else [IN_API])]
    result = run(*responses, context=Context(check_mode, pytest.fail))
    assert result == {
        "changed": True,
        "backup_destination": {"id": "cold-storage", **SETTINGS, **({} if check_mode else CREATED_AT)},
        "actions": [{"action": "create", "destination_id": "cold-storage"}],
        "diff": [
            {
                "before_header": "backup destination cold-storage",
                "after_header": "backup destination cold-storage",
                "before": {},
                "after": with_secrets(SETTINGS),
            }
        ],
        "requests": len(responses),
        "rate_limit": None,
    }


def test_an_up_to_date_destination_needs_one_request(run: Any) -> None:
    result = run(IN_API)
    assert (result["changed"], result["actions"], result["diff"], result["requests"]) == (False, [], [], 1)
    assert result["backup_destination"] == {"id": "cold-storage", **SETTINGS, **CREATED_AT}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_destination_is_updated_and_the_diff_hides_secrets(run: Any, check_mode: bool) -> None:
    credentials = {**destination_params()["credentials"], "secret_key": "another-secret"}
    in_api = {
        **CHANGED["data"],
        "credentials": {**DESTINATION_IN_API["credentials"], "secretKey": "another-secret"},
    }
    responses = [IN_API, *([] if check_mode else [{"data": in_api}])]
    options = {"description": "new", "credentials": credentials}
    result = run(*responses, context=Context(check_mode, pytest.fail), **options)
    changed_options = ["description", "credentials.secret_key"]
    assert result["actions"] == [
        {"action": "update", "destination_id": "cold-storage", "changed_options": changed_options}
    ]
    (diff,) = result["diff"]
    assert diff["before"] == with_secrets(SETTINGS)
    assert diff["after"] == with_secrets({**SETTINGS, "description": "new"}, secret_key="(hidden, changed)")
    assert "secret-of-a-test" not in str(result) and "another-secret" not in str(result)


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_destination_is_deleted(run: Any, check_mode: bool) -> None:
    responses = [IN_API, *([] if check_mode else [{"data": {}}])]
    result = run(*responses, context=Context(check_mode, pytest.fail), state="absent", credentials=None, prefix=None)
    assert result["actions"] == [{"action": "delete", "destination_id": "cold-storage"}]
    assert result["backup_destination"] == {"id": "cold-storage", **SETTINGS, **CREATED_AT}
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == (with_secrets(SETTINGS), {})


def test_a_missing_destination_is_absent(run: Any) -> None:
    result = run(NOT_FOUND, state="absent")
    assert (result["changed"], result["backup_destination"], result["actions"]) == (False, None, [])


def test_a_destination_with_an_id_is_renamed(run: Any) -> None:
    renamed = {"data": {**DESTINATION_IN_API, "name": "Archive"}}
    result = run(IN_API, NONE, renamed, destination_id="cold-storage", name="Archive")
    assert result["actions"][0]["changed_options"] == ["name"]
    assert result["backup_destination"]["id"] == "cold-storage"


@pytest.mark.parametrize(
    ("responses", "options"),
    [
        ([NOT_FOUND, NONE, {"data": {**DESTINATION_IN_API, "id": "cold1"}}], {}),
        (
            [IN_API, NONE, {"data": {**DESTINATION_IN_API, "name": "Archive", "id": "cold1"}}],
            {"destination_id": "cold-storage", "name": "Archive"},
        ),
    ],
    ids=["created", "renamed"],
)
def test_another_id_than_expected_is_returned_with_a_warning(
    run: Any, responses: list[Any], options: dict[str, Any]
) -> None:
    warnings: list[str] = []
    result = run(*responses, context=Context(False, warnings.append), **options)
    assert result["backup_destination"]["id"] == "cold1"
    assert warnings == [
        f"Northflank gave the backup destination {options.get('name', 'Cold storage')!r} the ID cold1, not"
        " cold-storage. Set destination_id to this ID, and use it in backup schedules."
    ]


def failure_of(run: Any, *responses: Any, **options: Any) -> dict[str, Any]:
    with pytest.raises(TaskFailed) as caught:
        run(*responses, **options)
    return caught.value.to_result()


@pytest.mark.parametrize(
    ("responses", "options", "message"),
    [
        ([IN_API], {"prefix": "other"}, "cannot change these options .*: prefix"),
        ([NOT_FOUND, page("backupDestinations", DESTINATION_IN_API)], {"destination_id": "archive"}, "does not exist"),
        (
            [NOT_FOUND, NONE],
            {"credentials": {**destination_params()["credentials"], "secret_key": None}},
            "without credentials.secret_key",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_refusals_fail_without_a_write(
    run: Any, responses: list[Any], options: dict[str, Any], message: str, check_mode: bool
) -> None:
    result = failure_of(run, *responses, context=Context(check_mode, pytest.fail), **options)
    assert (result["changed"], result["actions"], result["diff"]) == (False, [], [])
    assert re.search(message, result["msg"])


def test_an_error_of_the_api_is_reported(run: Any) -> None:
    in_use = ApiError("DELETE", "/path", "In use by shop/db", status=409)
    result = failure_of(run, IN_API, in_use, state="absent")
    assert result["msg"] == "DELETE /path failed with status 409: In use by shop/db."
    assert (result["error"]["status"], result["changed"]) == (409, False)
    assert result["backup_destination"]["id"] == "cold-storage"


def test_an_error_of_the_first_read_is_reported(run: Any) -> None:
    result = failure_of(run, ApiError("GET", "/path", "Forbidden", status=403))
    assert (result["error"]["status"], result["changed"], result["backup_destination"]) == (403, False, None)


def test_an_unknown_outcome_is_a_change(run: Any) -> None:
    unknown = ApiError("POST", "/path", "timeout", outcome_unknown=True)
    result = failure_of(run, NOT_FOUND, NONE, unknown, ApiError("GET", "/path", "Forbidden", status=403))
    assert (result["changed"], result["actions"]) == (True, [])
    assert "It is unknown whether the backup destination was created; run the task again" in result["msg"]


def test_a_defect_is_reported_without_secrets(run: Any) -> None:
    result = failure_of(run, IN_API, ValueError("it is secret-of-a-test"), description="new")
    assert result["changed"]
    assert "Internal error in community.northflank" in result["msg"] and "ValueError" in result["exception"]
    assert "secret-of-a-test" not in str(result)


def test_an_interruption_after_the_work_is_a_failure_with_the_result(run: Any) -> None:
    interruption = Interruption()

    class Interrupting(dict[str, Any]):
        """A response after which the task is interrupted."""

        def __getitem__(self, name: str) -> Any:
            interruption.request("SIGTERM")
            return super().__getitem__(name)

    context = Context(False, pytest.fail, interruption=interruption)
    result = failure_of(run, IN_API, Interrupting(CHANGED), context=context, description="new")
    assert result["changed"]
    assert result["msg"] == "Interrupted by SIGTERM after the backup destination had been processed."


def test_all_invalid_options_are_reported_at_once_and_no_secret_is() -> None:
    params = params_of(backup_destination, name="Größe", credentials=destination_params()["credentials"])
    params = {**params, "team_id": "our team", "credentials": {**params["credentials"], "secret_key": "short"}}
    with pytest.raises(InvalidOptions) as caught:
        backup_destination.run(params, Context(False, pytest.fail))
    assert [error.split(":")[0] for error in caught.value.validation_errors] == [
        "team_id",
        "destination_id",
        "prefix",
        "credentials.secret_key",
    ]
    assert "short" not in str(caught.value)


def test_a_boolean_is_not_a_number_of_days() -> None:
    params = params_of(backup_destination, **given_options())
    params["credentials"]["object_lock_retention_days"] = True
    with pytest.raises(InvalidOptions) as caught:
        backup_destination.run(params, Context(False, pytest.fail))
    assert caught.value.validation_errors == [
        "credentials.object_lock_retention_days: true is a Boolean, not an integer"
    ]


def test_only_the_reference_must_be_valid_to_delete() -> None:
    params = params_of(backup_destination, state="absent", destination_id="a-")
    with pytest.raises(InvalidOptions, match="^1 invalid option .*: destination_id: 'a-' is not an ID"):
        backup_destination.run(params, Context(False, pytest.fail))


def test_a_request_body_of_the_api_is_accepted() -> None:
    body = destination(usage="globalBackups").to_api()
    params = params_of(backup_destination, **body)
    assert backup_destination.BackupDestination.from_params(params) == destination(usage="globalBackups")


def test_an_error_does_not_quote_a_key_in_the_wrong_option() -> None:
    credentials = {**destination_params()["credentials"], "secret_key": "a\\'key\"of-a-test"}
    options = given_options(prefix="a\\'key\"of-a-test\n", credentials=credentials)
    with pytest.raises(InvalidOptions) as caught:
        backup_destination.run(params_of(backup_destination, **options), Context(False, pytest.fail))
    assert (
        str(caught.value) == "1 invalid option (no request was sent): prefix: '********\\n' contains control characters"
    )
