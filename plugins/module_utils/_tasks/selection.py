# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select the addons or volumes that a task is about, and assign schedules to them.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._api.addon_types import AddonTypes
from .._api.connection_options import account_key
from .._api.listing import addon_type, list_fleet, list_path, list_resources, tags_of
from .._api.resources import Resource, ResourceType, not_found_hint
from .._api.responses import unexpected_response
from .._api.transport import Transport
from .._errors import ApiError
from .._model.assignment import Assignment, Traits, first_match
from .._model.ids import is_id
from .._model.text import short_repr
from .._reconcile.desired_state import DesiredState
from .context import Context
from .discovery import read_projects

# Whose values are by the ID of a resource, which only a project makes unique.
_BY_ID = ("known_addon_types", "known_addon_statuses")


@dataclass
class Selection:
    """The resources that a task is about.

    assigned: the resources in their order, each with its assignment; None if it matches none.
    unreadable: what could not be selected, as entries of a result: ``{project_id, addon_id, msg, error?}``. addon_id is
    None for a whole project.
    is_by_traits: whether the assignments depend on the traits of the resources.
    """

    assigned: dict[Resource, Assignment | None] = field(default_factory=dict)
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    is_by_traits: bool = False

    def unassigned(self) -> dict[str, list[dict[str, str]]]:
        """Return the part of a result that lists the resources without an assignment; empty without assignments."""
        if not self.is_by_traits:
            return {}
        unassigned = [resource.ids() for resource, assignment in self.assigned.items() if assignment is None]
        return {"unassigned": unassigned}


def selection_errors(type_: ResourceType, params: Mapping[str, Any]) -> list[str]:
    """Return the validation errors of the options project_id, all_projects, addon_ids and all_addons."""
    errors: list[str] = []
    if params["all_projects"]:
        errors.extend(
            f"{option}: mutually exclusive with all_projects: true"
            for option in ("project_id", type_.ids_option, *_BY_ID)
            if params.get(option)
        )
    else:
        if params["project_id"] is None:
            errors.append("project_id: required, unless all_projects: true is set")
        has_no_ids = params[type_.ids_option] is None
        if has_no_ids != params.get(type_.all_option, has_no_ids):
            errors.append(f"{type_.ids_option}: set either {type_.ids_option} or {type_.all_option}: true")
    return errors


def select_resources(transport: Transport, type_: ResourceType, params: Mapping[str, Any]) -> list[Resource]:
    """Return the resources in the option addon_ids, each once; if it is omitted, all of the project.

    Raises ApiError.
    """
    project_id, team_id, ids = params["project_id"], params["team_id"], params[type_.ids_option]
    if ids is not None:
        return [Resource(project_id, id_, team_id, type_) for id_ in dict.fromkeys(ids)]
    return list(_listed(type_, project_id, team_id, list_fleet(transport, type_, project_id, team_id)))


def select_and_assign(
    transport: Transport,
    type_: ResourceType,
    params: Mapping[str, Any],
    context: Context,
    assignments: Sequence[Assignment],
) -> Selection:
    """Select like select_resources(), or from all projects, and give each resource the first assignment it matches.

    Only the option assignments depends on the traits of resources. Those in addon_ids are then listed once per project
    and run. Raises ApiError.
    """
    project_id, team_id, ids = params["project_id"], params["team_id"], params[type_.ids_option]

    selection = Selection(is_by_traits=params["assignments"] is not None)
    if params["all_projects"]:
        _select_all_projects(selection, transport, type_, params, assignments)
    elif ids is None:
        listed = list_fleet(transport, type_, project_id, team_id)
        _assign(selection, _listed(type_, project_id, team_id, listed), assignments)
    elif selection.is_by_traits:
        key = f"{account_key(params)} {project_id} listed {type_.collection}"

        def read() -> list[dict[str, Any]]:
            return [_excerpt(each) for each in list_resources(transport, type_, project_id, team_id)]

        listed = context.cached(key, read)
        _select_ids(selection, type_, _listed(type_, project_id, team_id, listed), params, assignments)
    else:
        everyone = assignments[0] if assignments else None
        selection.assigned = dict.fromkeys(select_resources(transport, type_, params), everyone)
    return selection


def desired_states_of(
    transport: Transport, params: Mapping[str, Any], context: Context, selection: Selection
) -> dict[Resource, DesiredState]:
    """Return the desired state of each resource with an assignment. Sends no request before the state is used."""
    known_types = params.get("known_addon_types") or {}
    types = AddonTypes(transport, known_types, context.warn, context.cached, account_key(params))
    return {
        resource: DesiredState.from_params(params, assignment, types)
        for resource, assignment in selection.assigned.items()
        if assignment
    }


def _assign(selection: Selection, listed: Mapping[Resource, Traits], assignments: Sequence[Assignment]) -> None:
    selection.assigned.update({resource: first_match(assignments, traits) for resource, traits in listed.items()})


def _select_ids(
    selection: Selection,
    type_: ResourceType,
    listed: Mapping[Resource, Traits],
    params: Mapping[str, Any],
    assignments: Sequence[Assignment],
) -> None:
    by_id = {resource.id: resource for resource in listed}
    for id_ in dict.fromkeys(params[type_.ids_option]):
        if id_ in by_id:
            _assign(selection, {by_id[id_]: listed[by_id[id_]]}, assignments)
            continue
        resource = Resource(params["project_id"], id_, params["team_id"], type_)
        hint = not_found_hint(f"{type_.ids_option} ({id_})", params["team_id"])
        selection.unreadable.append({**resource.ids(), "msg": f"The project has no such {type_.name}. {hint}"})


def _select_all_projects(
    selection: Selection,
    transport: Transport,
    type_: ResourceType,
    params: Mapping[str, Any],
    assignments: Sequence[Assignment],
) -> None:
    team_id = params["team_id"]
    for project in read_projects(transport, [type_], team_id, params["concurrency"]):
        try:
            listed = _listed(type_, project["id"], team_id, project[type_.collection])
        except ApiError as error:
            project = {**project, "unreadable": str(error), "error": error.to_result()["error"]}
            listed = {}
        _assign(selection, listed, assignments)
        if "unreadable" in project:
            entry = {"project_id": project["id"], type_.id_option: None, "msg": project["unreadable"]}
            selection.unreadable.append({**entry, **({"error": project["error"]} if "error" in project else {})})


def _listed(
    type_: ResourceType, project_id: str, team_id: str | None, listed: Iterable[Mapping[str, Any]]
) -> dict[Resource, Traits]:
    """Return the resources that the API lists, with their traits. Raises ApiError if an ID is invalid."""
    # By ID: a list may shift between its pages, but two threads must not work on the same resource.
    by_id = {each["id"]: each for each in listed}
    for id_ in by_id:
        if not is_id(id_):
            problem = f"has {type_} with the invalid ID {short_repr(id_)}"
            raise unexpected_response("GET", list_path(type_, project_id, team_id), problem)
    return {
        Resource(
            project_id,
            id_,
            team_id,
            type_,
            status=each["status"] if isinstance(each.get("status"), str) else None,
            addon_type=addon_type(each),
        ): Traits(
            names=[id_, str(each.get("name") or id_)],
            types=[addon_type(each)] if type_.has_types else [],
            tags=tags_of(each),
        )
        for id_, each in by_id.items()
    }


def _excerpt(listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is used here of a resource that the API lists."""
    excerpt = {name: listed.get(name) for name in ("id", "name", "status", "tags")}
    return {**excerpt, "spec": {"type": addon_type(listed)}}
