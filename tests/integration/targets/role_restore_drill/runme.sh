#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The community.northflank authors
# SPDX-License-Identifier: GPL-3.0-or-later

set -eux

export ANSIBLE_ROLES_PATH=.. ANSIBLE_FILTER_PLUGINS=../simulator/filter_plugins

ansible-playbook --inventory inventory.yml --extra-vars @../../integration_config.yml test.yml "$@"
