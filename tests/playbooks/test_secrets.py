# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks run with -vvvv and --diff, and all that they print or write is searched for the token.

The API of these tests repeats the token in all of its errors. The ansible-playbook is the one beside this Python.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import ApiError
from playbook_runner import CALLBACKS, environment, local_play, run, write_playbook
from simulator.server import Simulator, running

# With characters that look otherwise in a URL, and none that a shell or YAML quotes.
TOKEN = "s3cr3t-token/0123456789+abcdef"
# That the API does not know, for the tasks that fail of that.
WRONG_TOKEN = "wr0ng-s3cr3t/9876543210+fedcba"
PASSWORD = "password of the vault"

# A proxy that would answer anything stands where HTTP_PROXY points to: no request to this may come there.
ELSEWHERE = "northflank.example.org"

ONE = "community.northflank.addon_backup_schedule"
MANY = "community.northflank.addon_backup_schedules"
INFO = "community.northflank.addon_backup_schedule_info"

DAILY = {"scheduling": {"interval": "daily", "minute": [30], "hour": [2]}, "backup_type": "snapshot"}
OLD = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backupType": "snapshot",
    "retentionTime": 7,
}
WEEK, NINE_DAYS = {**DAILY, "retention_time": 7}, {**DAILY, "retention_time": 9}


@dataclass(frozen=True)
class Case:
    """A task on an addon of its own, which has one schedule, and what the API does wrong there.

    module, options: of the task, beside the token and the addon. faults: see the simulator's. says: a pattern of the
    message that it fails with; None: it does not. addons: for the modules that take many.
    """

    module: str
    options: dict[str, Any]
    faults: tuple[dict[str, Any], ...] = ()
    says: str | None = None
    keywords: tuple[tuple[str, Any], ...] = ()


def refusal(status: int, **rule: Any) -> dict[str, Any]:
    """Give a fault: an error of the API that repeats the token wherever an error has room for it."""
    told = f"You sent Authorization: Bearer {TOKEN}"
    body = {"error": {"status": status, "message": told, "id": told, "details": {"sent": [told], TOKEN: {"a": told}}}}
    return {"kind": "status", "status": status, "body": body, "times": 99, **rule}


def not_json(text: str) -> dict[str, Any]:
    """Give a fault: an answer without the API's form that holds this text."""
    return {"kind": "status", "status": 502, "body": text, "times": 99}


