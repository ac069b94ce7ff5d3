# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same rollout with Northflank's official client and 16 threads. The addons are in the standard input."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from northflank import ApiClient

THREADS = 16


def reconcile(client: ApiClient, bodies: list[Any], project_id: str, addon_id: str) -> None:
    schedules = client.get.addon.backup_schedules(project_id=project_id, addon_id=addon_id).data["schedules"]
    present = {(each["scheduling"]["interval"], each["backupType"]) for each in schedules}
    for body in bodies:
        if (body["scheduling"]["interval"], body["backupType"]) not in present:
            client.create.addon.backup_schedule(project_id=project_id, addon_id=addon_id, data=body)


def main() -> None:
    config = json.load(sys.stdin)
    client = ApiClient(api_token=config["token"], base_url=config["url"])
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda pair: reconcile(client, config["bodies"], *pair), config["pairs"]))


if __name__ == "__main__":
    main()
