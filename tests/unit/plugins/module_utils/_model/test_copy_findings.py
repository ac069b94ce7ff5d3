# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls off_site and immutable."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.copy_findings import (
    immutable,
    off_site,
)
from ansible_collections.community.northflank.plugins.module_utils._model.destination_copies import (
    UNREAD,
    Copies,
    DestinationCopies,
)

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone.utc)
DB = "shop/orders-db"
FORBIDDEN = DestinationCopies("'Lost'", error="GET /v1/backup-destinations/lost/backups failed with status 403.")


def time(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).isoformat()


def destination(hours_ago: float | None = None, lock_days: int | None = None, **changes: Any) -> DestinationCopies:
    completed = {} if hours_ago is None else {DB: time(hours_ago)}
    values = {"name": "'Archive'", "completed": completed, "locked": lock_days is not None, "lock_days": lock_days}
    return DestinationCopies(**{**values, **changes})


OF_OTHER = destination(completed={"shop/users-db": time(1), "orders-db": time(1)})
VERIFYING = destination(undetermined={DB: time(3)})
UNATTRIBUTED = destination(unattributed=time(3))


@pytest.mark.parametrize(
    ("destinations", "status", "reason"),
    [
        ([], "fail", "There is no backup destination."),
        ([destination()], "fail", "There is no completed copy of its backups in the backup destination 'Archive'."),
        ([OF_OTHER], "fail", "There is no completed copy of its backups in the backup destination 'Archive'."),
        (
            [destination(48)],
            "pass",
            "The newest completed copy in the backup destination 'Archive' began at 2026-11-22T10:30",
        ),
        (
            [destination(49)],
            "fail",
            "The newest completed copy in the backup destination 'Archive' began at 2026-11-22T09:30:00Z",
        ),
        ([destination(49), destination(1)], "pass", "The newest "),
        (
            [FORBIDDEN],
            "unknown",
            "The copies in the backup destination 'Lost' could not be read: GET /v1/backup-destinations/",
        ),
        ([FORBIDDEN, destination(1)], "pass", "The newest "),
        ([FORBIDDEN, destination(49)], "unknown", "The copies in "),
        (
            [VERIFYING],
            "unknown",
            "A copy in the backup destination 'Archive' has an unknown status, an invalid or future",
        ),
        (
            [destination(undetermined={DB: time(49)})],
            "fail",
            "There is no completed copy of its backups in the backup destination 'Archive'.",
        ),
        ([destination(undetermined={"shop/users-db": time(3)})], "fail", "There is no completed copy "),
        (
            [UNATTRIBUTED],
            "unknown",
            "Northflank lists copies in the backup destination 'Archive' without their addons",
        ),
        ([destination(49, unattributed=time(3))], "unknown", "Northflank lists copies "),
        ([destination(2, unattributed=time(3))], "pass", "The newest "),
        ([destination(unattributed=time(49))], "fail", "There is no completed copy "),
    ],
)
def test_off_site(destinations: list[DestinationCopies], status: str, reason: str) -> None:
    finding = off_site({"hours": 48}, DB, Copies(NOW, tuple(destinations)))
    assert finding.status == status
    assert finding.reason.startswith(reason)


@pytest.mark.parametrize(
    ("destinations", "hours", "status", "reason"),
    [
        ([], None, "fail", "There is no backup destination."),
        (
            [destination()],
            None,
            "fail",
            "There is no completed copy of its backups in the backup destination 'Archive'.",
        ),
        ([destination(3)], None, "fail", "The backup destination 'Archive' has no object lock."),
        ([destination(3, 30)], None, "pass", "The newest completed copy in the backup destination 'Archive' began at "),
        ([destination(2000, 30)], None, "pass", "The newest "),
        (
            [destination(2000, 30)],
            48,
            "fail",
            "The newest completed copy in the backup destination 'Archive' began at ",
        ),
        (
            [destination(3, 29)],
            None,
            "fail",
            "The object lock of the backup destination 'Archive' lasts 29 days, less than 30",
        ),
        ([destination(3, 10**12)], None, "pass", "The newest "),
        (
            [destination(3), destination(99, 30)],
            48,
            "fail",
            "The backup destination 'Archive' has no object lock. The newest",
        ),
        (
            [destination(3, locked=True)],
            None,
            "unknown",
            "The object lock of the backup destination 'Archive' has no valid",
        ),
        ([destination(3, locked=True), destination(9, 30)], None, "pass", "The newest "),
        (
            [FORBIDDEN, destination(3)],
            None,
            "unknown",
            "The copies in the backup destination 'Lost' could not be read: ",
        ),
        (
            [destination(lock_days=30, undetermined={DB: time(99)})],
            None,
            "unknown",
            "A copy in the backup destination ",
        ),
        ([VERIFYING], None, "fail", "The backup destination 'Archive' has no object lock."),
        ([destination(lock_days=30, unattributed=time(3))], 48, "unknown", "Northflank lists copies "),
        ([UNATTRIBUTED], 48, "fail", "The backup destination 'Archive' has no object lock."),
    ],
)
def test_immutable(destinations: list[DestinationCopies], hours: int | None, status: str, reason: str) -> None:
    finding = immutable({"days": 30}, DB, Copies(NOW, tuple(destinations)), hours)
    assert finding.status == status
    assert finding.reason.startswith(reason)


def test_destinations_that_were_not_listed_are_unknown() -> None:
    copies = Copies(NOW, error="GET /v1/backup-destinations failed with status 403: Forbidden.")
    for finding in (off_site({"hours": 48}, DB, copies), immutable({"days": 30}, DB, copies, None)):
        assert finding.status == "unknown"
        assert finding.reason.startswith(
            "The backup destinations could not be listed: GET /v1/backup-destinations failed"
        )


def test_what_was_not_read_does_not_pass() -> None:
    assert off_site({"hours": 48}, DB, UNREAD).status == "unknown"


def test_a_copy_is_as_old_as_it_was_when_it_was_read() -> None:
    copies = Copies(NOW, (destination(1),))
    assert off_site({"hours": 1}, DB, copies).status == "pass"
