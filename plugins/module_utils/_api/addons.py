# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's addons: read one and its credentials, create one from a backup, and delete it.

Each call may raise ApiError and Interrupted.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._errors import ApiError
from .._model.fork import Fork
from .._model.ids import is_id
from .._model.text import short_repr
from .listing import addon_type, list_path, list_resources
from .paging import read_object, read_pages
from .resources import ADDON, Resource, not_found_hint, permission_hint
from .responses import unexpected_response
from .transport import Transport


def list_addons(transport: Transport, project_id: str, team_id: str | None) -> list[Fork]:
    """Return all addons of a project, forks or not."""
    path = list_path(ADDON, project_id, team_id)
    return [_fork("GET", path, project_id, each) for each in list_resources(transport, ADDON, project_id, team_id)]


def read_addon(transport: Transport, addon: Resource) -> dict[str, Any]:
    """Return an addon as the API does. Raises ApiError if the response is about another addon."""
    data = read_object(transport, addon.path, addon.hints("GET"))
    if data.get("id") != addon.id:
        raise unexpected_response("GET", addon.path, f"is the addon {short_repr(data.get('id'))}")
    _check_project("GET", addon.path, addon.project_id, data)
    return data


def type_of(addon: Resource, data: Mapping[str, Any]) -> str:
    """Return the type of an addon. data: the addon as read_addon() returns it. Raises ApiError if it has none."""
    type_ = addon_type(data)
    if not type_:
        raise unexpected_response("GET", addon.path, "has no type of the addon")
    return type_


def read_type(transport: Transport, addon: Resource) -> str:
    """Return the type of an addon. Raises ApiError if the response has none, or is about another addon."""
    return type_of(addon, read_addon(transport, addon))


def read_credentials(transport: Transport, addon: Resource) -> dict[str, dict[str, Any]]:
    """Return how to connect to an addon, as the API does: ``{envs: {name: value}, secrets: {name: value}}``.

    No error contains a value of the response.
    """
    path = f"{addon.path}/credentials"
    hints = {**addon.hints("GET"), 403: permission_hint("Project > Addons > General > Read Spec")}
    try:
        data = read_object(transport, path, hints)
    except ApiError as error:
        raise _without_excerpt(error) from None
    found = {name: data[name] for name in ("envs", "secrets") if data.get(name) is not None}
    if not found or not all(isinstance(each, dict) for each in found.values()):
        raise unexpected_response("GET", path, "has no envs and secrets with values by name")
    return {"envs": {}, "secrets": {}, **found}


def _without_excerpt(error: ApiError) -> ApiError:
    """Return the error of a request whose response has secrets, without what it may quote of the response."""
    if error.is_from_api and (error.status is not None or not error.outcome_unknown):
        # It is the API's error, or the API received no request.
        return error
    return ApiError(
        error.method,
        error.path,
        "there was no complete response" if error.status is None else "the response is not the API's JSON",
        status=error.status,
        hint=error.hint,
        outcome_unknown=error.outcome_unknown,
        transient=error.transient,
        is_from_api=error.is_from_api,
    )


def read_fork(transport: Transport, addon: Resource, backup_id: str | None) -> Fork:
    """Return an addon that may be a fork. backup_id: of the backup that it was created from."""
    return _fork("GET", addon.path, addon.project_id, read_addon(transport, addon), backup_id)


def create_fork(
    transport: Transport,
    project_id: str,
    team_id: str | None,
    body: Mapping[str, Any],
    backup_id: str,
    on_send: Callable[[], None],
) -> Fork:
    """Create an addon from a backup and return it. After an ApiError with outcome_unknown it may exist all the same.

    on_send: called each time directly before the request is sent.
    """
    path = list_path(ADDON, project_id, team_id)
    hints = {
        403: permission_hint("Project > Addons > General > Create"),
        404: not_found_hint(f"project_id ({project_id}) and the source", team_id),
    }
    data = transport.request("POST", path, body=body, hints=hints, on_send=on_send)["data"]
    # What the response lacks is as requested. It has no status, according to the types of the official client.
    requested = {**{name: body[name] for name in ("name", "description", "type")}, "status": "preDeployment"}
    returned = {name: value for name, value in data.items() if value is not None}
    fork = _fork("POST", path, project_id, {**requested, **returned}, backup_id)
    if not fork.has_name(body["name"]):
        raise unexpected_response("POST", path, f"is the addon {short_repr(fork.name)}")
    return fork


def delete_addon(transport: Transport, addon: Resource) -> None:
    """Delete an addon, and all of its data. Sends one request, whatever happens to its response.

    After an ApiError with outcome_unknown, or a 404, it may be deleted all the same.
    """
    hints = {**addon.hints("DELETE"), 403: permission_hint("Project > Addons > General > Delete")}
    transport.request("DELETE", addon.path, hints=hints, repeat=False)


def supports_forks(transport: Transport, addon_type: str) -> bool:
    """Return whether addons of a type can be forked, according to the API."""
    types = read_pages(transport, "/v1/addon-types", "addonTypes", {})
    return any(
        isinstance(each, dict)
        and each.get("type") == addon_type
        and isinstance(each.get("features"), dict)
        and each["features"].get("forkAddon") is True
        for each in types
    )


def _fork(method: str, path: str, project_id: str, returned: Mapping[str, Any], backup_id: str | None = None) -> Fork:
    try:
        fork = Fork.from_api(project_id, returned, backup_id)
    except ValueError as error:
        raise unexpected_response(method, path, f"is {error}") from error
    if not is_id(fork.addon_id):
        raise unexpected_response(method, path, f"has {short_repr(fork.addon_id)} as the ID of an addon")
    _check_project(method, path, project_id, returned)
    return fork


def _check_project(method: str, path: str, project_id: str, addon: Mapping[str, Any]) -> None:
    """Raise ApiError if an addon is in another project.

    API reference, "Get addon": appId is "/default-project/example-addon".
    """
    app_id = addon.get("appId")
    if app_id is not None and not str(app_id).endswith(f"/{project_id}/{addon['id']}"):
        raise unexpected_response(method, path, f"is the addon {short_repr(app_id)}")
