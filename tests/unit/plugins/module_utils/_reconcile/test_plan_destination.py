# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for a backup destination."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.plugins.module_utils._reconcile.plan_destination import (
    DestinationPlan,
    plan_absent,
    plan_present,
)
from ansible_collections.community.northflank.tests.unit.plugins.module_utils._model.examples import (
    DESTINATION_IN_API,
    destination,
)

EXISTING = BackupDestination.from_api(DESTINATION_IN_API)


def test_a_missing_destination_is_created_with_defaults() -> None:
    plan = plan_present(destination(), None, None)
    assert plan == DestinationPlan("create", None, destination().with_defaults())
    assert plan.to_result() == [{"action": "create", "destination_id": "cold-storage"}]


def test_nothing_is_done_to_a_destination_that_is_up_to_date() -> None:
    plan = plan_present(destination(), EXISTING, None)
    assert plan == DestinationPlan(None, EXISTING, EXISTING)
    assert plan.to_result() == []


def test_a_difference_is_an_update() -> None:
    desired = destination(destination_id="cold-storage", name="Other", credentials={"region": "eu-west-2"})
    plan = plan_present(desired, EXISTING, None)
    assert (plan.action, plan.changed_options, plan.refusals) == ("update", ("name", "credentials.region"), ())
    assert plan.after == replace(desired.filled_from(EXISTING), id="cold-storage")
    assert plan.to_result() == [
        {"action": "update", "destination_id": "cold-storage", "changed_options": ["name", "credentials.region"]}
    ]


def test_options_that_cannot_be_changed_are_refused() -> None:
    plan = plan_present(destination(prefix="other", usage="containerSnapshots", description="x"), EXISTING, None)
    (refusal,) = plan.refusals
    assert refusal == (
        "The API cannot change these options of the backup destination cold-storage: prefix (from 'backups' to"
        " 'other'), usage (from 'globalBackups' to 'containerSnapshots'). It is not replaced, because backup schedules"
        " may refer to it. Create another destination, or set the options to the existing values."
    )


@pytest.mark.parametrize(
    ("existing", "id_", "refusal"),
    [
        (
            None,
            "archive",
            "The backup destination cold-storage does not exist, and another one has the name 'Cold storage' and the ID"
            " archive. Set destination_id to that ID, or choose another name.",
        ),
        (
            None,
            None,
            "The backup destination cold-storage does not exist, and another one has the name 'Cold storage' and an ID"
            " that the API does not list. Set destination_id to that ID, or choose another name.",
        ),
        (
            replace(EXISTING, name="Old"),
            "archive",
            "The backup destination cold-storage cannot be renamed, and another one has the name 'Cold storage' and the"
            " ID archive. Set destination_id to that ID, or choose another name.",
        ),
    ],
)
def test_a_name_that_is_in_use_is_refused(existing: Any, id_: str | None, refusal: str) -> None:
    assert plan_present(destination(), existing, replace(EXISTING, id=id_)).refusals == (refusal,)


@pytest.mark.parametrize(
    ("credentials", "missing"),
    [
        ({"secret_key": None}, "credentials.secret_key"),
        ({"access_key": None, "secret_key": None}, "credentials.access_key and credentials.secret_key"),
    ],
)
def test_static_credentials_are_required_to_create_one(credentials: dict[str, Any], missing: str) -> None:
    assert plan_present(destination(credentials=credentials), None, None).refusals == (
        f"The backup destination cold-storage does not exist, and cannot be created without {missing}.",
    )
    assert plan_present(destination(credentials=credentials), EXISTING, None).action is None


def test_a_workload_identity_needs_no_keys() -> None:
    credentials = {"access_key": None, "secret_key": None, "workload_identity_id": "writer"}
    assert plan_present(destination(credentials=credentials), None, None).refusals == ()


def test_an_existing_destination_is_deleted() -> None:
    for by in ({}, {"destination_id": "cold-storage", "name": "Old"}, {"destination_id": "cold-storage", "name": None}):
        plan = plan_absent(destination(**by), EXISTING)
        assert plan.to_result() == [{"action": "delete", "destination_id": "cold-storage"}]
        assert plan.refusals == ()
    assert plan_absent(destination(), None) == DestinationPlan(None, None, None)


def test_a_name_does_not_mean_the_destination_that_once_had_it() -> None:
    renamed = replace(EXISTING, name="Archive")
    problem = (
        "The backup destination with the ID cold-storage, which follows from the name 'Cold storage', has the name"
        " 'Archive'. Set destination_id to cold-storage to"
    )
    assert plan_absent(destination(), renamed).refusals == (f"{problem} delete it.",)
    assert plan_present(destination(), renamed, None).refusals == (f"{problem} rename it.",)


@pytest.mark.parametrize("returned", [None, "", "********", "\u2022\u2022\u2022"])
def test_credentials_are_not_changed_without_the_secrets(returned: str | None) -> None:
    in_api = {**DESTINATION_IN_API["credentials"], "secretKey": returned}
    existing = BackupDestination.from_api({**DESTINATION_IN_API, "credentials": in_api})
    plan = plan_present(destination(credentials={"secret_key": None, "region": "eu-west-2"}), existing, None)
    assert plan.refusals == (
        "The credentials of the backup destination cold-storage cannot be changed without credentials.secret_key,"
        " because the API does not return the existing ones.",
    )
    others = destination(credentials={"secret_key": None}, description="new")
    assert plan_present(others, existing, None).refusals == ()
    assert plan_present(destination(credentials={"region": "eu-west-2"}), existing, None).refusals == ()
