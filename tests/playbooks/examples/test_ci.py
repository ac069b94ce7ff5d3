# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of the CI guide: their jobs, commands and exit codes."""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from simulator.server import Simulator, running

from examples.documents import COLLECTION, examples_of
from examples.runner import ExampleRunner

GUIDE = COLLECTION / "docs/docsite/rst/ci.rst"
FLEET = yaml.safe_load(Path(__file__).with_name("fleet.yml").read_text())
# A recent snapshot of each addon.
NOW = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
SNAPSHOT = {"id": "1", "status": "completed", "createdAt": NOW, "config": {"size": "1", "source": {"type": "snapshot"}}}
EXAMPLES = {example.file: example for example in examples_of(GUIDE) if example.file}
GITLAB = EXAMPLES[".gitlab-ci.yml"].data
GITHUB = EXAMPLES[".github/workflows/backups.yml"].data

# The environment of the tests already contains what jobs install.
INSTALLS = re.compile(r"(pip|ansible-galaxy collection) install ")


@dataclass(frozen=True)
class Job:
    """A job: its commands, its environment, and the name of the secret with its token."""

    commands: list[str]
    environment: dict[str, str]
    secret: str


def gitlab_job(name: str) -> Job:
    job = GITLAB[name]
    environment = {**GITLAB["variables"], **job["variables"]}
    secret = environment.pop("NORTHFLANK_API_TOKEN")
    return Job([*GITLAB["default"]["before_script"], *job["script"]], environment, secret.removeprefix("$"))


def github_job(name: str, last: str = "") -> Job:
    """Return a job. last: a substring of its last command."""
    job = GITHUB["jobs"][name]
    commands, environments = [], [job.get("env", {})]
    for step in job["steps"]:
        commands += [step["run"]] if "run" in step else []
        environments.append(step.get("env", {}))
    (secret,) = {each["NORTHFLANK_API_TOKEN"] for each in environments if each}
    commands = [each for each in commands if INSTALLS.match(each) or last in each]
    return Job(commands, GITHUB["env"], re.fullmatch(r"\$\{\{ secrets\.(\w+) \}\}", secret)[1])


JOBS = {
    "GitLab": {name: gitlab_job(name) for name in ("preview", "rollout", "drift", "report")},
    "GitHub": {
        "preview": github_job("preview"),
        "rollout": github_job("rollout"),
        "drift": github_job("nightly", "drift"),
        "report": github_job("nightly", "report.yml"),
    },
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    fleet = copy.deepcopy(FLEET)
    for addon in (addon for project in fleet["projects"] for addon in project.get("addons", [])):
        addon["backups"] = [SNAPSHOT]
    with running(fleet) as simulator:
        yield simulator


@pytest.fixture
def jobs() -> dict[str, Job]:
    """Return the jobs of one pipeline. Another test compares it with the other pipeline."""
    return JOBS["GitLab"]


@pytest.fixture
def runner(simulator: Simulator, tmp_path: Path) -> ExampleRunner:
    runner = ExampleRunner(tmp_path, simulator)
    for file in ("fleet.northflank.yml", "report.yml"):
        runner.run_example(EXAMPLES[file])
    return runner


def run(runner: ExampleRunner, job: Job) -> int:
    """Run the command of a job, and return its exit code."""
    (command,) = [command for command in job.commands if not INSTALLS.match(command)]
    environment = {**runner._environment(), **job.environment}
    return subprocess.run(["bash", "-e", "-c", command], cwd=runner.folder, env=environment, check=False).returncode


def test_both_pipelines_have_the_same_jobs() -> None:
    assert JOBS["GitLab"] == JOBS["GitHub"]


def test_only_the_rollout_has_the_update_token(jobs: dict[str, Job]) -> None:
    secrets = {name: job.secret for name, job in jobs.items()}
    update, read = "NORTHFLANK_UPDATE_TOKEN", "NORTHFLANK_READ_TOKEN"
    assert secrets == {"preview": read, "rollout": update, "drift": read, "report": read}


def test_jobs_install_the_requirements(jobs: dict[str, Job]) -> None:
    for job in jobs.values():
        assert 'pip install ansible-core "requests>=2.28"' in job.commands
        assert "ansible-galaxy collection install community.northflank" in job.commands


def test_a_rollout_fixes_the_drift(runner: ExampleRunner, jobs: dict[str, Job]) -> None:
    assert run(runner, jobs["drift"]) == 2
    assert run(runner, jobs["preview"]) == 0
    assert {entry["method"] for entry in runner.simulator.log} == {"GET"}
    assert run(runner, jobs["rollout"]) == 0
    assert run(runner, jobs["drift"]) == 0


def test_failed_jobs_publish_the_report_too(runner: ExampleRunner, jobs: dict[str, Job]) -> None:
    assert run(runner, jobs["report"]) == 2
    assert (runner.folder / "report/index.html").exists()
    artifacts = GITLAB["report"]["artifacts"]
    assert (artifacts["when"], artifacts["paths"]) == ("always", ["report/"])
    *_others, report, upload = GITHUB["jobs"]["nightly"]["steps"]
    assert upload["with"]["path"] == "report/"
    assert report["if"] == upload["if"] == "${{ !cancelled() }}"
    assert run(runner, jobs["rollout"]) == 0
    assert run(runner, jobs["report"]) == 0


def test_addons_that_cannot_be_read_have_their_own_exit_code(runner: ExampleRunner, jobs: dict[str, Job]) -> None:
    assert run(runner, jobs["rollout"]) == 0
    runner.simulator.store.settings.forbidden.append("billing")
    assert {name: run(runner, job) for name, job in jobs.items() if name != "preview"} == dict.fromkeys(
        ("rollout", "drift", "report"), 4
    )


def test_an_inventory_that_cannot_be_read_fails_every_job(runner: ExampleRunner, jobs: dict[str, Job]) -> None:
    (runner.folder / "fleet.northflank.yml").write_text("plugin: community.northflank.northflank\nhosts: all\n")
    assert {run(runner, job) for job in jobs.values()} == {1}


def test_pinned_actions_match_this_repository() -> None:
    ours = (COLLECTION / ".github/workflows/ci.yml").read_text()
    pinned: list[Any] = [step["uses"] for job in GITHUB["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each) for each in pinned)
    assert {each for each in pinned if "upload-artifact" not in each} <= set(re.findall(r"uses: (\S+)", ours))
