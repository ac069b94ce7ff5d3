# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of destinations and notification integrations, and tests that the harness detects broken code."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from ansible_collections.community.northflank.plugins.module_utils._model.destination import BackupDestination
from ansible_collections.community.northflank.plugins.module_utils._model.notification import NotificationIntegration
from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets
from ansible_collections.community.northflank.plugins.module_utils._reconcile import apply_object
from simulator.server import Simulator

from . import destinations, notifications
from .account_objects import Harness
from .task_runner import FakeClock, TaskRunner

# FAULT_SEED=123 repeats one scenario of each family. FAULT_SCENARIOS=800 runs 800 instead of 400, as in test_faults.
ONE_SEED = [int(os.environ["FAULT_SEED"])] if "FAULT_SEED" in os.environ else []
SHARE = int(os.environ.get("FAULT_SCENARIOS", "400")) / 800
FAMILIES = {**destinations.FAMILIES, **notifications.FAMILIES}
SEEDS = {family: round(count * SHARE) for family, count in zip(FAMILIES, (120, 60, 60, 60, 60) * 2)}
SEEDS_FOR_BROKEN_CODE = range(400)


@pytest.fixture(scope="module")
def harnesses() -> dict[str, Harness]:
    """Return the harness of each family."""
    clock = FakeClock()
    task_runner = TaskRunner(Simulator(clock=clock.monotonic), clock)
    by_module = {module: module.Harness(task_runner) for module in (destinations, notifications)}
    return {family: harness for module, harness in by_module.items() for family in module.FAMILIES}


@pytest.mark.parametrize(
    ("family", "seed"), [(family, seed) for family, count in SEEDS.items() for seed in ONE_SEED or range(count)]
)
def test_in_process(harnesses: dict[str, Harness], family: str, seed: int) -> None:
    harnesses[family].check(FAMILIES[family](seed))


@pytest.mark.parametrize("family", ["destinations", "notifications"])
@pytest.mark.skipif(bool(ONE_SEED), reason="one seed has one outcome")
def test_scenarios_have_all_outcomes(harnesses: dict[str, Harness], family: str) -> None:
    harness = harnesses[family]
    harness.outcomes.clear()
    for seed in range(60):
        harness.check(FAMILIES[family](seed))
    assert min(harness.outcomes[name] for name in ("failed", "succeeded", "changed", "unchanged")) > 5


STATE = apply_object.ObjectState
DESTINATION_TO_RESULT = BackupDestination.to_result
NOTIFICATION_TO_RESULT = NotificationIntegration.to_result


def repeats_posts(create: Any, find: Any, is_desired: Any, attempts: Any, is_unique: bool = True) -> Any:
    for _attempt in attempts:
        try:
            return create(), True
        except ApiError as caught:
            error = caught
    raise error


def reports_unknown_outcomes_as_success(api: Any, plan: Any, outcome: Any) -> None:
    try:
        api.delete(plan.before.id)
    except ApiError as error:
        if 400 <= (error.status or 0) < 500:
            raise
    outcome.state = STATE(None, is_done=True)


def trusts_every_response(api: Any, method: str, id_: str, desired: Any, found: Any) -> None:
    return


def recreates(api: Any, plan: Any, outcome: Any) -> None:
    api.delete(plan.before.id)
    outcome.state = STATE(api.create(plan.after), is_done=True)


def never_in_doubt(subject: Any, is_done: bool = False, is_in_doubt: bool = False, note: str = "") -> Any:
    return STATE(subject, is_done, False, "")


def shows_keys(self: Any) -> dict[str, Any]:
    return {**DESTINATION_TO_RESULT(self), "credentials": vars(self.credentials)}


def shows_webhook(self: Any) -> dict[str, Any]:
    return {**NOTIFICATION_TO_RESULT(self), "webhook": self.webhook}


def is_detected(harness: Harness, family: str) -> bool:
    for seed in SEEDS_FOR_BROKEN_CODE:
        try:
            harness.check(FAMILIES[family](seed))
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize(
    ("family", "where", "name", "broken"),
    [
        ("destinations", apply_object, "create_once", repeats_posts),
        ("destinations", apply_object, "_require", trusts_every_response),
        ("destinations", apply_object, "ObjectState", never_in_doubt),
        ("lines of destinations", apply_object, "ObjectState", never_in_doubt),
        ("destinations", BackupDestination, "to_result", shows_keys),
        ("destinations", Secrets, "scrub", lambda self, value: value),
        ("notifications", apply_object, "create_once", repeats_posts),
        ("notifications", apply_object, "_require", trusts_every_response),
        ("notifications", apply_object, "ObjectState", never_in_doubt),
        ("lines of notifications", apply_object, "ObjectState", never_in_doubt),
        # A read cannot show that a secret was changed.
        ("notifications", NotificationIntegration, "hides", lambda self, changed_options: False),
        ("notifications", NotificationIntegration, "to_result", shows_webhook),
        ("notifications", Secrets, "scrub", lambda self, value: value),
    ],
)
def test_broken_code_is_detected(
    harnesses: dict[str, Harness], family: str, where: Any, name: str, broken: Callable[..., Any]
) -> None:
    with mock.patch.object(where, name, broken):
        assert is_detected(harnesses[family], family)


@pytest.mark.parametrize("family", ["destinations", "notifications"])
@pytest.mark.parametrize(("action", "broken"), [("delete", reports_unknown_outcomes_as_success), ("update", recreates)])
def test_broken_steps_are_detected(
    harnesses: dict[str, Harness], family: str, action: str, broken: Callable[..., Any]
) -> None:
    with mock.patch.dict(apply_object._STEPS, {action: broken}):
        assert is_detected(harnesses[family], family)
