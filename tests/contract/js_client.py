# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Northflank's official JavaScript client, called in a process of Node.js; NODE_PATH has the folder of its package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from simulator.server import Simulator

SCRIPT = Path(__file__).with_suffix(".js")


class JsApiError(Exception):
    """An error of the API as the client returns it, in ``error``: status, message, id, details."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.error = error


class JsClient:
    """Calls a simulator with the JavaScript client."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def call(
        self,
        name: str,
        parameters: dict[str, Any] | None = None,
        data: Any = None,
        options: dict[str, Any] | None = None,
    ) -> Any:
        """Return the ``data`` of a call such as backup.addon or list.addons.all. Raises JsApiError.

        parameters: of the path. data: the request body. options: of the query.
        """
        given = {"parameters": parameters or {}, "data": data, "options": options}
        call = {
            "url": self._simulator.url,
            "token": self._simulator.token,
            "call": name,
            "request": {key: value for key, value in given.items() if value is not None},
        }
        run = subprocess.run(["node", SCRIPT], input=json.dumps(call), capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        result = json.loads(run.stdout)
        if result.get("error"):
            raise JsApiError(result["error"])
        return result["data"]
