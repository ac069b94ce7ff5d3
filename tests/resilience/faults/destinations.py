# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios of a task for a backup destination, and checks of its result and of the destinations afterwards."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator.bodies.destinations import BackupDestination, BackupDestinationUpdate
from simulator.errors import ApiError
from simulator.store import Store

from .harness import UNKNOWN_OUTCOMES
from .injections import EXCEPTIONS, REQUEST_PLACES, Injection
from .scenarios import hostile_fault, random_fault
from .task_runner import TaskRunner

# The methods of requests with faults, by the desired state. None is any method.
METHODS: dict[str, tuple[str | None, ...]] = {
    "present": ("POST", "POST", "PATCH", "PATCH", "GET", None),
    "absent": ("DELETE", "DELETE", "DELETE", "GET", None),
}

NAMES = ("Cold storage", "Archive", "Off-site")
KEYS = ("key-number-one", "key-number-two", "key-number-three")

# The API's names of the options, and of the suboptions of credentials.
FIELDS = {"name": "name", "description": "description", "type": "type", "prefix": "prefix", "usage": "usage"}
CREDENTIALS = {
    "bucket_name": "bucketName",
    "region": "region",
    "endpoint": "endpoint",
    "auth_mode": "authMode",
    "access_key": "accessKey",
    "secret_key": "secretKey",
    "workload_identity_id": "workloadIdentityId",
    "enable_object_lock": "enableObjectLock",
    "object_lock_retention_days": "objectLockRetentionDays",
}
DEFAULTS = {"description": "", "usage": "globalBackups", "authMode": "staticCreds", "enableObjectLock": False}

# Matches messages that report an unknown outcome.
IN_DOUBT = re.compile("is unknown whether|was created at the same time|that were requested")

# Matches messages of tasks that fail without faults.
REFUSALS = re.compile(
    "cannot change these options|another one has the name|cannot be created without|is in use by|which follows from"
)


@dataclass(frozen=True)
class Scenario:
    """A task with faults.

    start: the existing destinations, as in fleets. options: of backup_destination.
    faults: rules for the simulator. concurrent_writes: of other clients, by the position of their fault.
    settings: of the simulator. is_used: whether a schedule uses the first destination.
    injections, line_exception: as in the scenarios of schedules.
    """

    seed: int
    start: list[dict[str, Any]]
    options: dict[str, Any]
    faults: list[dict[str, Any]]
    concurrent_writes: dict[int, Callable[[Store], None]]
    settings: dict[str, Any]
    is_used: bool = False
    injections: tuple[Injection, ...] = ()
    line_exception: type[BaseException] | None = None

    @property
    def is_injected(self) -> bool:
        return bool(self.injections or self.line_exception)


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def random_scenario(seed: int) -> Scenario:
    """Return a scenario with errors, lost responses and other clients."""
    rng = random.Random(f"destination {seed}")
    names = rng.sample(NAMES, rng.choice([0, 1, 2, 2]))
    start = [{**_destination(rng, name), "id": slug(name)} for name in names]
    options = _options(rng, _destination(rng, rng.choice([*names, *names, *NAMES])), names)
    faults, concurrent_writes = [], {}
    for position in range(rng.choice([0, 1, 1, 2, 2, 3, 5])):
        fault = _echoing(rng, random_fault(rng, slow=True, methods=METHODS[options["state"]]), options)
        if rng.random() < 0.15:
            fault = {**fault, "kind": "call", "times": 1}
            concurrent_writes[position] = _concurrent_write(rng, options)
        faults.append(fault)
    return Scenario(
        seed=seed,
        start=start,
        options=options,
        faults=faults,
        concurrent_writes=concurrent_writes,
        settings={
            "rate_limit": rng.choice([1000, 1000, 20, 6]),
            "rate_window": rng.choice([30.0, 3600.0]),
            "max_page_size": rng.choice([100, 1]),
            "extra_fields": rng.random() < 0.5,
            "list_destination_ids": rng.random() < 0.3,
            "destination_id_suffix": rng.choice(["", "", "", "-1"]),
            "unique_destination_names": rng.random() < 0.6,
            "destination_patch_response": rng.choice(["full", "without_secrets", "empty"]),
            "stored_description": "of a server" if rng.random() < 0.1 else None,
            "merge_patched_credentials": rng.random() < 0.5,
            "rename_changes_destination_id": rng.random() < 0.2,
            "keep_used_destinations": rng.random() < 0.5,
        },
        is_used=rng.random() < 0.3,
    )


