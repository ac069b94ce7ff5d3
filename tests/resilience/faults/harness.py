# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Play a history against the simulator, and check what must hold after it."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._model.schedule import BackupSchedule
from simulator.bodies.schedules import BackupSchedule as Body
from simulator.errors import ApiError
from simulator.server import Simulator
from simulator.store import Store

from .histories import PROJECT, History, Rival
from .laboratory import Laboratory

# After these nobody knows whether a request took effect.
UNKNOWN_OUTCOMES = ("drop", "truncate", "garbage", "html", "empty", "slow", "redirect", "chunks", "large", "no_content")

# How a message says that what was done is not known in full.
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


@dataclass(frozen=True)
class Existing:
    """A schedule that an addon has.

    name: its interval and type. settings: what a user can set, in the form of a result. unknown: names of its other
    fields.
    """

    id: str
    name: str
    settings: dict[str, Any]
    unknown: tuple[str, ...]


class Harness:
    """Plays histories, one after the other, and counts what they went through."""

    def __init__(self, laboratory: Laboratory) -> None:
        self.laboratory = laboratory
        self.simulator = laboratory.simulator
        self.faults: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self._run = laboratory.run

    def check(self, history: History) -> None:
        """Play the history. Raises AssertionError, with the seed, for whatever must not happen."""
        try:
            self._check(history)
        except AssertionError as error:
            raise AssertionError(f"seed {history.seed}: {error}") from error

    def _check(self, history: History) -> None:
        history = self._at_a_line(history)
        self._begin(history)
        before = self._existing()
        result = self._interrupted_run(history)
        self._count()
        Aftermath(history, result, before, self._existing(), self.simulator, self.laboratory.said).check()
        self._calm_down()
        self._converges(history)

    def _converges(self, history: History) -> None:
        """Run the task again, with nothing in its way: it must succeed, and then change nothing."""
        calm = {**history.options, "timeout": 60, "retries": 0, "rate_limit_max_wait": 0, "rate_limit_reserve": 0}
        before = self._existing()
        self.simulator.log.clear()
        converged = self._run(**calm)
        failed = {addon["addon_id"] for addon in converged["addons"] if addon.get("failed")}
        if history.options["on_difference"] == "keep_and_fail":
            return
        refused = {addon_id for addon_id in before if may_be_refused(history, before[addon_id])}
        assert failed <= refused and (failed or not converged.get("failed")), f"does not converge: {converged['msg']}"
        writes = [request["path"] for request in self.simulator.log if request["method"] != "GET"]
        for addon_id in failed:
            assert not any(f"/{addon_id}/" in f"{path}/" for path in writes), f"{addon_id} was to be refused"
        self.simulator.log.clear()
        again = self._run(**calm)
        assert not again["changed"], f"changes something again: {again['addons']}"
        reads = [request for request in self.simulator.log if request["path"].endswith("/backup-schedules")]
        pages = 1 if not history.settings["paginate_schedules"] else 10
        assert len(again["addons"]) <= len(reads) <= pages * len(again["addons"]), "reads an addon more than once"
        assert {request["method"] for request in self.simulator.log} <= {"GET"}, "writes although all is as wanted"

    def _interrupted_run(self, history: History) -> dict[str, Any]:
        self.laboratory.said.clear()
        with self.laboratory.injector.armed(history.injections):
            try:
                return self._run(**history.options)
            except BaseException as error:
                if not history.is_injected and not isinstance(error, Exception):
                    raise
                if not isinstance(error, Exception) and not self.simulator.store.journal:
                    # Who interrupts a task before it has written anything has lost nothing.
                    return {"changed": False, "addons": []}
                raise AssertionError(f"{error!r} ended the task without a result") from error

    def _at_a_line(self, history: History) -> History:
        """Play the history without its exception to see which lines run, and draw one of them."""
        if history.raised_at_a_line is None:
            return history
        self._begin(history)
        injector = self.laboratory.injector
        with injector.counting_lines():
            self._run(**history.options)
        if not injector.lines:
            return history
        rng = random.Random(f"line {history.seed}")
        return replace(history, injections=(injector.at_a_line(rng, history.raised_at_a_line),))

    def _begin(self, history: History) -> None:
        simulator = self.simulator
        addons = [
            {"id": addon, "backup_schedules": bodies, "listed_schedules": history.odd.get(addon, [])}
            for addon, bodies in history.start.items()
        ]
        simulator.reset({"destinations": [{"id": "cold-storage"}], "projects": [{"id": PROJECT, "addons": addons}]})
        vars(simulator.settings).update(history.settings)
        for position, fault in enumerate(history.faults):
            rival = history.rivals.get(position)
            simulator.faults.add(**fault, **({"call": lambda store, rival=rival: act(store, rival)} if rival else {}))

    def _calm_down(self) -> None:
        self.simulator.faults.set([])
        self.simulator.settings.rate_limit = 1000
        self.simulator.gateway.limit.reset()

    def _existing(self) -> dict[str, list[Existing]]:
        """Give the schedules of each addon."""
        return {
            addon.id: [existing(listed) for listed in self.simulator.store.schedules.list_all(addon)]
            for addon in self.simulator.store.addons()
        }

    def _count(self) -> None:
        for request in self.simulator.log:
            self.requests[request["method"]] += 1
            self.requests["refused by the rate limit"] += request["status"] == 429 and not request["fault"]
            if request["fault"]:
                kind = f"status {request['status']}" if request["fault"] == "status" else request["fault"]
                self.faults[kind] += 1


