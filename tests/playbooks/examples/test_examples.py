# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation, run as it stands, and links that lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.northflank.plugins.module_utils._model.policies import BUILT_IN
from simulator.server import Simulator, running

from examples.documents import COLLECTION, DOCUMENTS, Example, examples_of
from examples.running import NOT_RUN, Reader

FLEET = yaml.safe_load(Path(__file__).with_name("fleet.yml").read_text())
AWX = COLLECTION / "docs/docsite/rst/awx.rst"
REPOSITORY = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())["repository"]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def reader(simulator: Simulator, tmp_path: Path) -> Reader:
    simulator.reset(FLEET)
    (tmp_path / ".northflank-token").write_text(f"{simulator.token}\n")
    return Reader(tmp_path, simulator)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(COLLECTION)))
def test_every_example_does_what_it_says(reader: Reader, document: Path) -> None:
    for example in examples_of(document):
        try:
            reader.follow(example)
        except AssertionError as error:
            pytest.fail(f"{document}:{example.line}: {error}", pytrace=False)


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path != AWX], ids=lambda path: path.stem)
def test_nothing_is_put_into_a_file_and_left_there(document: Path) -> None:
    """A playbook is run by a command; what else is in a file, by whatever command comes after it."""
    examples = examples_of(document)
    for place, example in enumerate(examples):
        commands = "".join(each.text for each in examples[place:] if each.language == "shell")
        if example.file:
            needed = example.file if isinstance(example.data, list) else "ansible-"
            assert needed in commands, f"{document}:{example.line}: nothing runs {example.file}"


def test_what_is_not_run_is_there() -> None:
    shells = [example for path in DOCUMENTS for example in examples_of(path) if example.language == "shell"]
    assert NOT_RUN.keys() <= {line for example in shells for line in example.text.splitlines()}


def test_documents_without_examples_are_none() -> None:
    assert [path for path in DOCUMENTS if not examples_of(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_into_the_repository_lead_somewhere(document: Path) -> None:
    text = document.read_text()
    for path in re.findall(rf"{re.escape(REPOSITORY)}/(?:blob|tree)/main/([\w./-]+)", text):
        assert (COLLECTION / path).exists(), path
    for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", text) if document.suffix == ".md" else ():
        assert (document.parent / path).exists(), path


def test_the_readme_is_readable_on_galaxy() -> None:
    """Galaxy shows it, but none of the files beside it."""
    text = (COLLECTION / "README.md").read_text()
    assert re.findall(r"\]\((?!https:|#)[^)]*\)", text) == []


def example(file: str) -> Example:
    (found,) = [each for each in examples_of(AWX) if each.file == file]
    return found


@pytest.fixture
def survey() -> list[dict]:
    (found,) = [each for each in examples_of(AWX) if each.language == "json"]
    return json.loads(found.text)["spec"]


def test_awx_credential_gives_the_token_to_a_rollout(reader: Reader) -> None:
    """AWX puts the fields of a credential into the templates of its injectors, and those into a job's environment."""
    (field,) = example("inputs.yml").data["fields"]
    assert field["secret"]
    assert example("inputs.yml").data["required"] == [field["id"]]
    template = f"{{{{ {field['id']} }}}}"
    injected = {name: reader.simulator.token for name, text in example("injectors.yml").data["env"].items()}
    assert set(example("injectors.yml").data["env"].values()) == {template}
    for file in ("rollout.yml", "drift.yml", "fleet.northflank.yml"):
        reader.follow(example(file))
    job = ("ansible-playbook", "--inventory", "fleet.northflank.yml")
    injected = {"NORTHFLANK_API_TOKEN": "", "NF_API_TOKEN": "", **injected}
    assert "changed=1" in reader.run(*job, "rollout.yml", **injected)
    assert "Addons: 6 match, 0 drifted, 0 could not be compared." in reader.run(*job, "drift.yml", **injected)


def test_awx_survey_asks_for_what_the_role_takes(survey: list[dict]) -> None:
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


def test_awx_survey_answers_roll_out(reader: Reader, survey: list[dict]) -> None:
    for file in ("rollout.yml", "fleet.northflank.yml"):
        reader.follow(example(file))
    job = ("ansible-playbook", "--inventory", "fleet.northflank.yml", "rollout.yml", "--extra-vars")
    usual = {question["variable"]: question["default"] for question in survey}
    unusual = {question["variable"]: question.get("choices", [question.get("max")])[-1] for question in survey}
    for answers in (usual, unusual):
        assert "changed=1" in reader.run(*job, json.dumps(answers))
