# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same rollout with requests and 16 threads, as a lower bound. The addons are in the standard input."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

THREADS = 16


class Rollout:
    def __init__(self, url: str, token: str, bodies: list[dict[str, Any]], write_method: str) -> None:
        self._url = url
        self._token = token
        self._bodies = bodies
        self._write_method = write_method
        self._thread = threading.local()

    def reconcile(self, pair: list[str]) -> None:
        addon = "{}/v1/projects/{}/addons/{}".format(self._url, *pair)
        schedules = self._call("GET", f"{addon}/backup-schedules")["schedules"]
        present = {(each["scheduling"]["interval"], each["backupType"]) for each in schedules}
        missing = [each for each in self._bodies if (each["scheduling"]["interval"], each["backupType"]) not in present]
        if missing and self._write_method == "addon":
            self._call("PATCH", addon, {"backupSchedules": self._bodies})
            return
        for body in missing:
            self._call("POST", f"{addon}/backup-schedules", body)

    def _call(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not hasattr(self._thread, "session"):
            self._thread.session = requests.Session()
            self._thread.session.headers["Authorization"] = f"Bearer {self._token}"
        response = self._thread.session.request(method, url, json=body, timeout=60)
        response.raise_for_status()
        return response.json()["data"]


def main() -> None:
    config = json.load(sys.stdin)
    rollout = Rollout(config["url"], config["token"], config["bodies"], config["write_method"])
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(rollout.reconcile, config["pairs"]))


if __name__ == "__main__":
    main()
