# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks with -vvvv and --diff, and search everything that they print or write for the token.

The simulator repeats the token in all of its errors.
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

# With characters that are encoded in a URL, but not quoted by a shell or YAML.
TOKEN = "s3cr3t-token/0123456789+abcdef"
# For the tasks with an invalid token.
WRONG_TOKEN = "wr0ng-s3cr3t/9876543210+fedcba"
# The keys of a backup destination: those that the API returns, and those that tasks set.
OLD_KEYS = {"accessKey": "old-acc3ss/k3y+0123456789", "secretKey": "old-s3cr3t/k3y+abcdefghij"}
KEYS = {"accessKey": "n3w-acc3ss/k3y+9876543210", "secretKey": "n3w-s3cr3t/k3y+jihgfedcba"}
# The webhooks of notification integrations: those that the API returns, and those that tasks set, with a secret.
OLD_WEBHOOK = "https://0ld-h00k.example.org/s3cr3t+0123456789abcdef"
WEBHOOK = "https://n3w-h00k.example.org/s3cr3t+fedcba9876543210"
WEBHOOK_SECRET = "w3bh00k-s3cr3t/z9y8+x7w6v5u4t3s2"
# The credentials of every addon.
ADDON_PASSWORD = "addon-s3cr3t/passw0rd+0123456789"
ADDON_CREDENTIALS = {
    "envs": {"HOST": "db.example.org", "PORT": "5432"},
    "secrets": {"PASSWORD": ADDON_PASSWORD, "POSTGRES_URI": f"postgresql://app:{ADDON_PASSWORD}@db.example.org:5432"},
}
WEBHOOKS = (OLD_WEBHOOK, WEBHOOK, WEBHOOK_SECRET)
SECRETS = (TOKEN, WRONG_TOKEN, *OLD_KEYS.values(), *KEYS.values(), *WEBHOOKS, ADDON_PASSWORD)
PASSWORD = "password of the vault"

# HTTP_PROXY points to the simulator, which must not receive a request to this host.
OTHER_HOST = "northflank.example.org"

ONE = "community.northflank.addon_backup_schedule"
MANY = "community.northflank.addon_backup_schedules"
INFO = "community.northflank.addon_backup_schedule_info"
BACKUP = "community.northflank.addon_backup"
CREDENTIALS = "community.northflank.addon_credentials_info"
DESTINATION = "community.northflank.backup_destination"
DESTINATIONS = "community.northflank.backup_destination_info"
NOTIFICATION = "community.northflank.notification_integration"
NOTIFICATIONS = "community.northflank.notification_integration_info"

DAILY = {"scheduling": {"interval": "daily", "minute": [30], "hour": [2]}, "backup_type": "snapshot"}
OLD = {
    "scheduling": {"interval": "daily", "minute": [30], "hour": [2]},
    "backupType": "snapshot",
    "retentionTime": 7,
}
BUCKET = {"bucketName": "bucket", "region": "eu-west-1", "endpoint": "s3.example.org"}
WEEK, NINE_DAYS = {**DAILY, "retention_time": 7}, {**DAILY, "retention_time": 9}


@dataclass(frozen=True)
class Case:
    """A task on its own addon with one schedule, or on its own backup destination or notification integration.

    module, options: of the task, without the token and the addon. faults: of the simulator. message: a pattern of its
    error, None if it succeeds. keywords: of the task.
    """

    module: str
    options: dict[str, Any]
    faults: tuple[dict[str, Any], ...] = ()
    message: str | None = None
    keywords: tuple[tuple[str, Any], ...] = ()

    @property
    def no_log(self) -> bool:
        """Whether Ansible hides the result."""
        return ("no_log", True) in self.keywords


def error_response(status: int, **rule: Any) -> dict[str, Any]:
    """Return a fault: an error of the API with the token in all of its fields."""
    text = f"You sent Authorization: Bearer {TOKEN}"
    body = {"error": {"status": status, "message": text, "id": text, "details": {"sent": [text], TOKEN: {"a": text}}}}
    return {"kind": "status", "status": status, "body": body, "times": 99, **rule}


