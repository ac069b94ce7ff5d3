# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's configuration of the site that ``make docs`` builds out of docs/docsite and the documentation of plugins."""

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

# What the generated pages refer to in Ansible's own documentation: listed, since the site is built without network.
ANSIBLE_DOCS = "https://docs.ansible.com/projects/ansible/latest/"
OF_ANSIBLE = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "ANSIBLE_CACHE_PLUGIN": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT": "reference_appendices/config.html#envvar-ANSIBLE_CACHE_PLUGIN_TIMEOUT",
}


def to_ansible(app: Sphinx, env: object, node: nodes.Element, text: nodes.Element) -> nodes.reference | None:
    """Resolve a reference that is none of ours."""
    page = OF_ANSIBLE.get(node["reftarget"])
    return page and nodes.reference("", "", text, internal=False, refuri=ANSIBLE_DOCS + page)


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", to_ansible)
