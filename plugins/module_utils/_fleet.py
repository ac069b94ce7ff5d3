# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks on several addons have in common: a client, the addons that they are about, the end of their result.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._connection import Connection
from ansible_collections.community.northflank.plugins.module_utils._connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    InvalidOptions,
    TaskFailed,
)
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems
from ansible_collections.community.northflank.plugins.module_utils._rate_limit import REFUSED
from ansible_collections.community.northflank.plugins.module_utils._task import Task

_MOST_THREADS = 64


@contextmanager
def client_for(params: Mapping[str, Any], task: Task, problems: Sequence[str] = ()) -> Iterator[Client]:
    """Give a client for the options of a module.

    problems: what is wrong with the module's other options. Raises InvalidOptions with these, and with what is wrong
    with the ids and the connection, before anything is sent, TaskFailed for an ApiError of the block.
    """
    options = ConnectionOptions.from_params(params)
    found = [*_id_problems(params), *problems, *options.problems()]
    if not 1 <= params.get("concurrency", 1) <= _MOST_THREADS:
        found.append(f"concurrency: {params['concurrency']} is not between 1 and {_MOST_THREADS}")
    if found:
        # They quote what was given, and that may be a token which was put into the wrong option.
        raise InvalidOptions(options.scrub(found))
    connection = Connection(options, task.say, interruption=task.interruption)
    try:
        yield Client(connection)
    except (ApiError, Interrupted) as error:
        # Not about one addon: the addons of the project could not be listed.
        raise TaskFailed({"changed": False, **error.to_result(), **connection.usage()}) from error
    finally:
        connection.close()


def targets_of(client: Client, params: Mapping[str, Any]) -> list[Target]:
    """Give the addons that a task is about: those in addon_ids, each once, or else every addon of the project."""
    project_id, team_id, ids = params["project_id"], params["team_id"], params["addon_ids"]
    if ids is not None:
        return [Target(project_id, addon_id, team_id) for addon_id in dict.fromkeys(ids)]
    # By ID, for a list may shift between its pages: two threads must not work on the same addon.
    listed = {addon["id"]: addon.get("status") for addon in client.list_addons(project_id, team_id)}
    problems = [problem for addon_id in listed for problem in id_problems("id", addon_id)]
    if problems:
        raise ApiError(
            "GET", f"/v1/projects/{project_id}/addons", f"an addon has an invalid ID: {problems[0]}", status=200
        )
    return [
        Target(project_id, addon_id, team_id, status=status if isinstance(status, str) else None)
        for addon_id, status in listed.items()
    ]


def finish(result: dict[str, Any], outcomes: Sequence[Mapping[str, Any]], task: Task) -> dict[str, Any]:
    """Give the result back; raise TaskFailed with it, naming each addon that failed and why, if any did.

    A task that was interrupted fails, even if all of its addons were processed.
    """
    failed = [each for each in outcomes if each.get("failed")]
    interruption = task.interruption
    interrupted = f"Interrupted by {interruption.reason}. " if interruption.requested else ""
    if not failed and not interrupted:
        return result
    skipped = [each for each in failed if each.get("interrupted")]
    waiting = [each for each in failed if _never_begun(each)]
    reasons = [
        f"{_name(each)}: {each['msg']}" for each in failed if not each.get("interrupted") and not _never_begun(each)
    ]
    if skipped:
        reasons.append(f"{len(skipped)} were not processed: {', '.join(map(_name, skipped))}.")
    if waiting:
        # One sentence for all of them: it is the same limit, and they may be many.
        names = ", ".join(_name(each) for each in waiting)
        reasons.append(f"{len(waiting)} are not done, because of the rate limit: {names}. {waiting[0]['msg']}")
    counted = f"{len(failed)} of {len(outcomes)} addons failed." if failed else "All addons were processed."
    raise TaskFailed({**result, "msg": f"{interrupted}{' '.join([counted, *reasons])}"})


def _name(outcome: Mapping[str, Any]) -> str:
    return f"{outcome['project_id']}/{outcome['addon_id']}"


def _never_begun(outcome: Mapping[str, Any]) -> bool:
    """Tell whether the rate limit ended the work on an addon before anything was done to it."""
    return (outcome.get("error") or {}).get("status") == REFUSED and not outcome.get("actions")


def _id_problems(params: Mapping[str, Any]) -> list[str]:
    problems = []
    for option in ("project_id", "addon_id", "team_id"):
        if params.get(option) is not None:
            problems.extend(id_problems(option, params[option]))
    for index, addon_id in enumerate(params.get("addon_ids") or ()):
        problems.extend(id_problems(f"addon_ids[{index}]", addon_id))
    return problems