def existing(listed: dict[str, Any]) -> Existing:
    schedule = BackupSchedule.from_api(copy.deepcopy(listed))
    unknown = [*(listed.keys() - KNOWN_FIELDS), *(listed["scheduling"].keys() - {"interval", "minute", "hour", "day"})]
    return Existing(str(schedule.id), schedule.name, known(schedule.settings()), tuple(sorted(unknown)))


def known(settings: dict[str, Any]) -> dict[str, Any]:
    """Give the settings in a result, without what the server or a newer API adds."""
    added = ("id", "created_at", "updated_at", "unknown_fields")
    return {name: value for name, value in settings.items() if name not in added}


def name_of(settings: dict[str, Any]) -> str:
    return f"{settings['scheduling']['interval']} {settings['backup_type']}"


def may_be_refused(history: History, schedules: list[Existing]) -> bool:
    """Tell whether a task may refuse to touch an addon because of what it has."""
    wanted = [BackupSchedule.from_params(each) for each in history.options["schedules"]]
    counts = Counter(schedule.name for schedule in schedules)
    repeated = {name for name, count in counts.items() if count > 1}
    beyond_patch = bool(repeated) or any(schedule.unknown for schedule in schedules)
    if history.options["write_method"] == "addon" and beyond_patch:
        return True
    for schedule in wanted:
        alike = [BackupSchedule.from_params(each.settings) for each in schedules if each.name == schedule.name]
        if len(alike) > 1 and not any(not schedule.differences(each) for each in alike):
            return not history.options["prune"]
    return False


