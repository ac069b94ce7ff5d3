# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same work with Northflank's official client and 16 threads. It reads its addons from its standard input."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from northflank import ApiClient

THREADS = 16


def bring(client: ApiClient, bodies: list[Any], project_id: str, addon_id: str) -> None:
    schedules = client.get.addon.backup_schedules(project_id=project_id, addon_id=addon_id).data["schedules"]
    present = {(each["scheduling"]["interval"], each["backupType"]) for each in schedules}
    for body in bodies:
        if (body["scheduling"]["interval"], body["backupType"]) not in present:
            client.create.addon.backup_schedule(project_id=project_id, addon_id=addon_id, data=body)


def main() -> None:
    told = json.load(sys.stdin)
    client = ApiClient(api_token=told["token"], base_url=told["url"])
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda pair: bring(client, told["bodies"], *pair), told["pairs"]))


if __name__ == "__main__":
    main()
