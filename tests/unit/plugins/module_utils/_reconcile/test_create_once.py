# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A POST takes effect only once, even if responses are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError, Interrupted
from ansible_collections.community.northflank.plugins.module_utils._reconcile.create_once import (
    Conflict,
    OutcomeUnknown,
    create_once,
)

REFUSED = ApiError("POST", "/path", "refused", status=400)
CONFLICT = ApiError("POST", "/path", "conflict", status=409)
NO_RESPONSE = ApiError("POST", "/path", "no response", outcome_unknown=True)
SERVER_ERROR = ApiError("POST", "/path", "server error", status=500, outcome_unknown=True)
FORBIDDEN = ApiError("POST", "/path", "forbidden", status=403)
WITHOUT_ID = ApiError("POST", "/path", "no ID", status=200, outcome_unknown=True)
UNREADABLE_SUCCESS = ApiError("POST", "/path", "no JSON", status=201, outcome_unknown=True, is_from_api=False)
UNREADABLE = ApiError("GET", "/path", "forbidden", status=403)
INTERRUPTED = Interrupted("SIGTERM")


def in_turn(results: list[Any], calls: list[str], name: str) -> Callable[[], Any]:
    remaining: Iterator[Any] = iter(results)

    def call() -> Any:
        calls.append(name)
        result = next(remaining)
        if isinstance(result, Exception):
            raise result
        return result

    return call


def run(creates: list[Any], finds: list[Any], calls: list[str] | None = None, **options: Any) -> tuple[Any, bool]:
    log: list[str] = [] if calls is None else calls
    return create_once(
        create=in_turn(creates, log, "create"),
        find=in_turn(finds, log, "find"),
        is_desired=lambda found: found in ("created", "desired"),
        attempts=range(3),
        **options,
    )


@pytest.mark.parametrize(
    ("creates", "finds", "result", "calls"),
    [
        (["created"], [], ("created", True), "create"),
        # After an unknown outcome, a read shows whether it took effect.
        ([NO_RESPONSE], ["desired"], ("desired", True), "create find"),
        ([SERVER_ERROR], ["desired"], ("desired", True), "create find"),
        ([NO_RESPONSE, "created"], [None], ("created", True), "create find create"),
        ([NO_RESPONSE, SERVER_ERROR], [None, "desired"], ("desired", True), "create find create find"),
        # A conflict after an unknown outcome may be with the first attempt.
        ([NO_RESPONSE, CONFLICT], [None, "desired"], ("desired", True), "create find create find"),
        # Another refusal may be due to a first attempt that took effect late.
        ([NO_RESPONSE, REFUSED], [None, "desired"], ("desired", True), "create find create find"),
        ([WITHOUT_ID, "created"], [None], ("created", True), "create find create"),
        # Something else created the same.
        ([CONFLICT], ["desired"], ("desired", False), "create find"),
    ],
)
def test_the_object_is_created_once(creates: list[Any], finds: list[Any], result: tuple[Any, bool], calls: str) -> None:
    log: list[str] = []
    assert run(creates, finds, log) == result
    assert log == calls.split()


@pytest.mark.parametrize(
    ("creates", "finds", "error", "calls"),
    [
        ([REFUSED], [], REFUSED, "create"),
        ([NO_RESPONSE, REFUSED], [None] * 2, REFUSED, "create find create find"),
        ([NO_RESPONSE, FORBIDDEN], [None], FORBIDDEN, "create find create"),
        # A conflict although its place is free: for example, no more schedules are allowed.
        ([CONFLICT], [None], CONFLICT, "create find"),
        # Without an unknown outcome, nothing was created, even if that cannot be read.
        ([CONFLICT], [UNREADABLE], CONFLICT, "create find"),
        ([NO_RESPONSE] * 3, [None] * 3, NO_RESPONSE, "create find " * 3),
        ([INTERRUPTED], [], INTERRUPTED, "create"),
    ],
)
def test_an_object_that_was_not_created_is_an_error(
    creates: list[Any], finds: list[Any], error: Exception, calls: str
) -> None:
    log: list[str] = []
    with pytest.raises(type(error)) as caught:
        run(creates, finds, log)
    assert caught.value is error
    assert log == calls.split()


@pytest.mark.parametrize(
    ("creates", "finds", "error"),
    [([CONFLICT], ["other"], CONFLICT), ([NO_RESPONSE, CONFLICT], [None, "other"], CONFLICT)],
)
def test_another_object_in_its_place_is_a_conflict(creates: list[Any], finds: list[Any], error: ApiError) -> None:
    with pytest.raises(Conflict) as caught:
        run(creates, finds)
    assert (caught.value.error, caught.value.found) == (error, "other")
    assert str(caught.value) == str(error)


@pytest.mark.parametrize(
    ("creates", "finds", "error"),
    [
        ([NO_RESPONSE], [UNREADABLE], NO_RESPONSE),
        ([NO_RESPONSE], [INTERRUPTED], NO_RESPONSE),
        ([NO_RESPONSE, CONFLICT], [None, UNREADABLE], CONFLICT),
    ],
)
def test_after_an_unknown_outcome_a_failed_read_leaves_it_unknown(
    creates: list[Any], finds: list[Any], error: ApiError
) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        run(creates, finds)
    assert caught.value.error is error
    assert str(caught.value) == str(error)


@pytest.mark.parametrize("error", [WITHOUT_ID, UNREADABLE_SUCCESS])
def test_a_post_that_was_accepted_is_not_repeated_if_it_may_create_a_second_object(error: ApiError) -> None:
    log: list[str] = []
    with pytest.raises(OutcomeUnknown) as caught:
        run([error, "created"], [None], log, is_unique=False)
    assert (caught.value.error, log) == (error, ["create", "find"])


@pytest.mark.parametrize("error", [NO_RESPONSE, SERVER_ERROR])
def test_a_post_that_may_not_have_arrived_is_repeated(error: ApiError) -> None:
    assert run([error, "created"], [None], is_unique=False) == ("created", True)