class Aftermath:
    """What a rollout said it did, held against what took effect."""

    def __init__(
        self,
        history: History,
        result: dict[str, Any],
        before: dict[str, list[Existing]],
        after: dict[str, list[Existing]],
        simulator: Simulator,
        said: list[str],
    ) -> None:
        self.history = history
        self.result = result
        self.before = before
        self.after = after
        self.simulator = simulator
        self.said = said
        self.wanted = {
            schedule.name: schedule for schedule in map(BackupSchedule.from_params, history.options["schedules"])
        }
        # What a rival has touched is not ours to answer for.
        self.touched = {
            (addon.split("/")[1], name) for addon, _done, name, by in simulator.store.journal if by == "rival"
        }

    def check(self) -> None:
        told = {addon["addon_id"]: addon for addon in self.result["addons"]}
        for addon_id, before in self.before.items():
            report = told.get(addon_id, {"changed": False, "actions": []})
            assert "exception" not in report or self.history.is_injected, report["exception"]
            for old in before:
                self.is_not_lost(addon_id, old, report)
            self.actions_are_what_took_effect(addon_id, report)
            self.schedules_are_those_that_stand(addon_id, report)
        self.no_post_is_repeated_blindly()
        self.few_requests_are_refused()
        assert self.result["changed"] == any(addon["changed"] for addon in told.values())

    def is_not_lost(self, addon_id: str, old: Existing, report: dict[str, Any]) -> None:
        after = self.after[addon_id]
        if any(new.id == old.id for new in after) or (addon_id, old.name) in self.touched:
            return
        options, lost = self.history.options, report.get("lost_schedules", [])
        if options["prune"] and old.name not in self.wanted:
            return
        alike = [new for new in after if new.name == old.name]
        remembered = [*alike, *(each for each in lost if name_of(each) == old.name)]
        if options["prune"] and remembered and sum(each.name == old.name for each in self.before[addon_id]) > 1:
            # Of duplicates prune leaves one, the others are deleted as a schedule is that the task does not name.
            return
        recorded = [each for each in lost if known(each) == old.settings]
        self.unknown_fields_are_told(addon_id, old, recorded, report)
        if recorded or any(new.settings == old.settings for new in alike):
            return
        assert alike, f"{addon_id}: the {old.name} schedule is gone and not in lost_schedules: {report}"
        assert old.name in self.wanted, (
            f"{addon_id}: the {old.name} schedule was changed, but not asked to be: {report}"
        )
        assert options["on_difference"] == "replace", f"{addon_id}: {old.name} was to be kept"
        wanted = self.wanted[old.name]
        assert any(not wanted.differences(BackupSchedule.from_params(new.settings)) for new in alike), (
            f"{addon_id}: {old.name} is neither old nor new: {alike}"
        )

    def unknown_fields_are_told(
        self, addon_id: str, old: Existing, recorded: list[dict[str, Any]], report: dict[str, Any]
    ) -> None:
        told = str(recorded) if recorded else f"{report} {self.said}"
        for name in old.unknown:
            assert name in told, f"{addon_id}: {name} of the {old.name} schedule is gone, and not told: {report}"

    def actions_are_what_took_effect(self, addon_id: str, report: dict[str, Any]) -> None:
        effects = {"create": ["create"], "delete": ["delete"]}
        told = Counter(
            (effect, f"{action['interval']} {action['backup_type']}")
            for action in report.get("actions", ())
            for effect in effects.get(action["action"], ["delete", "create"])
        )
        really = Counter(
            (done, name)
            for addon, done, name, by in self.simulator.store.journal
            if addon == f"{PROJECT}/{addon_id}" and by == "api"
        )
        ours = [effect for effect in told.keys() | really.keys() if (addon_id, effect[1]) not in self.touched]
        assert report["changed"] or not any(really[effect] for effect in ours), f"{addon_id}: was changed: {report}"
        unknown = self.is_unknown(report)
        assert report["changed"] == bool(report.get("actions")) or (report["changed"] and unknown), report
        if self.was_told_empty(addon_id):
            return
        for effect in ours:
            # What is not known may have happened, but what is told has.
            agrees = told[effect] <= really[effect] if unknown else told[effect] == really[effect]
            assert agrees, f"{addon_id}: says {told}, did {really}: {report}"

    def schedules_are_those_that_stand(self, addon_id: str, report: dict[str, Any]) -> None:
        if "backup_schedules" not in report or self.was_told_gone(addon_id) or self.was_told_empty(addon_id):
            return
        told = [(name_of(result), known(result)) for result in report["backup_schedules"]]
        have = [(new.name, new.settings) for new in self.after[addon_id]]
        for name in {name for name, _settings in [*told, *have]}:
            if (addon_id, name) not in self.touched:
                says, has = (Counter(repr(s) for n, s in each if n == name) for each in (told, have))
                agrees = says <= has if self.is_unknown(report) else says == has
                assert agrees, f"{addon_id}: says {says}, has {has}: {report}"

    def is_unknown(self, report: dict[str, Any]) -> bool:
        """Whether the report says that it does not know all that was done."""
        return bool(OUTCOME_UNKNOWN.search(report.get("msg", "")))

    def was_told_gone(self, addon_id: str) -> bool:
        """Whether a 404 said that there is no such addon; that is believed where nothing is wanted of it."""
        return any(request["status"] == 404 for request in self.reads(addon_id))

    def was_told_empty(self, addon_id: str) -> bool:
        """Whether the plan was made from a response without a list, which counts as an empty one.

        A read whose response is broken off, or an error of the server, is repeated.
        """
        complete = [
            each for each in self.reads(addon_id) if each["fault"] != "chunks" and (each["status"] or 500) < 500
        ]
        return any(request["fault"] in ("no_content", "text", "large") for request in complete[:1])

    def reads(self, addon_id: str) -> list[dict[str, Any]]:
        path = f"/addons/{addon_id}/backup-schedules"
        return [each for each in self.simulator.log if each["method"] == "GET" and each["path"].endswith(path)]

    def no_post_is_repeated_blindly(self) -> None:
        open_posts: dict[tuple[str, str], dict[str, Any]] = {}
        for request in self.simulator.log:
            if request["method"] == "GET":
                open_posts = {key: post for key, post in open_posts.items() if key[0] != request["path"]}
            if request["method"] == "POST":
                key = (request["path"], str((request["body"]["scheduling"]["interval"], request["body"]["backupType"])))
                assert key not in open_posts, f"a POST was repeated without a read: {request}"
                if request["fault"] in (*UNKNOWN_OUTCOMES, "text") or request["status"] >= 500:
                    open_posts[key] = request
                elif request["status"] == 200 and self.history.is_injected:
                    # What came back may not have reached the client.
                    open_posts[key] = request

    def few_requests_are_refused(self) -> None:
        refused = sum(request["status"] == 429 and not request["fault"] for request in self.simulator.log)
        windows = 1 + len(self.simulator.log) // self.history.settings["rate_limit"]
        assert refused <= self.history.options["concurrency"] * windows, f"{refused} requests were refused"


def act(store: Store, rival: Rival) -> None:
    """Do what a rival does, whatever stands in its way."""
    addon = store.addon(PROJECT, rival.addon_id)
    body = Body.model_validate(rival.body)
    for schedule in list(addon.schedules.values()):
        if (schedule["scheduling"]["interval"], schedule["backupType"]) == body.key:
            try:
                store.schedules.delete(addon, schedule["id"], by="rival")
            except ApiError:
                return
    if rival.creates:
        try:
            store.schedules.create(addon, body, by="rival")
        except ApiError:
            return
