# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the documentation run without errors, and its links exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.module_utils._model.policies import BUILT_IN
from ansible_collections.community.northflank.plugins.plugin_utils._report_controls import FINDINGS
from ansible_collections.community.northflank.plugins.plugin_utils._report_metrics import as_metrics
from drill_evidence import evidence, write
from simulator.server import Simulator, running

from examples.documents import COLLECTION, DOCUMENTS, Example, examples_of
from examples.runner import CHANGING_COMMANDS, CHANGING_TASKS, SKIPPED_COMMANDS, ExampleRunner

FLEET = yaml.safe_load(Path(__file__).with_name("fleet.yml").read_text())
AWX = COLLECTION / "docs/docsite/rst/awx.rst"
CONTROLS = COLLECTION / "docs/docsite/rst/controls.rst"
REPOSITORY = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())["repository"]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def runner(simulator: Simulator, tmp_path: Path) -> ExampleRunner:
    simulator.reset(FLEET)
    (tmp_path / ".northflank-token").write_text(f"{simulator.token}\n")
    write(tmp_path / "evidence", evidence(datetime.now(timezone.utc), "shop/orders-db"))
    return ExampleRunner(tmp_path, simulator)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(COLLECTION)))
def test_examples(runner: ExampleRunner, document: Path) -> None:
    for example in examples_of(document):
        try:
            runner.run_example(example)
        except AssertionError as error:
            pytest.fail(f"{document}:{example.line}: {error}", pytrace=False)


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path != AWX], ids=lambda path: path.stem)
def test_every_file_is_used_by_a_command(document: Path) -> None:
    """A later command runs a playbook. Other files, also those with tasks, are used by any later Ansible command."""
    examples = examples_of(document)
    for place, example in enumerate(examples):
        commands = "".join(each.text for each in examples[place:] if each.language == "shell")
        if example.file:
            is_playbook = isinstance(example.data, list) and "hosts" in example.data[0]
            needed = example.file if is_playbook else "ansible-"
            assert needed in commands, f"{document}:{example.line}: no command uses {example.file}"


def test_skipped_commands_exist() -> None:
    shells = [example for path in DOCUMENTS for example in examples_of(path) if example.language == "shell"]
    commands = {line for example in shells for line in example.text.replace("\\\n", " ").splitlines()}
    assert SKIPPED_COMMANDS.keys() | CHANGING_COMMANDS.keys() <= {" ".join(line.split()) for line in commands}
    data = [example.data for path in DOCUMENTS for example in examples_of(path) if "yaml" in example.language]
    assert CHANGING_TASKS.keys() <= {task.get("name") for tasks in data if isinstance(tasks, list) for task in tasks}


