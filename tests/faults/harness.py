# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Play a history against the simulator, and check what must hold after it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._schedule import BackupSchedule
from simulator.bodies import BackupSchedule as Body
from simulator.problem import Problem
from simulator.server import Simulator
from simulator.store import Store

from .histories import PROJECT, History, Rival
from .laboratory import Laboratory

UNCLEAR = ("drop", "truncate", "garbage", "html", "empty", "slow")


class Harness:
    """Plays histories, one after the other, and counts what they went through."""

    def __init__(self, laboratory: Laboratory) -> None:
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
        self._begin(history)
        before = self._standing()
        result = self._run(**history.options)
        self._count()
        Aftermath(history, result, before, self._standing(), self.simulator).check()
        self._calm_down()
        calm = {**history.options, "retries": 0, "rate_limit_max_wait": 0, "rate_limit_reserve": 0}
        converged = self._run(**calm)
        if history.options["on_existing"] == "keep_and_fail":
            return
        assert not converged.get("failed"), f"does not converge: {converged['msg']}"
        self.simulator.log.clear()
        again = self._run(**calm)
        assert not again["changed"], f"changes something again: {again['addons']}"
        reads = [request for request in self.simulator.log if request["path"].endswith("/backup-schedules")]
        pages = 1 if not history.settings["page_schedules"] else 6
        assert len(again["addons"]) <= len(reads) <= pages * len(again["addons"]), "reads an addon more than once"
        assert {request["method"] for request in self.simulator.log} <= {"GET"}, "writes although all is as wanted"

    def _begin(self, history: History) -> None:
        simulator = self.simulator
        addons = [{"id": addon, "backup_schedules": bodies} for addon, bodies in history.start.items()]
        simulator.begin({"destinations": [{"id": "cold-storage"}], "projects": [{"id": PROJECT, "addons": addons}]})
        vars(simulator.settings).update(history.settings)
        for position, fault in enumerate(history.faults):
            rival = history.rivals.get(position)
            simulator.faults.add(**fault, **({"call": lambda store, rival=rival: act(store, rival)} if rival else {}))

    def _calm_down(self) -> None:
        self.simulator.faults.set([])
        self.simulator.settings.rate_limit = 1000
        self.simulator.gateway.limit.reset()

    def _standing(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The settings of the schedules that stand, by addon and name of the schedule."""
        return {
            addon.id: {
                schedule.name: _known(schedule.settings())
                for schedule in map(BackupSchedule.from_api, self.simulator.store.list_schedules(addon))
            }
            for addon in self.simulator.store.addons()
        }

    def _count(self) -> None:
        for request in self.simulator.log:
            self.requests[request["method"]] += 1
            self.requests["refused by the rate limit"] += request["status"] == 429 and not request["fault"]
            if request["fault"]:
                kind = f"status {request['status']}" if request["fault"] == "status" else request["fault"]
                self.faults[kind] += 1


class Aftermath:
    """What a rollout said it did, held against what took effect."""

    def __init__(
        self,
        history: History,
        result: dict[str, Any],
        before: dict[str, dict[str, dict[str, Any]]],
        after: dict[str, dict[str, dict[str, Any]]],
        simulator: Simulator,
    ) -> None:
        self.history = history
        self.result = result
        self.before = before
        self.after = after
        self.simulator = simulator
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
            assert "exception" not in report, report["exception"]
            self.nothing_is_lost(addon_id, before, report)
            self.actions_are_what_took_effect(addon_id, report)
            self.schedules_are_those_that_stand(addon_id, report)
        self.no_post_is_repeated_blindly()
        self.few_requests_are_refused()
        assert self.result["changed"] == any(addon["changed"] for addon in told.values())

    def nothing_is_lost(self, addon_id: str, before: dict[str, dict[str, Any]], report: dict[str, Any]) -> None:
        lost = [_known(schedule) for schedule in report.get("lost_schedules", ())]
        for name, old in before.items():
            now = self.after[addon_id].get(name)
            may_go = self.history.options["prune"] and name not in self.wanted
            if may_go or now == old or old in lost or (addon_id, name) in self.touched:
                continue
            assert now is not None, f"{addon_id}: the {name} schedule is gone and not in lost_schedules: {report}"
            assert name in self.wanted, f"{addon_id}: the {name} schedule was changed, but not asked to be: {report}"
            assert self.history.options["on_existing"] == "replace", f"{addon_id}: {name} was to be kept"
            differences = self.wanted[name].differences(BackupSchedule.from_params(now))
            assert not differences, f"{addon_id}: {name} is neither old nor new: {now}"

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
        assert report["changed"] == bool(report.get("actions")), report
        if "not known" in report.get("msg", ""):
            return
        for effect in told.keys() | really.keys():
            if (addon_id, effect[1]) not in self.touched:
                assert told[effect] == really[effect], f"{addon_id}: says {told}, did {really}: {report}"

    def schedules_are_those_that_stand(self, addon_id: str, report: dict[str, Any]) -> None:
        if "backup_schedules" not in report or "not known" in report.get("msg", "") or self.was_told_gone(addon_id):
            return
        told = {}
        for result in report["backup_schedules"]:
            name = f"{result['scheduling']['interval']} {result['backup_type']}"
            assert name not in told, f"{addon_id}: two {name} schedules are told"
            told[name] = _known({key: result[key] for key in result if key not in ("id", "created_at", "updated_at")})
        for name in told.keys() | self.after[addon_id].keys():
            if (addon_id, name) not in self.touched:
                now = self.after[addon_id].get(name)
                assert told.get(name) == now, f"{addon_id}: says {told.get(name)}, has {now}: {report}"

    def was_told_gone(self, addon_id: str) -> bool:
        """Whether a 404 said that there is no such addon; that is believed where nothing is wanted of it."""
        path = f"/addons/{addon_id}/backup-schedules"
        return any(
            request["method"] == "GET" and request["path"].endswith(path) and request["status"] == 404
            for request in self.simulator.log
        )

    def no_post_is_repeated_blindly(self) -> None:
        open_posts: dict[tuple[str, str], dict[str, Any]] = {}
        for request in self.simulator.log:
            if request["method"] == "GET":
                open_posts = {key: post for key, post in open_posts.items() if key[0] != request["path"]}
            if request["method"] == "POST":
                key = (request["path"], str((request["body"]["scheduling"]["interval"], request["body"]["backupType"])))
                assert key not in open_posts, f"a POST was repeated without a read: {request}"
                if request["fault"] in UNCLEAR or request["status"] >= 500:
                    open_posts[key] = request

    def few_requests_are_refused(self) -> None:
        refused = sum(request["status"] == 429 and not request["fault"] for request in self.simulator.log)
        windows = 1 + len(self.simulator.log) // self.history.settings["rate_limit"]
        assert refused <= self.history.options["concurrency"] * windows, f"{refused} requests were refused"


def _known(settings: dict[str, Any]) -> dict[str, Any]:
    """Leave out the fields that the simulator adds to every schedule by itself, new ones too."""
    return {name: value for name, value in settings.items() if name != "unknown_fields"}


def act(store: Store, rival: Rival) -> None:
    """Do what a rival does, whatever stands in its way."""
    addon = store.addon(PROJECT, rival.addon_id)
    body = Body.model_validate(rival.body)
    for schedule in list(addon.schedules.values()):
        if (schedule["scheduling"]["interval"], schedule["backupType"]) == body.key:
            try:
                store.delete_schedule(addon, schedule["id"], by="rival")
            except Problem:
                return
    if rival.creates:
        store.create_schedule(addon, body, by="rival")