def error_with_keys(method: str, **rule: Any) -> dict[str, Any]:
    """Return a fault: an error of the API with all keys, after it has returned the old ones."""
    text = f"Invalid keys: {json.dumps({**OLD_KEYS, **KEYS})}, {' '.join((*OLD_KEYS.values(), *KEYS.values()))}"
    body = {"error": {"status": 400, "message": text, "id": text, "details": {text: [text]}}}
    return {"kind": "status", "status": 400, "body": body, "times": 99, "method": method, **rule}


def destination(**changes: Any) -> dict[str, Any]:
    """Return the options of a destination with other keys than the existing one. changes: of the credentials, too."""
    keys = {"access_key": "{{ access_key }}", "secret_key": "{{ secret_key }}"}
    credentials = {name: changes.pop(name) for name in list(changes) if name in ("access_key", "secret_key")}
    return {"prefix": "", "credentials": {**BUCKET, **keys, **credentials}, **changes}


def error_with_webhooks(method: str, **rule: Any) -> dict[str, Any]:
    """Return a fault: an error of the API with all webhooks and the secret."""
    text = f"Invalid: {json.dumps(WEBHOOKS)}, {' '.join(WEBHOOKS)}"
    body = {"error": {"status": 400, "message": text, "id": text, "details": {text: [text]}}}
    return {"kind": "status", "status": 400, "body": body, "times": 99, "method": method, **rule}


def notification(**changes: Any) -> dict[str, Any]:
    """Return the options of an integration with another webhook than the existing one, and another secret."""
    return {"webhook": "{{ webhook }}", "secret": "{{ webhook_secret }}", "update_secret": "always", **changes}


def not_json(text: str) -> dict[str, Any]:
    """Return a fault: a response with this text instead of JSON."""
    return {"kind": "status", "status": 502, "body": text, "times": 99}


