# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are masked wherever they occur."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.community.northflank.plugins.module_utils._model.secrets import Secrets

MASK = "********"


@pytest.mark.parametrize(
    ("value", "scrubbed"),
    [
        ("token", MASK),
        ("Bearer token, token", f"Bearer {MASK}, {MASK}"),
        ("TOKEN", "TOKEN"),
        (["a", ["token"]], ["a", [MASK]]),
        ({"token": {"list": ["a token"]}}, {MASK: {"list": [f"a {MASK}"]}}),
        (7, 7),
        (True, True),
        (1.5, 1.5),
        (None, None),
    ],
)
def test_secrets_are_masked_in_strings_and_keys_of_any_depth(value: Any, scrubbed: Any) -> None:
    assert Secrets(["token"]).scrub(value) == scrubbed


@pytest.mark.parametrize("value", [True, None, 1234])
def test_only_strings_are_masked(value: Any) -> None:
    """A password such as true must not change the type of a value."""
    assert Secrets(["true", "True", "None", "null", "1234"]).scrub([value]) == [value]


def test_scrub_does_not_modify_the_value() -> None:
    value = {"list": ["token"]}
    Secrets(["token"]).scrub(value)
    assert value == {"list": ["token"]}


@pytest.mark.parametrize("secrets", [["pass", "password"], ["password", "pass"]])
def test_a_secret_that_contains_another_is_masked_as_a_whole(secrets: list[str]) -> None:
    assert Secrets(secrets).scrub("the password, the pass") == f"the {MASK}, the {MASK}"


def test_secrets_can_be_added_later() -> None:
    secrets = Secrets()
    assert secrets.scrub("key, token") == "key, token"
    secrets.add("token")
    secrets.add("key", "token")
    assert secrets.scrub("key, token") == f"{MASK}, {MASK}"


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_secret_is_ignored(blank: str) -> None:
    secrets = Secrets([blank])
    assert secrets.scrub("a b\t\nc") == "a b\t\nc"
    assert not secrets.found_in("a b\t\nc")


def test_occurrences_are_found_anywhere_in_a_text() -> None:
    secrets = Secrets(["token", "password"])
    assert secrets.found_in("the password is secret")
    assert not secrets.found_in("nothing is secret")
    assert not Secrets().found_in("token")


@pytest.mark.parametrize(
    "form",
    [
        str,
        json.dumps,
        lambda secret: json.dumps(secret).replace("/", "\\/"),
        quote,
        lambda secret: quote(secret, safe=""),
        quote_plus,
        html.escape,
        repr,
        lambda secret: base64.b64encode(secret.encode()).decode(),
    ],
    ids=["text", "JSON", "JSON with escaped slashes", "path", "query", "form", "HTML", "Python", "Base64"],
)
def test_secrets_are_masked_as_errors_quote_them(form: Callable[[str], str]) -> None:
    secret = "a/b\"c'd\\e +&<é"
    assert Secrets([secret]).scrub(form(secret)).strip("\"'=") == MASK


def test_a_lone_surrogate_in_a_secret_is_no_problem() -> None:
    assert Secrets(["secret\ud800"]).scrub("a secret\ud800") == f"a {MASK}"
