# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on many addons of a project at once: which they are, bounded threads, one outcome an addon.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._connection import Connection, ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    InvalidOptions,
    NorthflankError,
    TaskFailed,
)
from ansible_collections.community.northflank.plugins.module_utils._ids import id_problems
from ansible_collections.community.northflank.plugins.module_utils._rate_limit import REFUSED

_MOST_THREADS = 64
_SECONDS_BETWEEN_SHOWS = 5.0


@contextmanager
def client_for(params: Mapping[str, Any], say: Callable[[str], None], problems: Sequence[str] = ()) -> Iterator[Client]:
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
    connection = Connection(options, say)
    try:
        yield Client(connection)
    except ApiError as error:
        # Not about one addon: the addons of the project could not be listed.
        raise TaskFailed({"changed": False, **error.to_result(), **connection.usage()}) from error
    finally:
        connection.close()


def targets_of(client: Client, params: Mapping[str, Any]) -> list[Target]:
    """Give the addons that a task is about: those in addon_ids, each once, or else every addon of the project."""
    project_id, team_id, ids = params["project_id"], params["team_id"], params["addon_ids"]
    if ids is not None:
        return [Target(project_id, addon_id, team_id) for addon_id in dict.fromkeys(ids)]
    listed = client.list_addons(project_id, team_id)
    return [Target(project_id, addon["id"], team_id, status=addon.get("status")) for addon in listed]


class Progress:
    """Shows how far a task is that takes more than a few seconds: ``12 of 20 addons, 640 requests left of 1000``."""

    def __init__(
        self, show: Callable[[str], None], client: Client, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._show = show
        self._client = client
        self._total = total
        self._clock = clock
        self._lock = threading.Lock()
        self._done = 0
        self._shown_at = clock()

    def step(self) -> None:
        """Count an addon as done."""
        with self._lock:
            self._done += 1
            if self._clock() < self._shown_at + _SECONDS_BETWEEN_SHOWS:
                return
            self._shown_at = self._clock()
            limit = self._client.usage()["rate_limit"]
            left = f", {limit['remaining']} requests left of {limit['limit']}" if limit else ""
            self._show(f"{self._done} of {self._total} addons{left}")


def for_each(
    targets: Sequence[Target], work: Callable[[Target], dict[str, Any]], concurrency: int, progress: Progress
) -> list[dict[str, Any]]:
    """Do the work on each addon, a number of them at once, and give the outcomes in the order of the addons.

    An outcome is ``{project_id, addon_id, changed, failed?, msg?, ...}``. What fails on one addon leaves the others be.
    """

    def one(target: Target) -> dict[str, Any]:
        named = {"project_id": target.project_id, "addon_id": target.addon_id, "changed": False}
        try:
            return {**named, **work(target)}
        except NorthflankError as error:
            return {**named, "failed": True, **error.to_result()}
        except Exception as error:  # noqa: BLE001  # a fault of our own must not take the other addons' outcomes with it
            msg = f"A fault of community.northflank itself, please report it: {error!r}"
            return {**named, "failed": True, "msg": msg, "exception": traceback.format_exc()}
        finally:
            progress.step()

    threads = min(concurrency, len(targets))
    if threads <= 1:
        return [one(target) for target in targets]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(one, targets))


def finish(result: dict[str, Any], outcomes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the result back; raise TaskFailed with it, naming each addon that failed and why, if any did."""
    failed = [each for each in outcomes if each.get("failed")]
    if not failed:
        return result
    reasons = [f"{_name(each)}: {each['msg']}" for each in failed if not _never_begun(each)]
    waiting = [each for each in failed if _never_begun(each)]
    if waiting:
        # One sentence for all of them: it is the same limit, and they may be many.
        names = ", ".join(_name(each) for each in waiting)
        reasons.append(f"{len(waiting)} are not done, because of the rate limit: {names}. {waiting[0]['msg']}")
    raise TaskFailed({**result, "msg": f"{len(failed)} of {len(outcomes)} addons failed. {' '.join(reasons)}"})


def _name(outcome: Mapping[str, Any]) -> str:
    return f"{outcome['project_id']}/{outcome['addon_id']}"


def _never_begun(outcome: Mapping[str, Any]) -> bool:
    """Tell whether the rate limit ended the work on an addon before anything was done to it."""
    return outcome.get("error", {}).get("status") == REFUSED and not outcome.get("actions")


def _id_problems(params: Mapping[str, Any]) -> list[str]:
    problems = []
    for option in ("project_id", "addon_id", "team_id"):
        if params.get(option) is not None:
            problems.extend(id_problems(option, params[option]))
    for index, addon_id in enumerate(params.get("addon_ids") or ()):
        problems.extend(id_problems(f"addon_ids[{index}]", addon_id))
    return problems
