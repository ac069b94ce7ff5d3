#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The community.northflank authors
# SPDX-License-Identifier: GPL-3.0-or-later

set -eux

export ANSIBLE_ROLES_PATH=..

play() {
    ansible-playbook --inventory inventory.yml --extra-vars @../../integration_config.yml "$@"
}

play test.yml "$@"

# As users run it: hosts that fail leave the others be, and the recap has a line for each.
if play --extra-vars round=delete rollout.yml > recap.txt; then
    echo "The rollout should have failed on some hosts."
    exit 1
fi
grep -E '^an-addon .* changed=0 .* failed=0' recap.txt
grep -E '^gone .* failed=1' recap.txt
[ "$(grep -c -E 'failed=1' recap.txt)" -eq 7 ]
