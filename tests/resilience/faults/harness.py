# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a scenario against the simulator, and check the result and the schedules afterwards."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.schedule import (
    ADDON_SCHEMA,
    VOLUME_SCHEMA,
    BackupSchedule,
)
from simulator.bodies.schedules import BackupSchedule as AddonBody
from simulator.bodies.schedules import VolumeBackupSchedule as VolumeBody
from simulator.errors import ApiError
from simulator.server import Simulator
from simulator.store import Store
from simulator.store.resources import Resource

from .scenarios import PROJECT, ConcurrentWrite, Scenario
from .task_runner import TaskRunner

# Faults after which a client cannot know whether a request took effect.
UNKNOWN_OUTCOMES = ("drop", "truncate", "garbage", "html", "empty", "slow", "redirect", "chunks", "large", "no_content")

# Matches messages that report an unknown outcome.
OUTCOME_UNKNOWN = re.compile("is (unknown|not known)")

KNOWN_FIELDS = {
    "id",
    "createdAt",
    "updatedAt",
    "scheduling",
    "backupType",
    "retentionTime",
    "additionalDestinations",
    "compressionType",
    "backupCompressionType",
    "customDestinationId",
}


# By the kind of resource: what its schedules have, and their request bodies.
SCHEMAS = {"addon": ADDON_SCHEMA, "volume": VOLUME_SCHEMA}
BODIES: dict[str, type[AddonBody | VolumeBody]] = {"addon": AddonBody, "volume": VolumeBody}


@dataclass(frozen=True)
class Existing:
    """An existing schedule of an addon or a volume.

    name: interval and type. settings: the fields that a user can set, as in a result. unknown: names of its unknown
    fields.
    """

    id: str
    name: str
    settings: dict[str, Any]
    unknown: tuple[str, ...]