def hostile_scenario(seed: int) -> Scenario:
    """Return a scenario with invalid responses."""
    rng = random.Random(f"hostile destination {seed}")
    scenario = _without_concurrent_writes(random_scenario(seed))
    faults = [hostile_fault(rng) for _count in range(rng.choice([1, 1, 2, 3]))]
    # A client cannot detect that a destination is in use if the response says that it was deleted.
    return replace(scenario, faults=[*faults, *scenario.faults[:1]], is_used=False)


def exceptions_scenario(seed: int) -> Scenario:
    """Return a scenario with unexpected exceptions in requests."""
    rng = random.Random(f"exceptions of destinations {seed}")
    scenario = _without_concurrent_writes(random_scenario(seed))
    injections = tuple(
        Injection(
            place=rng.choice(REQUEST_PLACES),
            position=rng.choice([0, 0, 0, 1, 2]),
            exception=rng.choice(EXCEPTIONS),
            method=rng.choice(["POST", "POST", "PATCH", "PATCH", "DELETE", "GET", None]),
        )
        for _count in range(rng.choice([1, 1, 2]))
    )
    return replace(scenario, injections=injections, faults=scenario.faults[:2])


def lines_scenario(seed: int) -> Scenario:
    """Return a scenario with an exception at a line of the code that applies a plan."""
    rng = random.Random(f"lines of destinations {seed}")
    scenario = _without_concurrent_writes(random_scenario(seed))
    return replace(scenario, line_exception=rng.choice(EXCEPTIONS), faults=scenario.faults[:2])


FAMILIES: dict[str, Callable[[int], Scenario]] = {
    "destinations": random_scenario,
    "hostile destinations": hostile_scenario,
    "exceptions of destinations": exceptions_scenario,
    "lines of destinations": lines_scenario,
}


def _without_concurrent_writes(scenario: Scenario) -> Scenario:
    return replace(
        scenario, faults=[fault for fault in scenario.faults if fault["kind"] != "call"], concurrent_writes={}
    )


def _destination(rng: random.Random, name: str) -> dict[str, Any]:
    """Return a valid request body. There are few values, so that two bodies are often nearly equal."""
    credentials: dict[str, Any] = {
        "bucketName": rng.choice(["bucket", "bucket", "other-bucket"]),
        "region": rng.choice(["eu-west-1", "eu-west-1", "us-east-1"]),
        "endpoint": "s3.example.org",
    }
    if rng.random() < 0.2:
        credentials.update(authMode="workloadIdentity", workloadIdentityId=rng.choice(["writer", "reader"]))
    else:
        credentials.update(accessKey=f"access-{rng.choice(KEYS)}", secretKey=f"secret-{rng.choice(KEYS)}")
    if rng.random() < 0.2:
        credentials.update(enableObjectLock=True, objectLockRetentionDays=rng.choice([1, 30]))
    destination = {
        "name": name,
        "type": "s3",
        "prefix": rng.choice(["", "", "", "backups"]),
        "usage": rng.choice(["globalBackups"] * 4 + ["containerSnapshots"]),
        "credentials": credentials,
    }
    return {**destination, **({"description": "of tests"} if rng.random() < 0.4 else {})}


