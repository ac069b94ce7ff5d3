# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the addons that a task is about, and assign schedules to them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._api.addon_types import AddonTypes
from .._api.addons import addon_tags, addon_type, addons_path, list_addons
from .._api.connection_options import account_key
from .._api.resources import Resource, not_found_hint
from .._api.responses import unexpected_response
from .._api.transport import Transport
from .._errors import ApiError
from .._model.assignment import Assignment, Traits, first_match
from .._model.ids import is_id
from .._model.text import short_repr
from .._reconcile.desired_state import DesiredState
from .context import Context
from .discovery import read_projects

# Whose values are by the ID of an addon, which only a project makes unique.
_BY_ADDON_ID = ("known_addon_types", "known_addon_statuses")


@dataclass
class Selection:
    """The addons that a task is about.

    assigned: the addons in their order, each with its assignment; None if it matches none.
    unreadable: what could not be selected, as entries of a result: ``{project_id, addon_id, msg, error?}``. addon_id is
    None for a whole project.
    is_by_traits: whether the assignments depend on the traits of the addons.
    """

    assigned: dict[Resource, Assignment | None] = field(default_factory=dict)
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    is_by_traits: bool = False

    def unassigned(self) -> dict[str, list[dict[str, str]]]:
        """Return the part of a result that lists the addons without an assignment; empty without assignments."""
        if not self.is_by_traits:
            return {}
        unassigned = [addon.ids() for addon, assignment in self.assigned.items() if assignment is None]
        return {"unassigned": unassigned}


def selection_errors(params: Mapping[str, Any]) -> list[str]:
    """Return the validation errors of the options project_id, all_projects, addon_ids and all_addons."""
    errors: list[str] = []
    if params["all_projects"]:
        errors.extend(
            f"{option}: mutually exclusive with all_projects: true"
            for option in ("project_id", "addon_ids", *_BY_ADDON_ID)
            if params.get(option)
        )
    else:
        if params["project_id"] is None:
            errors.append("project_id: required, unless all_projects: true is set")
        if (params["addon_ids"] is None) != params.get("all_addons", params["addon_ids"] is None):
            errors.append("addon_ids: set either addon_ids or all_addons: true")
    return errors


def select_addons(transport: Transport, params: Mapping[str, Any]) -> list[Resource]:
    """Return the addons in the option addon_ids, each once; if it is omitted, all addons of the project.

    Raises ApiError.
    """
    project_id, team_id, ids = params["project_id"], params["team_id"], params["addon_ids"]
    if ids is not None:
        return [Resource(project_id, addon_id, team_id) for addon_id in dict.fromkeys(ids)]
    return list(_listed(project_id, team_id, list_addons(transport, project_id, team_id)))


def select_and_assign(
    transport: Transport, params: Mapping[str, Any], context: Context, assignments: Sequence[Assignment]
) -> Selection:
    """Select addons like select_addons(), or those of all projects, and give each the first assignment it matches.

    Only the option assignments depends on the traits of addons. Those in addon_ids are then listed once per project and
    run. Raises ApiError.
    """
    project_id, team_id, ids = params["project_id"], params["team_id"], params["addon_ids"]
    selection = Selection(is_by_traits=params["assignments"] is not None)
    if params["all_projects"]:
        _select_all_projects(selection, transport, params, assignments)
    elif ids is None:
        _assign(selection, _listed(project_id, team_id, list_addons(transport, project_id, team_id)), assignments)
    elif selection.is_by_traits:
        key = f"{account_key(params)} {project_id} listed addons"
        listed = context.cached(key, lambda: [_excerpt(each) for each in list_addons(transport, project_id, team_id)])
        _select_ids(selection, _listed(project_id, team_id, listed), params, assignments)
    else:
        everyone = assignments[0] if assignments else None
        selection.assigned = dict.fromkeys(select_addons(transport, params), everyone)
    return selection


def desired_states_of(
    transport: Transport, params: Mapping[str, Any], context: Context, selection: Selection
) -> dict[Resource, DesiredState]:
    """Return the desired state of each addon with an assignment. Sends no request before the state is used."""
    types = AddonTypes(transport, params["known_addon_types"] or {}, context.warn, context.cached, account_key(params))
    return {
        addon: DesiredState.from_params(params, assignment, types)
        for addon, assignment in selection.assigned.items()
        if assignment
    }


def _assign(selection: Selection, listed: Mapping[Resource, Traits], assignments: Sequence[Assignment]) -> None:
    selection.assigned.update({addon: first_match(assignments, traits) for addon, traits in listed.items()})


def _select_ids(
    selection: Selection,
    listed: Mapping[Resource, Traits],
    params: Mapping[str, Any],
    assignments: Sequence[Assignment],
) -> None:
    by_id = {addon.id: addon for addon in listed}
    for addon_id in dict.fromkeys(params["addon_ids"]):
        if addon_id in by_id:
            _assign(selection, {by_id[addon_id]: listed[by_id[addon_id]]}, assignments)
            continue
        addon = Resource(params["project_id"], addon_id, params["team_id"])
        hint = not_found_hint(f"addon_ids ({addon_id})", params["team_id"])
        selection.unreadable.append({**addon.ids(), "msg": f"The project has no such addon. {hint}"})


def _select_all_projects(
    selection: Selection, transport: Transport, params: Mapping[str, Any], assignments: Sequence[Assignment]
) -> None:
    team_id = params["team_id"]
    for project in read_projects(transport, team_id, params["concurrency"]):
        try:
            listed = _listed(project["id"], team_id, project["addons"])
        except ApiError as error:
            project = {**project, "unreadable": str(error), "error": error.to_result()["error"]}
            listed = {}
        _assign(selection, listed, assignments)
        if "unreadable" in project:
            entry = {"project_id": project["id"], "addon_id": None, "msg": project["unreadable"]}
            selection.unreadable.append({**entry, **({"error": project["error"]} if "error" in project else {})})


def _listed(project_id: str, team_id: str | None, addons: Iterable[Mapping[str, Any]]) -> dict[Resource, Traits]:
    """Return the addons that the API lists, with their traits. Raises ApiError if an ID is invalid."""
    # By ID: a list may shift between its pages, but two threads must not work on the same addon.
    by_id = {addon["id"]: addon for addon in addons}
    for addon_id in by_id:
        if not is_id(addon_id):
            problem = f"has an addon with the invalid ID {short_repr(addon_id)}"
            raise unexpected_response("GET", addons_path(project_id, team_id), problem)
    return {
        Resource(
            project_id,
            addon_id,
            team_id,
            status=addon["status"] if isinstance(addon.get("status"), str) else None,
            addon_type=addon_type(addon),
        ): Traits(
            names=[addon_id, str(addon.get("name") or addon_id)], types=[addon_type(addon)], tags=addon_tags(addon)
        )
        for addon_id, addon in by_id.items()
    }


def _excerpt(addon: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is used here of an addon that the API lists."""
    excerpt = {name: addon.get(name) for name in ("id", "name", "status", "tags")}
    return {**excerpt, "spec": {"type": addon_type(addon)}}
