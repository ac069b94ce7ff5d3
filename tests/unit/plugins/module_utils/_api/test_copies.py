# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copies in backup destinations are read once per run, also if a part of them cannot be read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._api.copies import (
    CopiesInDestinations,
)
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    RateLimitReached,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._api.stub_transport import (
    RunCache,
    StubTransport,
    page,
)

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
FORBIDDEN = ApiError("GET", "/path", "Forbidden", status=403)
LIMIT = RateLimitReached("GET", "/path", "Too many requests", status=429)
CREDENTIALS = {"bucketName": "bucket", "region": "eu", "endpoint": "s3.example.org"}


def destination(name: str) -> dict[str, Any]:
    return {"name": name, "type": "s3", "prefix": "", "credentials": CREDENTIALS}


def copy(addon: str, created_at: str = "2026-11-24T09:30:00.000Z") -> dict[str, Any]:
    project = {"project": {"id": "shop"}, "addon": {"id": addon}}
    return {"id": "copy", "name": "", "status": "completed", "createdAt": created_at, "config": {}, **project}


def copies_of(
    transport: Any, cache: RunCache | None = None, key: str = "account", team_id: str | None = None
) -> CopiesInDestinations:
    return CopiesInDestinations(transport, team_id, (cache or RunCache()).cached, key, lambda: NOW)


def test_all_pages_of_all_destinations_are_read_once_per_run() -> None:
    transport = StubTransport(
        page("backupDestinations", destination("Archive"), destination("Far away")),
        {"data": [copy("orders-db", "2026-11-20T09:30:00.000Z")], "pagination": {"hasNextPage": True, "cursor": "2"}},
        {"data": [copy("orders-db"), copy("users-db")]},
        {"data": [copy("users-db")]},
    )
    cache = RunCache()
    first = copies_of(transport, cache)
    copies = first.read()
    assert [each[1] for each in transport.requests] == [
        "/v1/backup-destinations",
        "/v1/backup-destinations/archive/backups",
        "/v1/backup-destinations/archive/backups",
        "/v1/backup-destinations/far-away/backups",
    ]
    assert [sorted(each.completed) for each in copies.destinations] == [
        ["shop/orders-db", "shop/users-db"],
        ["shop/users-db"],
    ]
    assert copies.destinations[0].completed["shop/orders-db"] == "2026-11-24T09:30:00+00:00"
    assert copies.read_at == NOW
    assert first.read() == copies_of(StubTransport(), cache).read() == copies


def test_another_account_reads_its_own() -> None:
    cache = RunCache()
    copies_of(StubTransport(page("backupDestinations")), cache, "one account").read()
    transport = StubTransport(page("backupDestinations"))
    copies_of(transport, cache, "another account", team_id="our-team").read()
    assert [each[1] for each in transport.requests] == ["/v1/teams/our-team/backup-destinations"]


def test_threads_of_a_task_wait_for_the_first_one() -> None:
    transport = StubTransport(page("backupDestinations"))
    copies = copies_of(transport)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _number: copies.read(), range(32)))
    assert len(transport.requests) == 1
    assert all(each == results[0] for each in results)


def test_a_destination_that_cannot_be_read_does_not_affect_others_and_is_not_read_again() -> None:
    transport = StubTransport(
        page("backupDestinations", destination("Lost"), destination("Odd"), destination("Archive")),
        FORBIDDEN,
        {"data": [copy("orders-db"), {"id": "copy"}]},
        {"data": [copy("orders-db")]},
    )
    cache = RunCache()
    lost, odd, archive = copies_of(transport, cache).read().destinations
    assert lost.error == "GET /path failed with status 403: Forbidden."
    assert odd.error is not None
    assert "has an item that is not a backup" in odd.error
    assert odd.completed == {}
    assert (archive.error, list(archive.completed)) == (None, ["shop/orders-db"])
    assert copies_of(StubTransport(), cache).read().destinations == (lost, odd, archive)


def test_a_destination_without_an_id_cannot_be_read() -> None:
    transport = StubTransport(page("backupDestinations", destination("\N{SNOWMAN}")))
    (unnamed,) = copies_of(transport).read().destinations
    assert unnamed.error == "Its ID is unknown: the API does not list it, and the name does not determine it."


def test_an_error_of_the_list_is_a_part_of_the_result() -> None:
    cache = RunCache()
    copies = copies_of(StubTransport(FORBIDDEN), cache).read()
    assert (copies.error, copies.destinations) == ("GET /path failed with status 403: Forbidden.", ())
    assert copies_of(StubTransport(), cache).read() == copies


@pytest.mark.parametrize("error", [LIMIT, Interrupted("SIGTERM")])
@pytest.mark.parametrize("before", [(), (page("backupDestinations", destination("Archive")),)])
def test_the_rate_limit_and_an_interruption_are_not_stored(error: Exception, before: tuple[Any, ...]) -> None:
    cache = RunCache()
    with pytest.raises(type(error)):
        copies_of(StubTransport(*before, error), cache).read()
    assert cache.stored == {}
    assert copies_of(StubTransport(page("backupDestinations")), cache).read().error is None