def _options(rng: random.Random, body: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Convert a request body to validated options, with some optional ones omitted, or to options that delete it."""
    credentials = {name: body["credentials"].get(api_name) for name, api_name in CREDENTIALS.items()}
    if rng.random() < 0.3:
        credentials.update(access_key=None, secret_key=None)
    options = {
        "destination_id": rng.choice([slug(body["name"]), *map(slug, names)]) if rng.random() < 0.3 else None,
        "name": body["name"],
        "description": rng.choice([body.get("description"), ""]),
        "type": "s3",
        "prefix": body["prefix"],
        "usage": rng.choice([body["usage"], None]),
        "credentials": credentials,
        "state": rng.choice(["present", "present", "present", "absent"]),
        "retries": rng.choice([0, 1, 2, 5]),
        "rate_limit_max_wait": rng.choice([0, 60, 100_000]),
    }
    return options


def _echoing(rng: random.Random, fault: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return the fault, whose error may contain the keys of the request."""
    keys = [options["credentials"][name] for name in ("access_key", "secret_key")]
    if fault["kind"] != "status" or options["state"] == "absent" or None in keys or rng.random() < 0.5:
        return fault
    text = f"not accepted: {' '.join(keys)}"
    return {**fault, "body": {"error": {"status": fault["status"], "message": text, "details": {text: [text]}}}}


def _concurrent_write(rng: random.Random, options: dict[str, Any]) -> Callable[[Store], None]:
    """Return a function that changes the destination as another client, just before a request."""
    action = rng.choice(["create", "create", "create the same", "change", "delete"])
    body = _destination(rng, options["name"])
    if action == "create the same":
        body = _complete(options)

    def write(store: Store) -> None:
        destination_id = options["destination_id"] or slug(options["name"])
        try:
            if action.startswith("create"):
                store.destinations.create(BackupDestination.model_validate(body), by="other")
            elif action == "change":
                change = BackupDestinationUpdate.model_validate({"description": "of another client"})
                store.destinations.update(destination_id, change, by="other")
            else:
                store.destinations.delete(destination_id, [], by="other")
        except ApiError:
            return

    return write


def _complete(options: dict[str, Any]) -> dict[str, Any]:
    """Return a request body with these options, and with required fields."""
    credentials = {CREDENTIALS[name]: value for name, value in options["credentials"].items() if value is not None}
    if credentials.get("authMode") != "workloadIdentity":
        credentials = {"accessKey": "access-of-another-client", "secretKey": "secret-of-another-client", **credentials}
    body = {name: options[name] for name in ("name", "type", "prefix", "description") if options[name] is not None}
    return {**body, "usage": options["usage"] or "globalBackups", "credentials": credentials}


class Harness:
    """Runs scenarios, and checks that the guarantees hold."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.outcomes: Counter[str] = Counter()

    def check(self, scenario: Scenario) -> None:
        """Run the scenario. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(scenario)
        except AssertionError as error:
            raise AssertionError(f"seed {scenario.seed}: {error}") from error

    def _check(self, scenario: Scenario) -> None:
        scenario = self._with_random_line(scenario)
        self._set_up(scenario)
        before = self._existing()
        result = self._run(scenario)
        ResultCheck(scenario, result, before, self._existing(), self.simulator, self.task_runner.warnings).check()
        self.outcomes["failed" if result.get("failed") else "succeeded"] += 1
        self.outcomes["changed" if result["changed"] else "unchanged"] += 1
        self._check_convergence(scenario)

    def _set_up(self, scenario: Scenario) -> None:
        self.task_runner.warnings.clear()
        schedules = []
        if scenario.is_used and scenario.start:
            destination_id = scenario.start[0]["id"]
            schedules = [
                {
                    "scheduling": {"interval": "daily", "minute": [0], "hour": [2]},
                    "backupType": "dump",
                    "retentionTime": 7,
                    "customDestinationId": destination_id,
                }
            ]
        projects = [{"id": "shop", "addons": [{"id": "db", "backup_schedules": schedules}]}]
        self.simulator.reset({"destinations": copy.deepcopy(scenario.start), "projects": projects})
        vars(self.simulator.settings).update(scenario.settings)
        for position, fault in enumerate(scenario.faults):
            write = scenario.concurrent_writes.get(position)
            self.simulator.faults.add(**fault, **({"call": write} if write else {}))

    def _run(self, scenario: Scenario) -> dict[str, Any]:
        with self.task_runner.injector.inject(scenario.injections):
            try:
                return self.task_runner.run_destination(**scenario.options)
            except BaseException as error:
                if not isinstance(error, Exception) and not self.simulator.store.destinations.journal:
                    return {"changed": False, "failed": True, "msg": "", "actions": []}
                raise AssertionError(f"{error!r} ended the task without a result") from error

    def _with_random_line(self, scenario: Scenario) -> Scenario:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self.task_runner.run_destination(**scenario.options)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _check_convergence(self, scenario: Scenario) -> None:
        """Check that the task succeeds without faults or cannot succeed, and then changes nothing."""
        self.simulator.faults.set([])
        self.simulator.settings.rate_limit = 1000
        self.simulator.gateway.limit.reset()
        options = {**scenario.options, "timeout": 60, "retries": 0}
        predicted = self.task_runner.run_destination(check_mode=True, **options)
        result = self.task_runner.run_destination(**options)
        if "in use" not in result.get("msg", "") and "that were requested" not in result.get("msg", ""):
            for name in ("changed", "failed", "actions"):
                assert predicted.get(name) == result.get(name), f"check mode predicts {predicted}, it is {result}"
        if result.get("failed"):
            assert REFUSALS.search(result["msg"]) or scenario.settings["stored_description"], f"fails: {result['msg']}"
            return
        existing = {each["id"]: each for each in self._existing()}
        if scenario.options["state"] == "present":
            assert differences(scenario.options, existing[result["backup_destination"]["id"]]) == [], result
        expected = scenario.options["destination_id"] or slug(scenario.options["name"])
        if scenario.options["state"] == "present" and result["backup_destination"]["id"] != expected:
            return  # reported in a warning, and the next run fails
        self.simulator.clear_log()
        again = self.task_runner.run_destination(**options)
        assert not again.get("failed") and not again["changed"], f"the second run changed something: {again}"
        assert [request["method"] for request in self.simulator.log] == ["GET"]

    def _existing(self) -> list[dict[str, Any]]:
        store = self.simulator.store.destinations
        return [store.get(destination_id) for destination_id in store.ids()]


def differences(options: dict[str, Any], destination: dict[str, Any]) -> list[str]:
    """Return the names of the set options in which a destination of the API differs."""
    existing = {**DEFAULTS, **destination, **destination["credentials"]}
    desired = {FIELDS[name]: options[name] for name in FIELDS}
    desired.update({CREDENTIALS[name]: value for name, value in options["credentials"].items()})
    return [name for name, value in desired.items() if value is not None and value != existing.get(name)]


class ResultCheck:
    """Compares the result of a task with what took effect."""

    def __init__(
        self,
        scenario: Scenario,
        result: dict[str, Any],
        before: list[dict[str, Any]],
        after: list[dict[str, Any]],
        simulator: Any,
        warnings: list[str],
    ) -> None:
        self.scenario = scenario
        self.options = scenario.options
        self.result = result
        self.before = before
        self.after = after
        self.log = simulator.log
        self.warnings = warnings
        journal = simulator.store.destinations.journal
        self.ours = [(action, destination_id) for action, destination_id, by in journal if by == "api"]
        self.has_concurrent_writes = any(by == "other" for _action, _id, by in journal)

    def check(self) -> None:
        assert "exception" not in self.result or self.scenario.is_injected, self.result["exception"]
        self.check_other_destinations()
        self.check_posts_not_repeated()
        self.check_actions()
        self.check_destination()
        self.check_secrets()

    def check_other_destinations(self) -> None:
        destination_id = self.options["destination_id"] or slug(self.options["name"])
        actions = {action for action, _id in self.ours}
        allowed = {"delete"} if self.options["state"] == "absent" else {"create", "update"}
        assert actions <= allowed, f"did {self.ours}"
        assert all(id_ == destination_id for action, id_ in self.ours if action != "create"), f"did {self.ours}"
        remaining = {each["id"]: each for each in self.after}
        for each in self.before:
            if each["id"] != destination_id:
                assert remaining.get(each["id"]) == each, f"{each['id']} was changed"

    def check_posts_not_repeated(self) -> None:
        assert [action for action, _id in self.ours].count("create") <= 1, f"did {self.ours}"
        open_post = False
        for request in self.log:
            if request["method"] == "GET":
                open_post = False
            if request["method"] == "POST":
                assert not open_post, "a POST was repeated without a read"
                unknown = request["fault"] in (*UNKNOWN_OUTCOMES, "text") or (request["status"] or 500) >= 500
                open_post = unknown or (request["status"] == 200 and self.scenario.is_injected)

    def check_actions(self) -> None:
        in_doubt = bool(IN_DOUBT.search(self.result.get("msg", "")))
        reported = [(each["action"], each["destination_id"]) for each in self.result.get("actions", ())]
        # Another client may undo an update before the task can see it.
        is_hidden = self.got_404() or self.has_concurrent_writes
        assert self.result["changed"] or not self.ours or is_hidden, f"did {self.ours}: {self.result}"
        assert not self.result["changed"] or self.ours or in_doubt or self.has_concurrent_writes or self.got_404(), (
            self.result
        )
        for action, _destination_id in reported:
            actual = [each for each, _id in self.ours]
            assert action in actual or self.has_concurrent_writes or self.got_404(), f"did {self.ours}: {self.result}"
        if self.result.get("actions"):
            assert len(self.result["diff"]) == 1
        assert self.result["changed"] or not reported

    def got_404(self) -> bool:
        """Return whether a fault returned a 404 although the destination may exist."""
        return any(request["fault"] and request["status"] == 404 for request in self.log)

    def check_destination(self) -> None:
        if self.result.get("failed") or self.has_concurrent_writes or self.got_404():
            return
        reported = self.result["backup_destination"]
        if self.options["state"] == "absent":
            destination_id = self.options["destination_id"] or slug(self.options["name"])
            assert destination_id not in {each["id"] for each in self.after}, self.result
            return
        (found,) = [each for each in self.after if each["id"] == reported["id"]]
        assert differences(self.options, found) == [], self.result
        assert (
            reported["prefix"] == found["prefix"]
            and reported["credentials"]["region"] == found["credentials"]["region"]
        )
        expected = self.options["destination_id"] or slug(self.options["name"])
        assert reported["id"] == expected or any("Set destination_id" in text for text in self.warnings), self.warnings

    def check_secrets(self) -> None:
        shown = f"{self.result} {self.warnings}"
        for each in (*(f"access-{key}" for key in KEYS), *(f"secret-{key}" for key in KEYS), "of-another-client"):
            assert each not in shown, f"shows {each}: {shown}"
