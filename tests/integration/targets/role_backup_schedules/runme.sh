#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The community.northflank authors
# SPDX-License-Identifier: GPL-3.0-or-later

set -eux

export ANSIBLE_ROLES_PATH=..

play() {
    ansible-playbook --inventory inventory.yml --extra-vars @../../integration_config.yml "$@"
}

play test.yml "$@"

# As users run it: hosts that fail do not affect the others.
if play --extra-vars round=delete rollout.yml > recap.txt; then
    echo "The rollout should have failed on some hosts."
    exit 1
fi
grep -E '^an-addon .* changed=0 .* failed=0' recap.txt
grep -E '^a-missing-addon .* failed=1' recap.txt
[ "$(grep -c -E 'failed=1' recap.txt)" -eq 14 ]

# An error in the custom policies is reported once, before the first request, and not by each host.
if play --limit an-addon,two-addons,a-project --extra-vars '{"backup_schedules_custom_policies": {"mine": [{"retention": 7}], "yours": 3}}' rollout.yml > recap.txt 2>&1; then
    echo "The rollout should have rejected the policies."
    exit 1
fi
[ "$(grep -c '^fatal: ' recap.txt)" -eq 1 ]
grep -F 'backup_schedules_custom_policies.mine[0]: missing required arguments: backup_type, scheduling' recap.txt
grep -F 'backup_schedules_custom_policies.yours: 3 is not a list of schedules' recap.txt

# The next runs are shown once for all hosts.
play --limit an-addon,two-addons --extra-vars '{"round": "delete", "backup_schedules_next_runs": 2}' rollout.yml > recap.txt
grep -F '"addon/orders-db": {' recap.txt
grep -F '"some/tax-db": {' recap.txt
[ "$(grep -c '"daily snapshot": \[' recap.txt)" -eq 3 ]