class Harness:
    """Runs scenarios one after the other, and counts their faults and requests."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.faults: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()

    def check(self, scenario: Scenario) -> None:
        """Run the scenario. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(scenario)
        except AssertionError as error:
            raise AssertionError(f"seed {scenario.seed}: {error}") from error

    def _check(self, scenario: Scenario) -> None:
        scenario = self._with_random_line(scenario)
        self._set_up(scenario)
        before = self._existing_schedules()
        result = self._run_with_faults(scenario)
        self._count_requests()
        ResultCheck(
            scenario, result, before, self._existing_schedules(), self.simulator, self.task_runner.warnings
        ).check()
        self._clear_faults()
        self._check_convergence(scenario)

    def _check_convergence(self, scenario: Scenario) -> None:
        """Check that the task succeeds without faults, and then changes nothing."""
        options = {
            "timeout": 60,
            "retries": 0,
            "rate_limit_max_wait": 0,
            "rate_limit_reserve": 0,
            "rate_limit_clients": 1,
        }
        before = self._existing_schedules()
        self.simulator.log.clear()
        converged = self._run(scenario, **options)
        failed = {id_ for id_, entry in entries(scenario, converged).items() if entry.get("failed")}
        if scenario.options["on_difference"] == "keep_and_fail":
            return
        refused = {resource_id for resource_id in before if may_be_refused(scenario, before[resource_id])}
        assert failed <= refused and (failed or not converged.get("failed")), f"does not converge: {converged['msg']}"
        writes = [request["path"] for request in self.simulator.log if request["method"] != "GET"]
        for resource_id in failed:
            assert not any(f"/{resource_id}/" in f"{path}/" for path in writes), (
                f"{resource_id} was changed although the task failed"
            )
        self.simulator.log.clear()
        again = self._run(scenario, **options)
        count = len(entries(scenario, again))
        assert not again["changed"], f"the second run changed something: {again}"
        reads = [request for request in self.simulator.log if request["path"].endswith("/backup-schedules")]
        pages = 1 if not scenario.settings["paginate_schedules"] else 10
        assert count <= len(reads) <= pages * count, f"the second run read {scenario.kind}s more than once"
        assert {request["method"] for request in self.simulator.log} <= {"GET"}, "the second run sent a write"

    def _run(self, scenario: Scenario, **options: Any) -> dict[str, Any]:
        return self.task_runner.run(kind=scenario.kind, **{**scenario.options, **options})

    def _run_with_faults(self, scenario: Scenario) -> dict[str, Any]:
        self.task_runner.warnings.clear()
        with self.task_runner.injector.inject(scenario.injections):
            try:
                return self._run(scenario)
            except BaseException as error:
                if not scenario.is_injected and not isinstance(error, Exception):
                    raise
                if not isinstance(error, Exception) and not self.simulator.store.journal:
                    # Nothing is lost if the task is interrupted before its first write.
                    return {"changed": False, "addons": [], "volumes": []}
                raise AssertionError(f"{error!r} ended the task without a result") from error

    def _with_random_line(self, scenario: Scenario) -> Scenario:
        """Return the scenario with an exception at a random line of those that run without it."""
        if scenario.line_exception is None:
            return scenario
        self._set_up(scenario)
        injector = self.task_runner.injector
        with injector.count_lines():
            self._run(scenario)
        if not injector.lines:
            return scenario
        rng = random.Random(f"line {scenario.seed}")
        return replace(scenario, injections=(injector.random_line(rng, scenario.line_exception),))

    def _set_up(self, scenario: Scenario) -> None:
        simulator = self.simulator
        resources = [
            {"id": resource_id, "backup_schedules": bodies, "listed_schedules": scenario.odd.get(resource_id, [])}
            for resource_id, bodies in scenario.start.items()
        ]
        project = {"id": PROJECT, f"{scenario.kind}s": resources}
        simulator.reset({"destinations": [{"id": "cold-storage"}], "projects": [project]})
        vars(simulator.settings).update(scenario.settings)
        kind = scenario.kind
        for position, fault in enumerate(scenario.faults):
            write = scenario.concurrent_writes.get(position)
            call = {"call": lambda store, write=write: apply_concurrent_write(store, kind, write)} if write else {}
            simulator.faults.add(**fault, **call)

    def _clear_faults(self) -> None:
        self.simulator.faults.set([])
        self.simulator.settings.rate_limit = 1000
        self.simulator.gateway.limit.reset()

    def _existing_schedules(self) -> dict[str, list[Existing]]:
        """Return the schedules of each addon or volume."""
        store = self.simulator.store
        return {
            resource.id: [existing(resource, listed) for listed in store.schedules.list_all(resource)]
            for resource in (*store.addons(), *store.volumes())
        }

    def _count_requests(self) -> None:
        for request in self.simulator.log:
            self.requests[request["method"]] += 1
            self.requests["rejected by the rate limit"] += request["status"] == 429 and not request["fault"]
            if request["fault"]:
                kind = f"status {request['status']}" if request["fault"] == "status" else request["fault"]
                self.faults[kind] += 1


