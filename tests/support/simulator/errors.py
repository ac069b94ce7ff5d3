# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the API."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """Abort a request with an error response."""

    def __init__(self, status: int, message: str, id: str | None = None, details: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.id = id
        self.details = details

    def body(self) -> dict[str, Any]:
        """Return the body of the error response."""
        error = {"status": self.status, "message": self.message, "id": self.id, "details": self.details}
        return {"error": {name: value for name, value in error.items() if value is not None}}
