# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx configuration. ``make docs`` builds the site from docs/docsite and the documentation of the plugins."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

project = "community.northflank"
copyright = "The community.northflank authors"
title = html_short_title = "community.northflank"

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
nitpicky = True
pygments_style = "ansible"
highlight_language = "YAML+Jinja"

html_theme = "sphinx_ansible_theme"
html_use_index = False
html_copy_source = False

# References to Ansible's documentation. Intersphinx would need network access during the build.
ANSIBLE_DOCS = "https://docs.ansible.com/projects/ansible/latest/"
ANSIBLE_REFERENCES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "ansible_collections.ansible.builtin.async_status_module": "collections/ansible/builtin/async_status_module.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "ANSIBLE_CACHE_PLUGIN": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_DEBUG": "reference_appendices/config.html#envvar-ANSIBLE_DEBUG",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": (
        "reference_appendices/config.html#envvar-ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"
    ),
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_TIMEOUT",
}


def resolve_ansible_reference(
    app: Sphinx, env: object, node: nodes.Element, text: nodes.Element
) -> nodes.reference | None:
    """Resolve a reference to Ansible's documentation."""
    page = ANSIBLE_REFERENCES.get(node["reftarget"])
    return page and nodes.reference("", "", text, internal=False, refuri=ANSIBLE_DOCS + page)


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", resolve_ansible_reference)
