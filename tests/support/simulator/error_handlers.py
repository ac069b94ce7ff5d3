# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exception handlers: every error response has the shape of the API's errors."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from simulator.errors import ApiError


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ApiError, handle_api_error)
    app.add_exception_handler(HTTPException, handle_http_exception)
    app.add_exception_handler(RequestValidationError, handle_validation_error)


async def handle_api_error(request: Request, error: Exception) -> JSONResponse:
    return error_response(error if isinstance(error, ApiError) else ApiError(500, str(error)))


async def handle_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Handle an unknown path or method."""
    return error_response(ApiError(getattr(error, "status_code", 500), getattr(error, "detail", str(error))))


async def handle_validation_error(request: Request, error: Exception) -> JSONResponse:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    details = {".".join(map(str, each["loc"][1:])) or "body": each["msg"] for each in errors}
    return error_response(ApiError(400, "Invalid request.", "invalid-request", details))


def error_response(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body(), error.status)