def entries(scenario: Scenario, result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the entries of a result by the ID of their addon or volume."""
    return {entry[f"{scenario.kind}_id"]: entry for entry in result[f"{scenario.kind}s"]}


def existing(resource: Resource, listed: dict[str, Any]) -> Existing:
    schedule = BackupSchedule.from_api(copy.deepcopy(listed), SCHEMAS[resource.kind])
    unknown = [*(listed.keys() - KNOWN_FIELDS), *(listed["scheduling"].keys() - {"interval", "minute", "hour", "day"})]
    return Existing(str(schedule.id), schedule.name, known(schedule.settings()), tuple(sorted(unknown)))


def known(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings in a result without read-only and unknown fields."""
    dropped = ("id", "created_at", "updated_at", "unknown_fields")
    return {name: value for name, value in settings.items() if name not in dropped}


def name_of(settings: dict[str, Any]) -> str:
    return f"{settings['scheduling']['interval']} {settings['backup_type']}"


def may_be_refused(scenario: Scenario, schedules: list[Existing]) -> bool:
    """Return whether the task may fail for an addon because of its existing schedules."""
    desired = [BackupSchedule.from_params(each) for each in scenario.options["schedules"]]
    counts = Counter(schedule.name for schedule in schedules)
    repeated = {name for name, count in counts.items() if count > 1}
    beyond_patch = bool(repeated) or any(schedule.unknown for schedule in schedules)
    if scenario.options.get("write_method") == "addon" and beyond_patch:
        return True
    for schedule in desired:
        alike = [BackupSchedule.from_params(each.settings) for each in schedules if each.name == schedule.name]
        if len(alike) > 1 and not any(not schedule.differences(each) for each in alike):
            return not scenario.options["prune"]
    return False


class ResultCheck:
    """Compares the result of a rollout with what took effect."""

    def __init__(
        self,
        scenario: Scenario,
        result: dict[str, Any],
        before: dict[str, list[Existing]],
        after: dict[str, list[Existing]],
        simulator: Simulator,
        warnings: list[str],
    ) -> None:
        self.scenario = scenario
        self.result = result
        self.before = before
        self.after = after
        self.simulator = simulator
        self.warnings = warnings
        self.desired = {
            schedule.name: schedule for schedule in map(BackupSchedule.from_params, scenario.options["schedules"])
        }
        # Schedules that another client wrote are not checked.
        self.touched = {
            (path.split("/")[-1], name) for path, _done, name, by in simulator.store.journal if by == "other client"
        }

    def check(self) -> None:
        reports = entries(self.scenario, self.result)
        for resource_id, before in self.before.items():
            report = reports.get(resource_id, {"changed": False, "actions": []})
            assert "exception" not in report or self.scenario.is_injected, report["exception"]
            for old in before:
                self.check_not_lost(resource_id, old, report)
            self.check_actions(resource_id, report)
            self.check_schedules(resource_id, report)
        self.check_posts_not_repeated()
        self.check_rate_limit()
        assert self.result["changed"] == any(report["changed"] for report in reports.values())

    def check_not_lost(self, resource_id: str, old: Existing, report: dict[str, Any]) -> None:
        after = self.after[resource_id]
        if any(new.id == old.id for new in after) or (resource_id, old.name) in self.touched:
            return
        options, lost = self.scenario.options, report.get("lost_schedules", [])
        if options["prune"] and old.name not in self.desired:
            return
        alike = [new for new in after if new.name == old.name]
        remembered = [*alike, *(each for each in lost if name_of(each) == old.name)]
        if options["prune"] and remembered and sum(each.name == old.name for each in self.before[resource_id]) > 1:
            # prune keeps one of several duplicates, and deletes the others as it deletes unlisted schedules.
            return
        recorded = [each for each in lost if known(each) == old.settings]
        self.check_unknown_fields_reported(resource_id, old, recorded, report)
        if recorded or any(new.settings == old.settings for new in alike):
            return
        assert alike, f"{resource_id}: the {old.name} schedule is gone and not in lost_schedules: {report}"
        assert old.name in self.desired, (
            f"{resource_id}: the {old.name} schedule was changed, but is not in the task: {report}"
        )
        assert options["on_difference"] == "replace", f"{resource_id}: {old.name} should have been kept"
        desired = self.desired[old.name]
        assert any(not desired.differences(BackupSchedule.from_params(new.settings)) for new in alike), (
            f"{resource_id}: {old.name} is neither old nor new: {alike}"
        )

    def check_unknown_fields_reported(
        self, resource_id: str, old: Existing, recorded: list[dict[str, Any]], report: dict[str, Any]
    ) -> None:
        reported = str(recorded) if recorded else f"{report} {self.warnings}"
        for name in old.unknown:
            assert name in reported, (
                f"{resource_id}: {name} of the {old.name} schedule is gone, and not reported: {report}"
            )

    def check_actions(self, resource_id: str, report: dict[str, Any]) -> None:
        effects = {"create": ["create"], "delete": ["delete"]}
        reported = Counter(
            (effect, f"{action['interval']} {action['backup_type']}")
            for action in report.get("actions", ())
            for effect in effects.get(action["action"], ["delete", "create"])
        )
        actual = Counter(
            (done, name)
            for path, done, name, by in self.simulator.store.journal
            if path.split("/")[-1] == resource_id and by == "api"
        )
        ours = [effect for effect in reported.keys() | actual.keys() if (resource_id, effect[1]) not in self.touched]
        assert report["changed"] or not any(actual[effect] for effect in ours), f"{resource_id}: was changed: {report}"
        unknown = self.is_unknown(report)
        assert report["changed"] == bool(report.get("actions")) or (report["changed"] and unknown), report
        if self.got_no_list(resource_id):
            return
        for effect in ours:
            # If the outcome is unknown, there may be more effects than reported, but not fewer.
            agrees = reported[effect] <= actual[effect] if unknown else reported[effect] == actual[effect]
            assert agrees, f"{resource_id}: reported {reported}, actual {actual}: {report}"

    def check_schedules(self, resource_id: str, report: dict[str, Any]) -> None:
        if "backup_schedules" not in report or self.got_404(resource_id) or self.got_no_list(resource_id):
            return
        reported = [(name_of(result), known(result)) for result in report["backup_schedules"]]
        actual = [(new.name, new.settings) for new in self.after[resource_id]]
        for name in {name for name, _settings in [*reported, *actual]}:
            if (resource_id, name) not in self.touched:
                result, state = (Counter(repr(s) for n, s in each if n == name) for each in (reported, actual))
                agrees = result <= state if self.is_unknown(report) else result == state
                assert agrees, f"{resource_id}: reported {result}, actual {state}: {report}"

    def is_unknown(self, report: dict[str, Any]) -> bool:
        """Return whether the report says that an outcome is unknown."""
        return bool(OUTCOME_UNKNOWN.search(report.get("msg", "")))

    def got_404(self, resource_id: str) -> bool:
        """Return whether a read got a 404, after which an addon without desired schedules counts as deleted."""
        return any(request["status"] == 404 for request in self.reads(resource_id))

    def got_no_list(self, resource_id: str) -> bool:
        """Return whether the plan is based on a response without a list, which counts as an empty list.

        Reads with an incomplete response or a server error are retried.
        """
        complete = [
            each for each in self.reads(resource_id) if each["fault"] != "chunks" and (each["status"] or 500) < 500
        ]
        return any(request["fault"] in ("no_content", "text", "large") for request in complete[:1])

    def reads(self, resource_id: str) -> list[dict[str, Any]]:
        path = f"/{resource_id}/backup-schedules"
        return [each for each in self.simulator.log if each["method"] == "GET" and each["path"].endswith(path)]

    def check_posts_not_repeated(self) -> None:
        open_posts: dict[tuple[str, str], dict[str, Any]] = {}
        for request in self.simulator.log:
            if request["method"] == "GET":
                open_posts = {key: post for key, post in open_posts.items() if key[0] != request["path"]}
            if request["method"] == "POST":
                key = (
                    request["path"],
                    str((request["body"]["scheduling"]["interval"], request["body"].get("backupType"))),
                )
                assert key not in open_posts, f"a POST was repeated without a read: {request}"
                if request["fault"] in (*UNKNOWN_OUTCOMES, "text") or request["status"] >= 500:
                    open_posts[key] = request
                elif request["status"] == 200 and self.scenario.is_injected:
                    # The injected exception may have hidden the response from the client.
                    open_posts[key] = request

    def check_rate_limit(self) -> None:
        rejected = sum(request["status"] == 429 and not request["fault"] for request in self.simulator.log)
        windows = 1 + len(self.simulator.log) // self.scenario.settings["rate_limit"]
        assert rejected <= self.scenario.options["concurrency"] * windows, f"{rejected} requests got a 429"


def apply_concurrent_write(store: Store, kind: str, write: ConcurrentWrite) -> None:
    """Apply the write of another client, unless the API rejects it."""
    find: Callable[[str, str], Resource] = {"addon": store.addon, "volume": store.volume}[kind]
    resource = find(PROJECT, write.resource_id)
    body = BODIES[kind].model_validate(write.body)
    for schedule in list(resource.schedules.values()):
        if (schedule["scheduling"]["interval"], schedule["backupType"]) == body.key:
            try:
                store.schedules.delete(resource, schedule["id"], by="other client")
            except ApiError:
                return
    if write.creates:
        try:
            store.schedules.create(resource, body, by="other client")
        except ApiError:
            return
