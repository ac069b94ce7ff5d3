# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of the CI guide: their commands do what the guide says and end with its exit codes."""

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
from examples.running import Reader

GUIDE = COLLECTION / "docs/docsite/rst/ci.rst"
FLEET = yaml.safe_load(Path(__file__).with_name("fleet.yml").read_text())
# A snapshot that was just made of each addon.
NOW = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
SNAPSHOT = {"id": "1", "status": "completed", "createdAt": NOW, "config": {"size": "1", "source": {"type": "snapshot"}}}
EXAMPLES = {example.file: example for example in examples_of(GUIDE) if example.file}
GITLAB = EXAMPLES[".gitlab-ci.yml"].data
GITHUB = EXAMPLES[".github/workflows/backups.yml"].data

# What a job installs is on the machine of the tests already.
INSTALLS = re.compile(r"(pip|ansible-galaxy collection) install ")


@dataclass(frozen=True)
class Job:
    """A job: its commands, its environment, and the name of the secret that is its token."""

    commands: list[str]
    environment: dict[str, str]
    secret: str


def gitlab_job(name: str) -> Job:
    job = GITLAB[name]
    environment = {**GITLAB["variables"], **job["variables"]}
    secret = environment.pop("NORTHFLANK_API_TOKEN")
    return Job([*GITLAB["default"]["before_script"], *job["script"]], environment, secret.removeprefix("$"))


def github_job(name: str, last: str = "") -> Job:
    """Give a job; last: a part of the command that is its last one."""
    job = GITHUB["jobs"][name]
    commands, environments = [], [job.get("env", {})]
    for step in job["steps"]:
        commands += [step["run"]] if "run" in step else []
        environments.append(step.get("env", {}))
    (secret,) = {each["NORTHFLANK_API_TOKEN"] for each in environments if each}
    wanted = [each for each in commands if INSTALLS.match(each) or last in each]
    return Job(wanted, GITHUB["env"], re.fullmatch(r"\$\{\{ secrets\.(\w+) \}\}", secret)[1])


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
    for addon in (addon for project in fleet["projects"] for addon in project["addons"]):
        addon["backups"] = [SNAPSHOT]
    with running(fleet) as simulator:
        yield simulator


@pytest.fixture
def jobs() -> dict[str, Job]:
    """Give the jobs of one of them: a test holds the other to it."""
    return JOBS["GitLab"]


@pytest.fixture
def reader(simulator: Simulator, tmp_path: Path) -> Reader:
    reader = Reader(tmp_path, simulator)
    for file in ("fleet.northflank.yml", "report.yml"):
        reader.follow(EXAMPLES[file])
    return reader


def run(reader: Reader, job: Job) -> int:
    """Run the commands of a job as a CI does: up to the first that fails. Return its exit code."""
    ran = [command for command in job.commands if not INSTALLS.match(command)]
    assert len(ran) == 1
    environment = {**reader._environment(), **job.environment}
    return subprocess.run(["bash", "-e", "-c", ran[0]], cwd=reader.folder, env=environment, check=False).returncode


def test_both_pipelines_have_the_same_jobs() -> None:
    assert JOBS["GitLab"] == JOBS["GitHub"]


def test_only_the_rollout_may_update(jobs: dict[str, Job]) -> None:
    secrets = {name: job.secret for name, job in jobs.items()}
    update, read = "NORTHFLANK_UPDATE_TOKEN", "NORTHFLANK_READ_TOKEN"
    assert secrets == {"preview": read, "rollout": update, "drift": read, "report": read}


def test_jobs_install_what_they_need(jobs: dict[str, Job]) -> None:
    for job in jobs.values():
        assert 'pip install ansible-core "requests>=2.28"' in job.commands
        assert "ansible-galaxy collection install community.northflank" in job.commands


def test_a_rollout_ends_the_drift(reader: Reader, jobs: dict[str, Job]) -> None:
    assert run(reader, jobs["drift"]) == 2
    assert run(reader, jobs["preview"]) == 0
    assert {entry["method"] for entry in reader.simulator.log} == {"GET"}
    assert run(reader, jobs["rollout"]) == 0
    assert run(reader, jobs["drift"]) == 0


def test_the_report_is_an_artifact_also_of_a_job_that_fails(reader: Reader, jobs: dict[str, Job]) -> None:
    assert run(reader, jobs["report"]) == 2
    assert (reader.folder / "report/index.html").exists()
    artifacts = GITLAB["report"]["artifacts"]
    assert (artifacts["when"], artifacts["paths"]) == ("always", ["report/"])
    *_others, report, upload = GITHUB["jobs"]["nightly"]["steps"]
    assert upload["with"]["path"] == "report/"
    assert report["if"] == upload["if"] == "${{ !cancelled() }}"
    assert run(reader, jobs["rollout"]) == 0
    assert run(reader, jobs["report"]) == 0


def test_what_cannot_be_read_is_an_exit_code_of_its_own(reader: Reader, jobs: dict[str, Job]) -> None:
    assert run(reader, jobs["rollout"]) == 0
    reader.simulator.store.settings.forbidden.append("billing")
    assert {name: run(reader, job) for name, job in jobs.items() if name != "preview"} == dict.fromkeys(
        ("rollout", "drift", "report"), 4
    )


def test_an_inventory_that_cannot_be_read_fails_every_job(reader: Reader, jobs: dict[str, Job]) -> None:
    (reader.folder / "fleet.northflank.yml").write_text("plugin: community.northflank.northflank\nhosts: all\n")
    assert {run(reader, job) for job in jobs.values()} == {1}


def test_pinned_actions_are_those_of_this_repository() -> None:
    ours = (COLLECTION / ".github/workflows/ci.yml").read_text()
    pinned: list[Any] = [step["uses"] for job in GITHUB["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each) for each in pinned)
    assert {each for each in pinned if "upload-artifact" not in each} <= set(re.findall(r"uses: (\S+)", ours))