def credentials(*faults: dict[str, Any], message: str | None = None, **keywords: Any) -> Case:
    """Return a case that reads the credentials of an addon with no_log."""
    return Case(CREDENTIALS, {}, faults, message, (("no_log", True), *keywords.items()))


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
    "an-invalid-option": Case(ONE, {**DAILY, "retention_time": 99}, message="retention_time: 99"),
    "an-invalid-type": Case(ONE, {**DAILY, "retention_time": "long"}, message="retention_time"),
    "an-unknown-option": Case(ONE, {**WEEK, "cron": "0 2 * * *"}, message="Unsupported parameters"),
    "an-unknown-suboption": Case(MANY, {"schedules": [{**WEEK, "cron": "2"}]}, message="Unsupported parameters"),
    "suboptions-of-an-invalid-type": Case(MANY, {"schedules": ["daily"]}, message="daily|dictionary"),
    "a-missing-option": Case(ONE, {"backup_type": "dump"}, message="missing required arguments"),
    "an-invalid-choice": Case(ONE, {**WEEK, "backup_type": "copy"}, message="copy"),
    "the-token-in-an-option": Case(
        ONE, {**WEEK, "custom_destination_id": "{{ token }}"}, message="custom_destination_id"
    ),
    "an-unknown-token": Case(ONE, {**WEEK, "api_token": "{{ wrong_token }}"}, message="status 401.*Check api_token"),
    "status-400": Case(ONE, NINE_DAYS, (error_response(400),), message="status 400"),
    "status-401": Case(ONE, NINE_DAYS, (error_response(401),), message="status 401"),
    "status-403": Case(ONE, NINE_DAYS, (error_response(403),), message="status 403"),
    "status-404": Case(ONE, NINE_DAYS, (error_response(404),), message="status 404"),
    "status-409": Case(ONE, NINE_DAYS, (error_response(409, method="DELETE"),), message="status 409"),
    "status-500": Case(INFO, {}, (error_response(500),), message="status 500"),
    "status-503": Case(MANY, {"schedules": [NINE_DAYS]}, (error_response(503),), message="status 503"),
    "dropped": Case(
        ONE, NINE_DAYS, ({"kind": "drop", "times": 99},), message="closed before the response was complete"
    ),
    "truncated": Case(
        ONE, NINE_DAYS, ({"kind": "truncate", "times": 99},), message="closed before the response was complete"
    ),
    "garbage": Case(ONE, NINE_DAYS, ({"kind": "garbage", "times": 99},), message="not the API's JSON"),
    "html": Case(ONE, NINE_DAYS, ({"kind": "html", "times": 99},), message="not the API's JSON"),
    "not-json": Case(ONE, NINE_DAYS, (not_json(f"Authorization: Bearer {TOKEN}"),), message="not the API's JSON"),
    "redirect": Case(
        ONE,
        NINE_DAYS,
        ({"kind": "redirect", "times": 99, "headers": {"location": f"https://{OTHER_HOST}/?token={TOKEN}"}},),
        message="is a redirect",
    ),
    "timeout": Case(ONE, {**NINE_DAYS, "timeout": 1}, ({"kind": "slow", "seconds": 2},), message="within 1 s"),
    # With a URL of its own: otherwise, the tasks after it would know that the rate limit is used up.
    "rate-limit": Case(
        ONE,
        {**NINE_DAYS, "api_url": "{{ url | replace('127.0.0.1', 'localhost') }}"},
        (error_response(429, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3000"}),),
        message="is used up until",
    ),
    "some-of-many": Case(MANY, {"schedules": [NINE_DAYS], "addon_ids": ["{{ addon }}", "forbidden"]}, message="1 of 2"),
    "some-of-info": Case(INFO, {"addon_ids": ["{{ addon }}", "forbidden", "gone"]}, message="2 of 3"),
    "rolled-back": Case(ONE, NINE_DAYS, (error_response(400, method="POST", times=1),), message="was restored"),
    "lost": Case(MANY, {"schedules": [NINE_DAYS]}, (error_response(400, method="POST"),), message="may be lost"),
    "rollback-failed": Case(ONE, NINE_DAYS, (error_response(500, method="POST"),), message="restoring it failed"),
    "patch-rejected": Case(
        MANY,
        {"schedules": [NINE_DAYS], "write_method": "addon"},
        (error_response(403, method="PATCH"),),
        message="status 403",
    ),
    "back-up": Case(BACKUP, {"name": "nightly"}),
    "back-up-in-check-mode": Case(BACKUP, {}, keywords=(("check_mode", True),)),
    "back-up-rejected": Case(BACKUP, {}, (error_response(409, method="POST"),), message="status 409"),
    "back-up-unknown": Case(BACKUP, {}, (error_response(500),), message="is unknown whether a backup was started"),
    "delete-backup": Case(BACKUP, {"name": "nightly", "state": "absent"}, (error_response(403),), message="status 403"),
    "credentials": credentials(),
    "credentials-in-check-mode": credentials(check_mode=True),
    "credentials-without-no-log": Case(CREDENTIALS, {}, message="no_log: set this keyword of the task to true"),
    "credentials-without-no-log-and-syslog": Case(
        CREDENTIALS, {}, message="no_log: set this keyword", keywords=(("vars", {"ansible_no_target_syslog": True}),)
    ),
    "credentials-forbidden": credentials(error_response(403), message="status 403.*Read Spec"),
    "credentials-without-data": credentials(
        {"kind": "text", "text": json.dumps(ADDON_CREDENTIALS), "times": 99},
        message="the response is not the API's JSON",
    ),
    "credentials-as-lists": credentials(
        {"kind": "text", "text": json.dumps({"data": {"envs": {}, "secrets": [ADDON_PASSWORD]}}), "times": 99},
        message="the response has no envs and secrets",
    ),
    "credentials-as-a-proxy-error": credentials(
        not_json(f"<html>{ADDON_PASSWORD}</html>"), message="the response is not the API's JSON"
    ),
    "credentials-truncated": credentials({"kind": "truncate", "times": 99}, message="there was no complete response"),
    "destination-create": Case(DESTINATION, destination(name="{{ addon }} new")),
    "destination-rotate": Case(DESTINATION, destination()),
    "destination-rotate-in-check-mode": Case(DESTINATION, destination(), keywords=(("check_mode", True),)),
    "destination-up-to-date": Case(
        DESTINATION, destination(access_key="{{ old_access_key }}", secret_key="{{ old_secret_key }}")
    ),
    "destination-delete": Case(DESTINATION, {"state": "absent"}),
    "destination-info": Case(DESTINATIONS, {"include_backups": True}),
    "destination-fixed-option": Case(DESTINATION, destination(prefix="other"), message="cannot change"),
    "destination-invalid-key": Case(
        DESTINATION,
        destination(secret_key="{{ secret_key }}\n"),
        message="credentials.secret_key: contains control characters",
    ),
    "destination-invalid-type": Case(
        DESTINATION,
        {**destination(), "credentials": {**destination()["credentials"], "enableObjectLock": "maybe"}},
        message="enable_object_lock",
    ),
    "destination-key-value-pairs": Case(
        DESTINATION,
        {"prefix": "", "credentials": "access_key={{ access_key }} secretKey={{ secret_key }}"},
        message="bucket_name",
    ),
    "destination-invalid-key-value-pairs": Case(
        DESTINATION, {"prefix": "", "credentials": "{ {{ access_key }} {{ secret_key }}"}, message="dict"
    ),
    "destination-list": Case(
        DESTINATION, {"prefix": "", "credentials": ["{{ access_key }}", "{{ secret_key }}"]}, message="dict"
    ),
    "destination-unknown-suboption": Case(
        DESTINATION,
        {"prefix": "", "credentials": {**BUCKET, "accesskey": "{{ access_key }}", "secret": "{{ secret_key }}"}},
        message="Unsupported parameters",
    ),
    "destination-unknown-option": Case(DESTINATION, destination(key="value"), message="Unsupported parameters"),
    "destination-key-in-an-option": Case(DESTINATION, destination(prefix="{{ secret_key }}\n"), message="prefix: "),
    "destination-rejected": Case(DESTINATION, destination(), (error_with_keys("PATCH"),), message="status 400"),
    "destination-in-use": Case(
        DESTINATION, destination(state="absent"), (error_with_keys("DELETE"),), message="status 400"
    ),
    "destination-unknown-outcome": Case(
        DESTINATION, destination(), (error_with_keys("PATCH", status=500),), message="status 500"
    ),
    "destination-not-json": Case(
        DESTINATION,
        destination(),
        ({**not_json(json.dumps({**OLD_KEYS, **KEYS})), "method": "PATCH"},),
        message="not the API's",
    ),
    "destination-invalid": Case(
        DESTINATION,
        destination(),
        ({"kind": "text", "text": json.dumps({"data": {"name": "a", "credentials": [OLD_KEYS]}})},),
        message="invalid backup destination",
    ),
    "notification-create": Case(NOTIFICATION, notification(name="{{ addon }} new", type="RAW_WEBHOOK")),
    "notification-rotate": Case(NOTIFICATION, notification()),
    "notification-rotate-in-check-mode": Case(NOTIFICATION, notification(), keywords=(("check_mode", True),)),
    "notification-up-to-date": Case(NOTIFICATION, {"webhook": "{{ old_webhook }}"}),
    "notification-delete": Case(NOTIFICATION, {"state": "absent"}),
    "notification-info": Case(NOTIFICATIONS, {}),
    "notification-fixed-option": Case(NOTIFICATION, notification(type="DISCORD", secret=None), message="cannot change"),
    "notification-invalid-secret": Case(
        NOTIFICATION, notification(secret="{{ webhook_secret }}\n"), message="secret: contains control characters"
    ),
    "notification-invalid-webhook": Case(
        NOTIFICATION, notification(webhook="{{ webhook[6:] }}"), message="webhook: is not a URL"
    ),
    "notification-invalid-type": Case(NOTIFICATION, notification(restricted="maybe"), message="restricted"),
    "notification-unknown-option": Case(NOTIFICATION, notification(key="value"), message="Unsupported parameters"),
    "notification-webhook-in-an-option": Case(
        NOTIFICATION, notification(events=["{{ webhook }}", "{{ webhook_secret }}"]), message="events: "
    ),
    "notification-rejected": Case(NOTIFICATION, notification(), (error_with_webhooks("POST"),), message="status 400"),
    "notification-unknown-outcome": Case(
        NOTIFICATION, notification(), (error_with_webhooks("POST", status=500),), message="status 500"
    ),
    "notification-not-json": Case(
        NOTIFICATION, notification(), ({**not_json(json.dumps(WEBHOOKS)), "method": "POST"},), message="not the API's"
    ),
    "notification-invalid": Case(
        NOTIFICATION,
        notification(),
        ({"kind": "text", "text": json.dumps({"data": {"name": "a", "webhook": [OLD_WEBHOOK]}})},),
        message="invalid notification integration",
    ),
    "unencrypted": Case(ONE, {**WEEK, "api_url": f"http://{OTHER_HOST}"}, message="would send the token unencrypted"),
    "url-with-the-token": Case(ONE, {**WEEK, "api_url": "https://:{{ token }}@127.0.0.1"}, message="api_url:"),
    "no-connection": Case(ONE, {**WEEK, "api_url": "https://127.0.0.1:1"}, message="could not connect"),
}

# The ways to set the token, with the options of the task.
WAYS: dict[str, dict[str, str]] = {
    "option": {"api_token": "{{ token }}"},
    "module_defaults": {},
    "environment": {},
    "vault": {"api_token": "@vaulted@"},
}

# Cases that are run with every way, such as errors before Ansible knows which options are secret.
BY_EVERY_WAY = {
    "destination-rotate",
    "notification-rotate",
    "suboptions-of-an-invalid-type",
    "an-invalid-type",
    "an-unknown-option",
    "replace",
    "status-401",
}

# Invalid tokens, which are too short or too common to search for.
BAD_TOKENS: dict[str, tuple[str | None, str]] = {
    "of no environment": (None, "api_token: required"),
    "empty": ("", "api_token: required"),
    "blank": ("   ", "api_token: required"),
    "short": ("12345", "api_token: has fewer than 8 characters"),
    "seven": ("request", "api_token: has fewer than 8 characters"),
    "spaces": ("two words-and-more", "api_token: contains whitespace"),
    "line-end": ("a-token-and-its-line-end\n", "api_token: contains whitespace"),
}

# The length of a part of a token that must not appear either.
PART = 12


def forms(token: str) -> set[str]:
    """Return the token as it may appear in a text: unchanged, in a URL, in JSON, in base64 at each offset, cut off."""
    encoded = {base64.b64encode(b"." * offset + token.encode()).decode() for offset in range(3)}
    encoded |= {each.translate(str.maketrans("+/", "-_")) for each in encoded}
    found = {token, quote(token, safe=""), quote(token), token.replace("/", "\\/"), token[:PART], token[-PART:]}
    # The first and last characters of base64 depend on the text before and after the token.
    return found | {each[4:-4] for each in encoded}


def leaks(text: str) -> set[str]:
    return {form for token in SECRETS for form in forms(token) if form in text}


def search(output: Output) -> dict[str, set[str]]:
    """Return the forms of tokens that were found, by the name of the file or "printed"."""
    texts = {"printed": output.printed}
    for path in output.outputs.rglob("*"):
        if path.is_file() and not path.is_symlink():
            texts[str(path.relative_to(output.outputs))] = path.read_bytes().decode("latin-1")
    # The name of a file may contain a token as well.
    found = {name: leaks(name + text) for name, text in texts.items()}
    return {name: forms for name, forms in found.items() if forms}


@dataclass(frozen=True)
class Output:
    """The output of a playbook, the folder with its files, its results by the name of the task, and its requests."""

    printed: str
    outputs: Path
    results: dict[str, dict[str, Any]]
    requested: list[dict[str, Any]]
    tasks: dict[str, Case]


@dataclass(frozen=True)
class Run:
    """A run of ansible-playbook.

    ways: to set the token. Most cases run with only one of them, in turn, to save time. in_process: whether action
    plugins run the modules. keep_files: ANSIBLE_KEEP_REMOTE_FILES. only: the cases.
    """

    ways: tuple[str, ...]
    in_process: bool
    keep_files: bool
    only: frozenset[str] = frozenset(CASES)

    def tasks(self) -> Iterator[tuple[str, str]]:
        """Yield the way and the case of each task."""
        for way_number, way in enumerate(self.ways):
            for number, name in enumerate(CASES):
                in_turn = number % len(self.ways) == way_number or name in BY_EVERY_WAY
                if name in self.only and in_turn:
                    yield way, name


# In a separate run, so that the other tasks cannot get the token from the environment.
ENVIRONMENT = ("environment",)
OTHERS = tuple(way for way in WAYS if way not in ENVIRONMENT)

RUNS = {
    "in-process": Run(OTHERS, in_process=True, keep_files=True),
    "in-process, environment": Run(ENVIRONMENT, in_process=True, keep_files=False),
    "module, files kept": Run(OTHERS, in_process=False, keep_files=True),
    "module, environment": Run(ENVIRONMENT, in_process=False, keep_files=False, only=frozenset(BY_EVERY_WAY)),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running(token=TOKEN) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def output_of(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function that returns the output of a run of RUNS, which runs once."""

    @functools.cache
    def output_of(name: str) -> Output:
        return run_cases(RUNS[name], simulator, tmp_path_factory.mktemp("run"))

    return output_of


def run_cases(run: Run, simulator: Simulator, folder: Path) -> Output:
    tasks = {f"{way} {name}": CASES[name] for way, name in run.tasks()}
    set_up(simulator, tasks)
    plays = []
    for way in run.ways:
        cases = {name: case for name, case in tasks.items() if name.startswith(f"{way} ")}
        play_tasks = [
            {
                "name": name,
                "register": f"result_{number}",
                "ignore_errors": True,
                case.module: {**WAYS[way], **target_options(case), **case.options},
                **dict(case.keywords),
                "vars": {"addon": addon_of(name), **dict(case.keywords).get("vars", {})},
            }
            for number, (name, case) in enumerate(cases.items())
        ]
        hidden = {f"result_{number}": name for number, (name, case) in enumerate(cases.items()) if case.no_log}
        play_tasks += [
            {
                "name": f"shown of {name}",
                "ansible.builtin.debug": {"msg": f"{{{{ {result}.msg | default({result}.credentials.envs.HOST) }}}}"},
            }
            for result, name in hidden.items()
        ]
        keep = ", ".join(result for number in range(len(cases)) if (result := f"result_{number}") not in hidden)
        play_tasks.append(
            {"name": "cache", "ansible.builtin.set_fact": {"cached": f"{{{{ [{keep}] }}}}", "cacheable": True}}
        )
        # The action group accepts the options that all modules have.
        defaults = {"api_url": "{{ url }}", "retries": 0, "rate_limit_max_wait": 0}
        if way == "module_defaults":
            defaults["api_token"] = "{{ token }}"
        plays.append(
            local_play(
                play_tasks, run.in_process, module_defaults={"group/community.northflank.all": defaults}, name=way
            )
        )
    # Without ignore_errors, so that Ansible writes a retry file.
    plays.append(local_play([{"name": "end", "ansible.builtin.fail": {"msg": "Write a retry file."}}], run.in_process))
    token = {"NORTHFLANK_API_TOKEN": TOKEN} if run.ways == ENVIRONMENT else {}
    return run_playbook(plays, simulator, folder, run.keep_files, token, tasks)


def addon_of(task: str) -> str:
    return task.replace(" ", "-").replace("_", "-")


OF_ONE_ADDON = (ONE, BACKUP, CREDENTIALS)


def target_options(case: Case) -> dict[str, Any]:
    """Return the options that name the addon, the backup destination or the notification integration of a task."""
    if case.module == DESTINATION:
        return {"name": "{{ addon }}"}
    if case.module == DESTINATIONS:
        return {"destination_ids": ["{{ addon }}"]}
    if case.module == NOTIFICATION:
        return {"name": "{{ addon }}"}
    if case.module == NOTIFICATIONS:
        return {"integration_ids": ["{{ addon }}"]}
    return {
        "project_id": "shop",
        **({"addon_id": "{{ addon }}"} if case.module in OF_ONE_ADDON else {"addon_ids": ["{{ addon }}"]}),
    }


def set_up(simulator: Simulator, tasks: dict[str, Case]) -> None:
    addons = [{"id": "forbidden"}, *({"id": addon_of(name), "backup_schedules": [OLD]} for name in tasks)]
    destinations = [{"id": addon_of(name), "credentials": {**BUCKET, **OLD_KEYS}} for name in tasks]
    notifications = [{"id": addon_of(name), "webhook": OLD_WEBHOOK} for name in tasks]
    projects = [{"id": "shop", "addons": addons}]
    simulator.reset(
        {"token": TOKEN, "destinations": destinations, "notifications": notifications, "projects": projects}
    )
    simulator.store.credentials = lambda _addon: ADDON_CREDENTIALS  # type: ignore[method-assign]
    simulator.settings.echo_token = True
    simulator.settings.extra_fields = False  # the task does not send a PATCH if a schedule has unknown fields
    simulator.settings.forbidden = ["shop/forbidden"]
    for name, case in tasks.items():
        for fault in case.faults:
            simulator.faults.add(path=f"/(addons|backup-destinations|notifications)/{addon_of(name)}(/|$)", **fault)


def run_playbook(
    plays: list[dict[str, Any]],
    simulator: Simulator,
    folder: Path,
    keep_files: bool = False,
    extra_environment: dict[str, str] | None = None,
    tasks: dict[str, Case] | None = None,
) -> Output:
    """Run a playbook with its inputs in one folder, and everything that it writes in another."""
    inputs, outputs = folder / "inputs", folder / "outputs"
    for each in (inputs, *(outputs / name for name in ("home", "tmp", "local_tmp", "remote_tmp", "facts", "retry"))):
        each.mkdir(parents=True)
    (outputs / "home" / ".netrc").write_text("machine 127.0.0.1 login somebody password of-netrc-and-wrong\n")
    (outputs / "home" / ".netrc").chmod(0o600)
    secret = VaultSecret(PASSWORD.encode())
    vaulted = VaultLib([("default", secret)]).encrypt(TOKEN, secret).decode()
    playbook = write_playbook(inputs, *plays)
    # The playbook is JSON, except for the tag of the vaulted value.
    playbook.write_text(playbook.read_text().replace('"@vaulted@"', f"!vault {json.dumps(vaulted)}"))
    variables = {"token": TOKEN, "wrong_token": WRONG_TOKEN, "url": simulator.url}
    variables.update(access_key=KEYS["accessKey"], secret_key=KEYS["secretKey"])
    variables.update(old_access_key=OLD_KEYS["accessKey"], old_secret_key=OLD_KEYS["secretKey"])
    variables.update(webhook=WEBHOOK, webhook_secret=WEBHOOK_SECRET, old_webhook=OLD_WEBHOOK)
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
    results = {each["task"]: {**each["result"], "failed": each["event"] == "failed"} for each in map(json.loads, lines)}
    assert results, printed
    return Output(printed, outputs, results, list(simulator.log), tasks or {})


EVERY_RUN = pytest.mark.parametrize("name", RUNS)


@EVERY_RUN
def test_the_tasks_have_the_expected_results(output_of: Any, name: str) -> None:
    """Otherwise, there would be nothing to find."""
    output = output_of(name)
    shown = {f"shown of {task}" for task, case in output.tasks.items() if case.no_log}
    assert output.results.keys() == {*output.tasks, *shown, "cache", "end"}, output.printed
    for task, case in output.tasks.items():
        result = output.results[task]
        assert result["failed"] == bool(case.message), (task, result)
        if case.no_log:
            assert "censored" in result
            expected, msg = case.message or "^db.example.org$", output.results[f"shown of {task}"]["msg"]
        else:
            expected, msg = case.message or "", result.get("msg", "")
        assert re.search(expected, msg), (task, msg, result)
        assert isinstance(result.get("changed", False), bool)


@EVERY_RUN
def test_the_token_is_not_in_the_output(output_of: Any, name: str) -> None:
    output, run = output_of(name), RUNS[name]
    found = search(output)
    if run.keep_files and not run.in_process:
        # Ansible passes the options of any module in this file, which ANSIBLE_KEEP_REMOTE_FILES keeps.
        payloads = {file for file in found if re.search(r"^remote_tmp/[^/]+/AnsiballZ_\w+\.py$", file)}
        assert payloads
        found = {file: forms for file, forms in found.items() if file not in payloads}
    assert found == {}


@EVERY_RUN
def test_the_searched_files_have_content(output_of: Any, name: str) -> None:
    output, run = output_of(name), RUNS[name]
    assert "********" in output.printed
    assert "+++ after" in output.printed
    written = {path.name for path in output.outputs.rglob("*")}
    (facts,) = (output.outputs / "facts").iterdir()
    assert "status 401" in (output.outputs / "log").read_text()
    assert "status 401" in facts.read_text()
    assert (output.outputs / "retry" / "playbook.retry").read_text() == "localhost\n"
    assert any(file.startswith("AnsiballZ_") for file in written) == (run.keep_files and not run.in_process)


@EVERY_RUN
def test_the_api_received_the_token(output_of: Any, name: str) -> None:
    """Instead of that of ~/.netrc: only requests with an invalid token are rejected."""
    rejected = {entry["path"] for entry in output_of(name).requested if entry.get("status") == 401}
    unauthorized = {task for task in output_of(name).tasks if task.endswith((" an-unknown-token", " status-401"))}
    assert rejected == {f"/v1/projects/shop/addons/{addon_of(task)}/backup-schedules" for task in unauthorized}


@EVERY_RUN
def test_unencrypted_requests_are_never_sent(output_of: Any, name: str) -> None:
    """The proxy would have received them."""
    paths = [entry["path"] for entry in output_of(name).requested]
    assert paths
    assert [path for path in paths if OTHER_HOST in path or "unencrypted" in path] == []


def test_the_search_finds_tokens(simulator: Simulator, tmp_path: Path) -> None:
    """In every place and in every form."""
    set_up(simulator, {})
    tasks = [
        {"name": "plain", "ansible.builtin.debug": {"msg": "It is {{ token }}."}},
        {"name": "base64", "ansible.builtin.debug": {"msg": "{{ ('Bearer ' ~ token) | b64encode }}"}},
        {"name": "quoted", "ansible.builtin.debug": {"msg": "{{ token | urlencode | replace('/', '%2F') }}"}},
        {"name": "fact", "ansible.builtin.set_fact": {"fact": "{{ token }}", "cacheable": True}},
        {
            "name": "file",
            "ansible.builtin.copy": {
                "content": "{{ token[:15] }}",
                "dest": "{{ lookup('env', 'TMPDIR') }}/file",
                "mode": "600",
            },
        },
    ]
    output = run_playbook([local_play(tasks, True)], simulator, tmp_path)
    found = search(output)
    assert {"printed", "log", "results.jsonl", "tmp/file"} <= found.keys()
    assert any(file.startswith("facts/") for file in found)
    assert {TOKEN, quote(TOKEN, safe="")} <= found["printed"]
    assert leaks(output.results["base64"]["msg"]) and leaks(output.results["quoted"]["msg"])
    assert leaks(base64.b64encode(f"Bearer {TOKEN}".encode()).decode())


@pytest.fixture(scope="module", params=[True, False], ids=["in-process", "module"])
def output_of_bad_tokens(request: pytest.FixtureRequest, simulator: Simulator, tmp_path_factory: Any) -> Output:
    set_up(simulator, {})
    options = {"project_id": "shop", "api_url": "{{ url }}"}
    tasks = [
        {"name": name, INFO: {**options, **({} if token is None else {"api_token": token})}, "ignore_errors": True}
        for name, (token, _says) in BAD_TOKENS.items()
    ]
    folder = tmp_path_factory.mktemp("bad_tokens")
    return run_playbook([local_play(tasks, request.param)], simulator, folder, extra_environment={"NF_API_TOKEN": "  "})


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_invalid_tokens_are_rejected(output_of_bad_tokens: Output, name: str) -> None:
    """The message is readable: a masked blank token would mask all blanks."""
    result = output_of_bad_tokens.results[name]
    assert result["failed"] is True
    assert result.get("changed", False) is False
    token, error = BAD_TOKENS[name]
    message = f"1 invalid option (no request was sent): {error}"
    if token == "request":
        # ansible-core masks the value of a no_log option wherever it appears, in the words of the message as well.
        message = message.replace(token, "********")
    assert result["msg"].startswith(message)
    assert output_of_bad_tokens.requested == []


def test_quoted_responses_contain_no_part_of_a_token(simulator: Simulator) -> None:
    """Even if a quoted response is cut off in the middle of the token."""
    set_up(simulator, {})
    connection = Transport(ConnectionOptions(TOKEN, simulator.url, 10, 0, True, None, 0, 0, 1), print)
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


def test_netrc_does_not_replace_the_token(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does with an ordinary session of requests."""
    set_up(simulator, {})
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password of-netrc-and-wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    response = requests.get(f"{simulator.url}/v1/projects", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert response.status_code == 401
    connection = Transport(ConnectionOptions(TOKEN, simulator.url, 10, 0, True, None, 0, 0, 1), print)
    assert connection.request("GET", "/v1/projects", hints={})["data"]["projects"][0]["id"] == "shop"
    connection.close()
