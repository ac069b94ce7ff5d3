# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a task failed, in one line, without secrets."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets
from ansible_collections.community.northflank.plugins.plugin_utils._drill_failures import failure_reason, secrets_of

NONE = Secrets()
TASK = {"name": "Count the orders", "no_log": False}
PASSWORD = "p4ss w0rd/+{{ 1/0 }}"


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"msg": "There are no orders."}, "There are no orders."),
        ({"msg": ["a", 1]}, '["a", 1]'),
        ({"msg": "", "reason": "Could not find the file."}, "Could not find the file."),
        (
            {"msg": "non-zero return code", "rc": 2, "stdout": "0", "stderr": "psql: error:\n  connection refused\n"},
            "non-zero return code (exit code 2): psql: error: connection refused",
        ),
        (
            {"msg": "non-zero return code", "rc": 1, "stdout": "no rows", "stderr": ""},
            "non-zero return code (exit code 1): no rows",
        ),
        # What a command wrote is not repeated, and that of other modules is not read.
        ({"msg": "failed: no rows", "rc": 1, "stderr": "no rows"}, "failed: no rows (exit code 1)"),
        ({"msg": "failed", "stderr": "x"}, "failed"),
        ({"msg": "Assertion failed", "assertion": "rows | int > 0"}, "Assertion failed: rows | int > 0"),
        ({"msg": "There are no rows.", "assertion": "rows > 0"}, "There are no rows."),
        (
            {
                "msg": "One or more items failed",
                "results": [{"msg": "ok"}, {"failed": True, "msg": "b is empty"}, {"failed": True, "msg": "c"}],
            },
            "b is empty",
        ),
        ({"msg": "All items completed", "results": []}, "All items completed"),
        ({"msg": "listed", "results": [{"name": "not an item"}]}, "listed"),
    ],
)
def test_the_reason_is_the_name_of_the_task_and_its_message(result: Any, message: str) -> None:
    assert failure_reason(TASK, result, NONE) == f"Count the orders: {message}"


@pytest.mark.parametrize("nothing", [{}, None, "", []])
def test_ansible_may_record_nothing(nothing: Any) -> None:
    assert failure_reason(nothing, nothing, NONE) == "Ansible could not run the tasks; see its error message"
    assert failure_reason(TASK, nothing, NONE) == "Count the orders"
    assert failure_reason(nothing, {"msg": "x"}, NONE) == "x"


def test_the_hint_about_a_fork_that_is_deleted_is_left_out() -> None:
    message, hint = "Fork drills/db does not run. Check its events in Northflank.", "Delete it with state: absent."
    result = {"msg": f"{message} {hint}"}
    assert failure_reason(TASK, {**result, "hint": hint}, NONE) == f"Count the orders: {message}"
    # Only as the last sentence.
    for other in (None, "", "Check its events in Northflank.", ["Delete"]):
        assert failure_reason(TASK, {**result, "hint": other}, NONE) == f"Count the orders: {message} {hint}"


def test_the_reason_is_one_bounded_line_without_control_characters() -> None:
    reason = failure_reason({"name": "a\x1b[31m\nb"}, {"msg": "\u202e\x00" + "long " * 1000}, NONE)
    assert reason.startswith("a [31m b: long long")
    assert reason.isprintable()
    assert len(reason) < 700
    assert reason.endswith("more characters)")


def test_the_message_of_a_task_with_no_log_is_hidden() -> None:
    task = {**TASK, "no_log": True}
    result = {"msg": PASSWORD, "rc": 1, "stderr": PASSWORD}
    assert failure_reason(task, result, NONE, reveal=False) == (
        "Count the orders: the message is hidden, because the task has no_log: true"
    )
    assert failure_reason(task, result, secrets_of({"secrets": {"PASSWORD": PASSWORD}}), reveal=True) == (
        "Count the orders: ******** (exit code 1)"
    )


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote_plus(PASSWORD),
        json.dumps(PASSWORD),
        f"postgresql://user:{quote(PASSWORD, safe='')}@db:5432/app",
    ],
)
@pytest.mark.parametrize(
    "credentials",
    [
        {"envs": {}, "secrets": {"PASSWORD": PASSWORD}},
        {"secrets": {"URI": {"nested": [PASSWORD]}}},
    ],
)
def test_credentials_are_masked(credentials: Any, form: str) -> None:
    secrets = secrets_of(credentials)
    for task, result in (
        ({"name": form}, {}),
        (TASK, {"msg": form}),
        (TASK, {"msg": "failed", "rc": 1, "stderr": f"failed for {form}"}),
        (TASK, {"msg": "One or more items failed", "results": [{"failed": True, "msg": form}]}),
    ):
        reason = failure_reason(task, result, secrets)
        assert "********" in reason
        assert not any(part in reason for part in ("p4ss", "w0rd"))


@pytest.mark.parametrize("length", range(550, 610, 3))
def test_no_part_of_a_credential_remains_where_the_reason_is_cut(length: int) -> None:
    reason = failure_reason({}, {"msg": "x" * length + PASSWORD + "y" * 100}, secrets_of({"secrets": [PASSWORD]}))
    assert "p4" not in reason
    assert "more characters" in reason


def test_other_values_are_not_masked() -> None:
    secrets = {"DATABASE": "orders", "PORT": 5432, "TLS": True, "NONE": None, "NUMBER": 123456789}
    credentials = {"envs": {"HOST": "db.example.org"}, "secrets": secrets}
    result = {"msg": "db.example.org orders 5432 True None 123456789"}
    reason = failure_reason(TASK, result, secrets_of(credentials))
    assert reason == "Count the orders: db.example.org orders 5432 True None ********"


@pytest.mark.parametrize("message", ["\u200b", "\x1b", "\ud800", " \n", ""])
def test_there_is_always_a_reason(message: str) -> None:
    reason = failure_reason({"name": ""}, {"failed": True, "msg": message}, NONE)
    assert reason == "Ansible could not run the tasks; see its error message"


def test_a_task_without_a_name_is_known_by_its_action() -> None:
    task = {"name": "", "action": "ansible.builtin.fail"}
    assert failure_reason(task, {"failed": True, "msg": "None"}, NONE) == "ansible.builtin.fail: None"


@pytest.mark.parametrize("credentials", [None, {}, "", [PASSWORD], {"secrets": None}, {"envs": {"A": PASSWORD}}])
def test_credentials_may_be_missing(credentials: Any) -> None:
    assert failure_reason(TASK, {"msg": PASSWORD}, secrets_of(credentials)) == f"Count the orders: {PASSWORD}"
