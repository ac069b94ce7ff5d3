# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random histories of restore drills with faults, and checks of what they create, delete and leave.

A run does what the role restore_drill does: it deletes the forks that earlier runs left, and then creates and deletes a
fork of each addon. A run may be killed, so that it deletes no fork.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.northflank.plugins.filter.restore_drill_leftovers import restore_drill_leftovers
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.drill import fork_name, run_id
from ansible_collections.community.northflank.plugins.module_utils._model.fork import Marker

from .scenarios import hostile_fault, random_fault
from .task_runner import TaskRunner

SOURCES = (("shop", "orders-db"), ("billing", "ledger-db"))
PROJECT = "drills"

# Descriptions of addons that no drill may delete.
FOREIGN = (
    "",
    "{{ lookup('pipe', 'touch /tmp/northflank-was-here') }}",
    "Fork of shop/orders-db (run: ci-1, created by community.northflank)",
    "Fork of shop/orders-db (run: drill-20200101T000000Z-00000000, created by someone else)",
    "Fork of shop/orders-db (run: drill-20200101T000000Z-00000000, created by community.northflank)\n",
    "FORK OF shop/orders-db (run: drill-20200101T000000Z-00000000, created by community.northflank)",
    # The marker of a drill, but not the name.
    "Fork of shop/orders-db (run: drill-20200101T000000Z-00000000, created by community.northflank)",
)

METHODS = ("POST", "POST", "DELETE", "DELETE", "GET", None)
SWEEP_AFTER_HOURS = 24


@dataclass(frozen=True)
class Run:
    """A run of the role.

    token: the random part of its ID. faults: rules for the simulator. killed: after how many forks it is killed; None
    if it is not. interrupted_at: the number of the request at which a task is interrupted. hours: until the next run.
    """

    token: str
    faults: list[dict[str, Any]]
    killed: int | None
    interrupted_at: int | None
    hours: int


@dataclass(frozen=True)
class History:
    """Several runs, and the settings of the simulator."""

    seed: int
    runs: list[Run]
    settings: dict[str, Any]


def random_history(seed: int) -> History:
    """Return a history with errors, lost responses, interruptions and killed runs."""
    return _history(seed, "drill", lambda rng: random_fault(rng, slow=True, methods=METHODS))


def hostile_history(seed: int) -> History:
    """Return a history with invalid responses."""
    return _history(seed, "hostile drill", hostile_fault)


def _history(seed: int, name: str, make_fault: Callable[[random.Random], dict[str, Any]]) -> History:
    rng = random.Random(f"{name} {seed}")
    runs = [
        Run(
            token=f"{rng.getrandbits(32):08x}",
            faults=[make_fault(rng) for _count in range(rng.choice([0, 1, 1, 2]))],
            killed=rng.choice([None, None, 0, 1, 2]),
            interrupted_at=rng.randrange(12) if rng.random() < 0.3 else None,
            hours=rng.choice([0, 1, 23, 24, 24, 48]),
        )
        for _count in range(rng.choice([1, 2, 3]))
    ]
    settings = {
        "rate_limit": rng.choice([1000, 1000, 20]),
        "rate_window": 3600.0,
        "max_page_size": rng.choice([100, 1]),
        "fork_duration": rng.choice([0, 3, 40, 100_000]),
        "fork_outcome": rng.choice(["running", "running", "running", "failed"]),
        "fork_id_suffix": rng.choice(["", "", "-x7"]),
        "deletion_duration": rng.choice([0, 3]),
    }
    return History(seed, runs, settings)


FAMILIES: dict[str, Callable[[int], History]] = {"drills": random_history, "hostile drills": hostile_history}