CASES = {
    "create": Case(
        MANY, {"schedules": [{**WEEK, "scheduling": {"interval": "hourly", "minute": [7]}, "retention_time": 2}]}
    ),
    "replace": Case(ONE, NINE_DAYS),
    "replace-in-check-mode": Case(ONE, NINE_DAYS, keywords=(("check_mode", True),)),
    "nothing-to-do": Case(ONE, WEEK),
    "delete": Case(ONE, {**DAILY, "state": "absent"}),
    "many": Case(MANY, {"schedules": [NINE_DAYS], "prune": True}),
    "many-by-patch": Case(MANY, {"schedules": [NINE_DAYS], "write_method": "addon"}),
    "many-in-check-mode": Case(MANY, {"schedules": [NINE_DAYS]}, keywords=(("check_mode", True),)),
    "info": Case(INFO, {}),
    "keep-and-warn": Case(ONE, {**NINE_DAYS, "on_difference": "keep_and_warn"}),
    "an-invalid-option": Case(ONE, {**DAILY, "retention_time": 99}, says="retention_time: 99"),
    "a-wrong-type": Case(ONE, {**DAILY, "retention_time": "long"}, says="retention_time"),
    "an-unknown-option": Case(ONE, {**WEEK, "cron": "0 2 * * *"}, says="Unsupported parameters"),
    "an-unknown-suboption": Case(MANY, {"schedules": [{**WEEK, "cron": "2"}]}, says="Unsupported parameters"),
    "a-missing-option": Case(ONE, {"backup_type": "dump"}, says="missing required arguments"),
    "a-choice-that-there-is-not": Case(ONE, {**WEEK, "backup_type": "copy"}, says="copy"),
    "the-token-in-an-option": Case(ONE, {**WEEK, "custom_destination_id": "{{ token }}"}, says="custom_destination_id"),
    "unknown": Case(ONE, {**WEEK, "api_token": "{{ wrong_token }}"}, says="status 401.*Check api_token"),
    "status-400": Case(ONE, NINE_DAYS, (refusal(400),), says="status 400"),
    "status-401": Case(ONE, NINE_DAYS, (refusal(401),), says="status 401"),
    "status-403": Case(ONE, NINE_DAYS, (refusal(403),), says="status 403"),
    "status-404": Case(ONE, NINE_DAYS, (refusal(404),), says="status 404"),
    "status-409": Case(ONE, NINE_DAYS, (refusal(409, method="DELETE"),), says="status 409"),
    "status-500": Case(INFO, {}, (refusal(500),), says="status 500"),
    "status-503": Case(MANY, {"schedules": [NINE_DAYS]}, (refusal(503),), says="status 503"),
    "dropped": Case(ONE, NINE_DAYS, ({"kind": "drop", "times": 99},), says="ended before the response was complete"),
    "truncated": Case(
        ONE, NINE_DAYS, ({"kind": "truncate", "times": 99},), says="ended before the response was complete"
    ),
    "garbage": Case(ONE, NINE_DAYS, ({"kind": "garbage", "times": 99},), says="not the API's JSON"),
    "html": Case(ONE, NINE_DAYS, ({"kind": "html", "times": 99},), says="not the API's JSON"),
    "not-json": Case(ONE, NINE_DAYS, (not_json(f"Authorization: Bearer {TOKEN}"),), says="not the API's JSON"),
    "redirect": Case(
        ONE,
        NINE_DAYS,
        ({"kind": "redirect", "times": 99, "headers": {"location": f"https://{ELSEWHERE}/?token={TOKEN}"}},),
        says="is a redirect",
    ),
    "timeout": Case(ONE, {**NINE_DAYS, "timeout": 1}, ({"kind": "slow", "seconds": 2},), says="within 1 s"),
    "rate-limit": Case(
        ONE,
        NINE_DAYS,
        (refusal(429, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3000"}),),
        says="is used up until",
    ),
    "some-of-many": Case(MANY, {"schedules": [NINE_DAYS], "addon_ids": ["{{ addon }}", "forbidden"]}, says="1 of 2"),
    "some-of-info": Case(INFO, {"addon_ids": ["{{ addon }}", "forbidden", "gone"]}, says="2 of 3"),
    "put-back": Case(ONE, NINE_DAYS, (refusal(400, method="POST", times=1),), says="was restored"),
    "lost": Case(MANY, {"schedules": [NINE_DAYS]}, (refusal(400, method="POST"),), says="may be lost"),
    "answered-unclearly": Case(ONE, NINE_DAYS, (refusal(500, method="POST"),), says="restoring it failed"),
    "patched-otherwise": Case(
        MANY, {"schedules": [NINE_DAYS], "write_method": "addon"}, (refusal(403, method="PATCH"),), says="status 403"
    ),
    "in-the-clear": Case(ONE, {**WEEK, "api_url": f"http://{ELSEWHERE}"}, says="would send the token unencrypted"),
    "url-with-the-token": Case(ONE, {**WEEK, "api_url": "https://:{{ token }}@127.0.0.1"}, says="api_url:"),
    "nobody-listens": Case(ONE, {**WEEK, "api_url": "https://127.0.0.1:1"}, says="no connection"),
}

# How a token comes to a task: the options that it needs.
WAYS: dict[str, dict[str, str]] = {
    "option": {"api_token": "{{ token }}"},
    "module_defaults": {},
    "environment": {},
    "vault": {"api_token": "@vaulted@"},
}

# Where a way matters most: the options are looked at before it is known which of them are secret.
BY_EVERY_WAY = {"a-wrong-type", "an-unknown-option", "replace", "status-401"}

# Refused, and too short or too blank to be looked for in all that is printed.
BAD_TOKENS: dict[str, tuple[str | None, str]] = {
    "of no environment": (None, "api_token: required"),
    "empty": ("", "api_token: required"),
    "blank": ("   ", "api_token: required"),
    "short": ("12345", "api_token: has fewer than 8 characters"),
    "seven": ("request", "api_token: has fewer than 8 characters"),
    "spaces": ("two words-and-more", "api_token: contains whitespace"),
    "line-end": ("a-token-and-its-line-end\n", "api_token: contains whitespace"),
}

# A token in what is written: as it is, inside base64 at each of the three places where it may begin, in a URL. Parts of
# it are as bad: what is cut off in the middle may leave enough.
PART = 12


def forms(token: str) -> set[str]:
    encoded = {base64.b64encode(b"." * offset + token.encode()).decode() for offset in range(3)}
    encoded |= {each.translate(str.maketrans("+/", "-_")) for each in encoded}
    found = {token, quote(token, safe=""), quote(token), token.replace("/", "\\/"), token[:PART], token[-PART:]}
    # What stands before and behind it has a part in the first and last characters.
    return found | {each[4:-4] for each in encoded}


def leaks(text: str) -> set[str]:
    return {form for token in (TOKEN, WRONG_TOKEN) for form in forms(token) if form in text}


def search(told: Told) -> dict[str, set[str]]:
    """Give what holds a token, or a part of one: the name of a file, or of what was printed, and the forms."""
    texts = {"what is printed": told.printed}
    for path in told.outputs.rglob("*"):
        if path.is_file() and not path.is_symlink():
            texts[str(path.relative_to(told.outputs))] = path.read_bytes().decode("latin-1")
    # A name may hold one as well.
    found = {name: leaks(name + text) for name, text in texts.items()}
    return {name: forms for name, forms in found.items() if forms}


@dataclass(frozen=True)
class Told:
    """What a playbook printed, the folder with all that it wrote, and its results by the name of the task."""

    printed: str
    outputs: Path
    results: dict[str, dict[str, Any]]
    requested: list[dict[str, Any]]
    tasks: dict[str, Case]


@dataclass(frozen=True)
class Run:
    """One run of ansible-playbook: how the token comes to the tasks, and where they run."""

    ways: tuple[str, ...]
    in_process: bool
    keep_files: bool
    only: frozenset[str] = frozenset(CASES)
    in_turn: bool = False

    def tasks(self) -> Iterator[tuple[str, str]]:
        """Give the way and the case of each task. in_turn: most cases by one of the ways only, to save time."""
        for way_number, way in enumerate(self.ways):
            for number, name in enumerate(CASES):
                skipped = self.in_turn and number % len(self.ways) != way_number and name not in BY_EVERY_WAY
                if name in self.only and not skipped:
                    yield way, name


# In a run of its own, so that nothing else can be what gave the token to the others.
ENVIRONMENT = ("environment",)
OTHERS = tuple(way for way in WAYS if way not in ENVIRONMENT)

RUNS = {
    "in-process": Run(OTHERS, in_process=True, keep_files=True),
    "in-process, environment": Run(ENVIRONMENT, in_process=True, keep_files=False),
    "module, files kept": Run(OTHERS, in_process=False, keep_files=True, in_turn=True),
    "module, environment": Run(ENVIRONMENT, in_process=False, keep_files=False, only=frozenset(BY_EVERY_WAY)),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running(token=TOKEN) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def told_by(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what was told by a run of RUNS; each runs once."""

    @functools.cache
    def told_by(name: str) -> Told:
        return carry_out(RUNS[name], simulator, tmp_path_factory.mktemp("run"))

    return told_by


def carry_out(run: Run, simulator: Simulator, folder: Path) -> Told:
    tasks = {f"{way} {name}": CASES[name] for way, name in run.tasks()}
    begin(simulator, tasks)
    plays = []
    for way in run.ways:
        mine = {name: case for name, case in tasks.items() if name.startswith(f"{way} ")}
        written = [
            {
                "name": name,
                "vars": {"addon": addon_of(name)},
                "register": f"result_{number}",
                "ignore_errors": True,
                case.module: {**WAYS[way], **addon_option(case), **case.options},
                **dict(case.keywords),
            }
            for number, (name, case) in enumerate(mine.items())
        ]
        keep = ", ".join(f"result_{number}" for number in range(len(mine)))
        written.append(
            {"name": "cache", "ansible.builtin.set_fact": {"cached": f"{{{{ [{keep}] }}}}", "cacheable": True}}
        )
        defaults = {"api_url": "{{ url }}", "retries": 0, "rate_limit_max_wait": 0}
        # The group takes the options of all modules; a project is one of them.
        defaults["project_id"] = "shop"
        if way == "module_defaults":
            defaults["api_token"] = "{{ token }}"
        plays.append(
            local_play(written, run.in_process, module_defaults={"group/community.northflank.all": defaults}, name=way)
        )
    # Without ignore_errors, so that there is a retry file.
    plays.append(local_play([{"name": "end", "ansible.builtin.fail": {"msg": "This is the end."}}], run.in_process))
    token = {"NORTHFLANK_API_TOKEN": TOKEN} if run.ways == ENVIRONMENT else {}
    return run_playbook(plays, simulator, folder, run.keep_files, token, tasks)


def addon_of(task: str) -> str:
    return task.replace(" ", "-").replace("_", "-")


def addon_option(case: Case) -> dict[str, Any]:
    return {"addon_id": "{{ addon }}"} if case.module == ONE else {"addon_ids": ["{{ addon }}"]}


def begin(simulator: Simulator, tasks: dict[str, Case]) -> None:
    addons = [{"id": "forbidden"}, *({"id": addon_of(name), "backup_schedules": [OLD]} for name in tasks)]
    simulator.reset({"token": TOKEN, "projects": [{"id": "shop", "addons": addons}]})
    simulator.settings.echo_token = True
    simulator.settings.extra_fields = False  # a PATCH is refused where anything is unknown
    simulator.settings.forbidden = ["shop/forbidden"]
    for name, case in tasks.items():
        for fault in case.faults:
            simulator.faults.add(path=f"/addons/{addon_of(name)}(/|$)", **fault)


def run_playbook(
    plays: list[dict[str, Any]],
    simulator: Simulator,
    folder: Path,
    keep_files: bool = False,
    extra_environment: dict[str, str] | None = None,
    tasks: dict[str, Case] | None = None,
) -> Told:
    """Run it where all that it writes comes into one folder, and what it reads is in another."""
    inputs, outputs = folder / "inputs", folder / "outputs"
    for each in (inputs, *(outputs / name for name in ("home", "tmp", "local_tmp", "remote_tmp", "facts", "retry"))):
        each.mkdir(parents=True)
    (outputs / "home" / ".netrc").write_text("machine 127.0.0.1 login somebody password of-netrc-and-wrong\n")
    (outputs / "home" / ".netrc").chmod(0o600)
    secret = VaultSecret(PASSWORD.encode())
    vaulted = VaultLib([("default", secret)]).encrypt(TOKEN, secret).decode()
    playbook = write_playbook(inputs, *plays)
    # JSON is YAML, save that a value of it can be tagged.
    playbook.write_text(playbook.read_text().replace('"@vaulted@"', f"!vault {json.dumps(vaulted)}"))
    variables = {"token": TOKEN, "wrong_token": WRONG_TOKEN, "url": simulator.url}
    (inputs / "variables.yml").write_text(json.dumps(variables))
    (inputs / "password").write_text(PASSWORD)
    _exit_code, printed = run(
        playbook,
        "-vvvv",
        "--diff",
        f"--extra-vars=@{inputs}/variables.yml",
        f"--vault-password-file={inputs}/password",
        folder=outputs,
        env=environment(
            outputs / "home",
            PYTHONDONTWRITEBYTECODE="1",
            TMPDIR=str(outputs / "tmp"),
            HTTP_PROXY=simulator.url,
            NO_PROXY="127.0.0.1",
            RESULTS_FILE=str(outputs / "results.jsonl"),
            ANSIBLE_LOCAL_TEMP=str(outputs / "local_tmp"),
            ANSIBLE_REMOTE_TEMP=str(outputs / "remote_tmp"),
            ANSIBLE_REMOTE_TMP=str(outputs / "remote_tmp"),
            ANSIBLE_KEEP_REMOTE_FILES=str(keep_files),
            ANSIBLE_LOG_PATH=str(outputs / "log"),
            ANSIBLE_CACHE_PLUGIN="jsonfile",
            ANSIBLE_CACHE_PLUGIN_CONNECTION=str(outputs / "facts"),
            ANSIBLE_RETRY_FILES_ENABLED="True",
            ANSIBLE_RETRY_FILES_SAVE_PATH=str(outputs / "retry"),
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="dump_results",
            **(extra_environment or {}),
        ),
    )
    lines = (outputs / "results.jsonl").read_text().splitlines() if (outputs / "results.jsonl").exists() else []
    results = {told["task"]: {**told["result"], "failed": told["event"] == "failed"} for told in map(json.loads, lines)}
    assert results, printed
    return Told(printed, outputs, results, list(simulator.log), tasks or {})


EVERY_RUN = pytest.mark.parametrize("name", RUNS)


@EVERY_RUN
def test_the_tasks_end_as_they_should(told_by: Any, name: str) -> None:
    """Or there would be no secret to find."""
    told = told_by(name)
    assert told.results.keys() == {*told.tasks, "cache", "end"}, told.printed
    for task, case in told.tasks.items():
        result = told.results[task]
        assert result["failed"] == bool(case.says), (task, result)
        assert re.search(case.says or "", result.get("msg", "")), (task, result)
        assert isinstance(result.get("changed", False), bool)


@EVERY_RUN
def test_the_token_is_nowhere(told_by: Any, name: str) -> None:
    told, run = told_by(name), RUNS[name]
    found = search(told)
    if run.keep_files and not run.in_process:
        # How Ansible itself hands a module its options; who keeps these files keeps the secrets of all modules.
        payloads = {file for file in found if re.search(r"^remote_tmp/[^/]+/AnsiballZ_\w+\.py$", file)}
        assert payloads
        found = {file: forms for file, forms in found.items() if file not in payloads}
    assert found == {}


@EVERY_RUN
def test_what_was_searched_is_there(told_by: Any, name: str) -> None:
    told, run = told_by(name), RUNS[name]
    assert "********" in told.printed
    assert "+++ after" in told.printed
    written = {path.name for path in told.outputs.rglob("*")}
    (facts,) = (told.outputs / "facts").iterdir()
    assert "status 401" in (told.outputs / "log").read_text()
    assert "status 401" in facts.read_text()
    assert (told.outputs / "retry" / "playbook.retry").read_text() == "localhost\n"
    assert any(file.startswith("AnsiballZ_") for file in written) == (run.keep_files and not run.in_process)


@EVERY_RUN
def test_the_api_got_the_right_token(told_by: Any, name: str) -> None:
    """And not that of ~/.netrc: nothing was refused save where the token is wrong on purpose."""
    refused = {entry["path"] for entry in told_by(name).requested if entry.get("status") == 401}
    wrong = {task for task in told_by(name).tasks if task.endswith((" unknown", " status-401"))}
    assert refused == {f"/v1/projects/shop/addons/{addon_of(task)}/backup-schedules" for task in wrong}


@EVERY_RUN
def test_what_is_in_the_clear_is_never_sent(told_by: Any, name: str) -> None:
    """It would have come to the proxy."""
    paths = [entry["path"] for entry in told_by(name).requested]
    assert paths
    assert [path for path in paths if ELSEWHERE in path or "in-the-clear" in path] == []


def test_the_search_finds_what_is_told_on_purpose(simulator: Simulator, tmp_path: Path) -> None:
    """In every place that is searched, and in every form."""
    begin(simulator, {})
    tell = [
        {"name": "plain", "ansible.builtin.debug": {"msg": "It is {{ token }}."}},
        {"name": "base64", "ansible.builtin.debug": {"msg": "{{ ('Bearer ' ~ token) | b64encode }}"}},
        {"name": "quoted", "ansible.builtin.debug": {"msg": "{{ token | urlencode | replace('/', '%2F') }}"}},
        {"name": "fact", "ansible.builtin.set_fact": {"told": "{{ token }}", "cacheable": True}},
        {
            "name": "file",
            "ansible.builtin.copy": {
                "content": "{{ token[:15] }}",
                "dest": "{{ lookup('env', 'TMPDIR') }}/told",
                "mode": "600",
            },
        },
    ]
    told = run_playbook([local_play(tell, True)], simulator, tmp_path)
    found = search(told)
    assert {"what is printed", "log", "results.jsonl", "tmp/told"} <= found.keys()
    assert any(file.startswith("facts/") for file in found)
    assert {TOKEN, quote(TOKEN, safe="")} <= found["what is printed"]
    assert leaks(told.results["base64"]["msg"]) and leaks(told.results["quoted"]["msg"])
    assert leaks(base64.b64encode(f"Bearer {TOKEN}".encode()).decode())


@pytest.fixture(scope="module", params=[True, False], ids=["in-process", "module"])
def told_of_bad_tokens(request: pytest.FixtureRequest, simulator: Simulator, tmp_path_factory: Any) -> Told:
    begin(simulator, {})
    options = {"project_id": "shop", "api_url": "{{ url }}"}
    tasks = [
        {"name": name, INFO: {**options, **({} if token is None else {"api_token": token})}, "ignore_errors": True}
        for name, (token, _says) in BAD_TOKENS.items()
    ]
    folder = tmp_path_factory.mktemp("bad_tokens")
    return run_playbook([local_play(tasks, request.param)], simulator, folder, extra_environment={"NF_API_TOKEN": "  "})


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_token_that_is_none_is_refused_by_name(told_of_bad_tokens: Told, name: str) -> None:
    """In words that stay readable: to hide a blank secret would hide blanks everywhere."""
    result = told_of_bad_tokens.results[name]
    assert result["failed"] is True
    assert result.get("changed", False) is False
    token, error = BAD_TOKENS[name]
    says = f"1 invalid option (no request was sent): {error}"
    if token == "request":
        # ansible-core masks the value of a no_log option wherever it appears, in the words of the message as well.
        says = says.replace(token, "********")
    assert result["msg"].startswith(says)
    assert told_of_bad_tokens.requested == []


def test_no_part_of_a_token_is_told(simulator: Simulator) -> None:
    """Where an answer that is not the API's is quoted up to the middle of the token."""
    begin(simulator, {})
    connection = Transport(ConnectionOptions(TOKEN, simulator.url, 10, 0, True, None, 0, 0), print)
    found = set()
    for before in range(165, 205, 5):
        simulator.faults.set([])
        simulator.faults.add(**not_json(f"{'.' * before}{TOKEN}"))
        with pytest.raises(ApiError) as caught:
            connection.request("GET", "/v1/projects", hints={})
        found |= leaks(str(caught.value))
    simulator.faults.set([])
    connection.close()
    assert found == set()


def test_netrc_would_replace_the_token(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a usual session of requests; the collection's is not one."""
    begin(simulator, {})
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password of-netrc-and-wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    usual = requests.get(f"{simulator.url}/v1/projects", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert usual.status_code == 401
    connection = Transport(ConnectionOptions(TOKEN, simulator.url, 10, 0, True, None, 0, 0), print)
    assert connection.request("GET", "/v1/projects", hints={})["data"]["projects"][0]["id"] == "shop"
    connection.close()
