# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are masked exactly where ansible-core masks them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.community.northflank.plugins.plugin_utils import _masking
from ansible_collections.community.northflank.plugins.plugin_utils._masking import contains_secret, masked
from hypothesis import given
from hypothesis import strategies as st

SECRETS = ("secret-token", "42", "rue")

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.sampled_from(["a secret-token."])
)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(values)
def test_a_value_without_a_secret_is_not_changed_by_ansible_core(value: Any) -> None:
    if not contains_secret(value, SECRETS):
        assert remove_values(value, SECRETS) == value


@pytest.mark.skipif(_masking._CORE_MASKS_SECRETS, reason="ansible-core masks what the validator found to be secret")
@given(values)
def test_masked_is_what_ansible_core_returns(value: Any) -> None:
    assert masked(value, SECRETS) == remove_values(value, SECRETS)


@pytest.mark.parametrize(
    "value", ["secret-token", "a secret-token.", 42, 1.42, True, ["secret-token"], {"key": [{"key": "secret-token"}]}]
)
def test_values_with_secrets(value: Any) -> None:
    assert contains_secret(value, SECRETS)


@pytest.mark.parametrize("value", ["", "token", 41, None, False, [], {"secret-token": "key"}])
def test_values_without_secrets(value: Any) -> None:
    assert not contains_secret(value, SECRETS)


class _Text(str):
    def __str__(self) -> str:
        return "something else"


def test_a_subclass_of_str_is_searched_itself() -> None:
    assert contains_secret(_Text("a secret-token."), SECRETS)


def test_an_object_may_contain_a_secret() -> None:
    assert contains_secret([object()], SECRETS)


def test_a_deeply_nested_value() -> None:
    value: list[Any] = ["secret-token"]
    for _level in range(10_000):
        value = [value]
    assert contains_secret(value, SECRETS)