class Harness:
    """Runs histories, and checks that the guarantees hold."""

    def __init__(self, task_runner: TaskRunner) -> None:
        self.task_runner = task_runner
        self.simulator = task_runner.simulator
        self.outcomes: Counter[str] = Counter()

    def check(self, history: History) -> None:
        """Run the history. Raises AssertionError, with the seed, if a guarantee is violated."""
        try:
            self._check(history)
        except AssertionError as error:
            raise AssertionError(f"seed {history.seed}: {error}") from error

    def _check(self, history: History) -> None:
        self._set_up(history)
        before = self._addons()
        for run in history.runs:
            self._set_faults(run)
            self._run(run)
            self.task_runner.clock.sleep(run.hours * 3600)
        self._check_journal()
        left = len(self._addons()) - len(before)
        self.outcomes[f"{min(left, 2)} forks left"] += 1
        self._end_faults()
        # The next run, a day later, deletes what they left, and has nothing left to do.
        self.task_runner.clock.sleep(SWEEP_AFTER_HOURS * 3600)
        assert self._sweep() == left
        assert self._sweep() == 0
        self.task_runner.clock.sleep(60)
        assert self._addons() == before, f"{self._addons()} instead of {before}"
        self._check_journal()

    def _run(self, run: Run) -> None:
        """Do what the role does. A failure does not prevent the rest."""
        started_at = self.simulator.store.backups.now()
        interruption = Interruption()
        if run.interrupted_at is not None:
            self.simulator.faults.add(
                kind="call", skip=run.interrupted_at, call=lambda store: interruption.request("SIGTERM")
            )
        self._sweep()
        for number, (project, addon) in enumerate(SOURCES):
            marker = Marker(project, addon, run_id(started_at, run.token))
            options = {
                "source_project_id": project,
                "source_addon_id": addon,
                "project_id": PROJECT,
                "name": fork_name("drill", marker),
                "run_id": marker.run_id,
                "retries": 1,
            }
            result = self.task_runner.fork(interruption, backup="newest", wait_timeout=600, **options)
            assert "exception" not in result, result["exception"]
            self.outcomes["failed" if result.get("failed") else "succeeded"] += 1
            if run.killed == number:
                self.outcomes["killed"] += 1
                return
            self.task_runner.fork(state="absent", **options)

    def _sweep(self) -> int:
        """Delete the forks of earlier runs like the role, and return how many were deleted."""
        listed = self.task_runner.forks(project_id=PROJECT)
        now = self.simulator.store.backups.now()
        leftovers = restore_drill_leftovers(listed.get("forks", []), now, SWEEP_AFTER_HOURS)
        deleted = 0
        for fork in leftovers:
            options = {name: fork[name] for name in ("source_project_id", "source_addon_id", "name", "run_id")}
            result = self.task_runner.fork(project_id=PROJECT, state="absent", retries=1, **options)
            deleted += bool(result["changed"])
        return deleted

    def _check_journal(self) -> None:
        """Check that each run created at most one fork of an addon, and that only forks of drills were deleted."""
        journal = self.simulator.store.forks.journal
        created = Counter(description for action, _path, description, _by in journal if action == "create")
        assert set(created.values()) <= {1}, f"created {created}"
        deleted = {(path, description) for action, path, description, _by in journal if action == "delete"}
        written = {(path, description) for action, path, description, _by in journal if action == "create"}
        assert deleted <= written, f"deleted {deleted - written}"

    def _addons(self) -> dict[str, str]:
        addons = self.simulator.store.addons()
        return {addon.path: addon.description for addon in addons if addon.status not in ("deleting", "deleted")}

    def _set_up(self, history: History) -> None:
        backup = {
            "id": "backup-1",
            "name": "nightly",
            "status": "completed",
            "createdAt": "2026-01-10T02:30:00.000Z",
            "config": {"size": "1", "source": {"type": "snapshot"}},
        }
        sources = [{"id": project, "addons": [{"id": addon, "backups": [backup]}]} for project, addon in SOURCES]
        foreign = [{"id": f"addon-{number}", "description": each} for number, each in enumerate(FOREIGN)]
        self.simulator.reset({"projects": [*sources, {"id": PROJECT, "addons": foreign}]})
        vars(self.simulator.settings).update(history.settings)

    def _set_faults(self, run: Run) -> None:
        self.simulator.faults.set([])
        for fault in run.faults:
            self.simulator.faults.add(**fault)

    def _end_faults(self) -> None:
        self.simulator.faults.set([])
        vars(self.simulator.settings).update(rate_limit=1000, max_page_size=100, deletion_duration=0)
        self.simulator.gateway.limit.reset()