def test_every_document_has_examples() -> None:
    assert [path for path in DOCUMENTS if not examples_of(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_into_the_repository(document: Path) -> None:
    text = document.read_text()
    for path in re.findall(rf"{re.escape(REPOSITORY)}/(?:blob|tree)/main/([\w./-]+)", text):
        assert (COLLECTION / path).exists(), path
    for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", text) if document.suffix == ".md" else ():
        assert (document.parent / path).exists(), path


def test_the_alerts_of_the_guide_match_the_metrics() -> None:
    """Prometheus reports neither a metric nor the value of a label that does not exist."""
    text = CONTROLS.read_text()
    metrics = re.findall("# TYPE ([a-z_]+) gauge", as_metrics({"addons": [], "volumes": [], "generated_at": None}))
    assert set(re.findall(r"northflank_backup_[a-z_]+", text)) == set(metrics)
    (rules,) = [each.data for each in examples_of(CONTROLS) if each.file == "rules/northflank.yml"]
    expressions = " ".join(rule["expr"] for group in rules["groups"] for rule in group["rules"])
    (verdicts,), (statuses,) = (re.findall(rf'\b{label}=~"([a-z|]+)"', expressions) for label in ("verdict", "status"))
    assert set(verdicts.split("|")) == set(VERDICTS) - {"drift", "ok", "skipped"}
    assert set(statuses.split("|")) == set(FINDINGS)


def test_the_readme_has_no_relative_links() -> None:
    """Galaxy shows the README without the other files."""
    text = (COLLECTION / "README.md").read_text()
    assert re.findall(r"\]\((?!https:|#)[^)]*\)", text) == []


def test_the_link_references_of_the_readme_are_defined() -> None:
    """Markdown shows a reference without a definition as text in brackets."""
    text = (COLLECTION / "README.md").read_text()
    assert set(re.findall(r"\]\[([^\]]+)\]", text)) <= set(re.findall(r"^\[([^\]]+)\]: ", text, re.MULTILINE))


def example(file: str) -> Example:
    (found,) = [each for each in examples_of(AWX) if each.file == file]
    return found


@pytest.fixture
def survey() -> list[dict]:
    (found,) = [each for each in examples_of(AWX) if each.language == "json"]
    return json.loads(found.text)["spec"]


def test_awx_credential_type(runner: ExampleRunner) -> None:
    """AWX renders the injectors with the fields of a credential, and adds them to the environment of a job."""
    (field,) = example("inputs.yml").data["fields"]
    assert field["secret"]
    assert example("inputs.yml").data["required"] == [field["id"]]
    template = f"{{{{ {field['id']} }}}}"
    injected = {name: runner.simulator.token for name, text in example("injectors.yml").data["env"].items()}
    assert set(example("injectors.yml").data["env"].values()) == {template}
    for file in ("rollout.yml", "drift.yml", "fleet.northflank.yml"):
        runner.run_example(example(file))
    job = ("ansible-playbook", "--inventory", "fleet.northflank.yml")
    injected = {"NORTHFLANK_API_TOKEN": "", "NF_API_TOKEN": "", **injected}
    assert "changed=1" in runner.run(*job, "rollout.yml", **injected)
    assert "Addons: 6 match, 0 drifted, 0 could not be compared." in runner.run(*job, "drift.yml", **injected)


def test_awx_survey_matches_the_options_of_the_role(survey: list[dict]) -> None:
    spec = yaml.safe_load((COLLECTION / "roles/backup_schedules/meta/argument_specs.yml").read_text())
    options = spec["argument_specs"]["main"]["options"]
    choices = {"backup_schedules_policy": list(BUILT_IN)}
    for question in survey:
        option = options[question["variable"]]
        assert question["default"] == option["default"]
        assert question.get("choices") == choices.get(question["variable"], option.get("choices"))
        answers = question.get("choices") or [question["min"], question["max"]]
        for answer in answers:
            spec = {question["variable"]: {name: option[name] for name in ("type", "choices") if name in option}}
            assert ArgumentSpecValidator(spec).validate({question["variable"]: answer}).error_messages == []


def test_awx_slices_are_merged(runner: ExampleRunner) -> None:
    slices = {"10": "project_shop", "11": "project_billing:project_sandbox"}
    for name in ("report_slice.yml", "report_merge.yml", "fleet.northflank.yml"):
        runner.run_example(example(name))
        file = runner.folder / name
        file.write_text(file.read_text().replace("/srv/", f"{runner.folder}/"))
    command = ("ansible-playbook", "--inventory", "fleet.northflank.yml")
    for job, hosts in slices.items():
        runner.run(*command, "report_slice.yml", "--limit", hosts, "--extra-vars", f"awx_job_id={job}")
    runner.run(*command, "report_merge.yml")
    report = json.loads((runner.folder / "report/fleet/report.json").read_text())
    assert len(report["addons"]) == 6
    assert "unknown" not in {addon["verdict"] for addon in report["addons"]}


def test_awx_survey_answers_roll_out(runner: ExampleRunner, survey: list[dict]) -> None:
    for file in ("rollout.yml", "fleet.northflank.yml"):
        runner.run_example(example(file))
    job = ("ansible-playbook", "--inventory", "fleet.northflank.yml", "rollout.yml", "--extra-vars")
    defaults = {question["variable"]: question["default"] for question in survey}
    others = {question["variable"]: question.get("choices", [question.get("max")])[-1] for question in survey}
    for answers in (defaults, others):
        assert "changed=1" in runner.run(*job, json.dumps(answers))
