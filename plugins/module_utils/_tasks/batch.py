# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on many resources at once, in threads that an interruption of the task does not tear apart.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

import math
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from .._api.transport import Transport
from .._errors import Interrupted, NorthflankError
from .._interruption import GRACE_SECONDS, Interruption
from .context import Context
from .progress import Progress

# How often the main thread checks for an interruption, and how long it then waits for threads without a write in
# flight.
_POLL_SECONDS = 0.25
_SECONDS_TO_END = 0.5

_ISSUES = "https://github.com/ansible-collections/community.northflank/issues"


class Item(Protocol):
    """What work is done on: a resource, or a backup destination. Hashable; its text is its name in messages."""

    @property
    def noun(self) -> str:
        """What it is, in messages: ``addon``."""

    def ids(self) -> dict[str, str]:
        """Return the IDs as results have them."""


AnyItem = TypeVar("AnyItem", bound=Item)


def for_each(
    transport: Transport,
    params: Mapping[str, Any],
    context: Context,
    resources: Sequence[AnyItem],
    work: Callable[[AnyItem], dict[str, Any]],
    partial_entry: Callable[[AnyItem], dict[str, Any]] = lambda resource: {},
) -> list[dict[str, Any]]:
    """Do the work on each resource, several at once, and return their entries in the order of the resources.

    params: the options of the module, of which concurrency and timeout matter here. resources: of the same type.
    partial_entry: returns what is known of a resource whose work was started but not finished.

    An entry is what a result has for a resource: ``{project_id, addon_id, changed, failed?, msg?, interrupted?, ...}``,
    and what the work returns. A failure on one resource does not affect the others. An interruption starts no new work,
    and waits only for writes in flight, at most for their grace period plus one timeout.

    The work runs in threads, even on a single resource: signals and the task keyword timeout strike the main thread.
    """
    if not resources:
        return []
    progress = Progress(context.show_progress, transport, len(resources), resources[0].noun)
    queue = deque(resources)
    started: set[AnyItem] = set()
    entries: dict[AnyItem, dict[str, Any]] = {}
    ended: SimpleQueue[None] = SimpleQueue()

    def serve() -> None:
        try:
            while queue and not context.interruption.requested:
                try:
                    resource = queue.popleft()
                except IndexError:
                    return
                started.add(resource)
                entries[resource] = _entry_for(resource, work, partial_entry)
                progress.step()
        except BaseException:  # noqa: BLE001  # what this thread leaves unfinished is reported as such
            return
        finally:
            ended.put(None)

    threads = _start_threads(serve, min(params.get("concurrency", 1), len(resources)))
    _wait(threads, ended, context.interruption, params["timeout"])
    unfinished = [resource for resource in resources if resource not in entries]
    # Decided once: a thread that was abandoned may still finish.
    interrupted = {
        resource: _unfinished(resource, context.interruption, partial_entry if resource in started else None)
        for resource in unfinished
    }
    return [interrupted[resource] if resource in interrupted else entries[resource] for resource in resources]


def _start_threads(serve: Callable[[], None], count: int) -> int:
    """Start threads and return how many: fewer if the machine cannot run as many."""
    for number in range(count):
        try:
            # A thread that was abandoned must not keep the process alive.
            threading.Thread(target=serve, daemon=True).start()
        except RuntimeError as error:
            if number:
                return number
            raise NorthflankError(f"No thread could be started, so nothing was processed: {error}") from error
    return count


def _wait(threads: int, ended: SimpleQueue[None], interruption: Interruption, timeout: float) -> None:
    """Wait until the threads have ended; after an interruption, only for those with a write in flight."""
    deadline = math.inf
    while threads and time.monotonic() < deadline:
        try:
            # Not Thread.join(): up to Python 3.12, an exception inside it marks a running thread as ended.
            ended.get(timeout=_POLL_SECONDS)
            threads -= 1
        except Empty:
            pass
        interruption.poll()
        if interruption.requested:
            seconds = GRACE_SECONDS + timeout if interruption.writes_in_flight else _SECONDS_TO_END
            deadline = min(deadline, time.monotonic() + seconds)


def _entry_for(
    resource: AnyItem,
    work: Callable[[AnyItem], dict[str, Any]],
    partial_entry: Callable[[AnyItem], dict[str, Any]],
) -> dict[str, Any]:
    entry = {**resource.ids(), "changed": False}
    try:
        return {**entry, **work(resource)}
    except Interrupted as error:
        return {**entry, "failed": True, "interrupted": True, "msg": str(error)}
    except NorthflankError as error:
        return {**entry, "failed": True, **error.to_result()}
    except BaseException as error:  # noqa: BLE001  # it must not affect other resources
        exception = traceback.format_exc()
        ended = _ended_early(resource, internal_error(error), _guarded(partial_entry, resource))
        return {**ended, "exception": exception}


def _unfinished(
    resource: AnyItem, interruption: Interruption, partial_entry: Callable[[AnyItem], dict[str, Any]] | None
) -> dict[str, Any]:
    """Return the entry of a resource whose work was not finished, or not started (partial_entry is None)."""
    partial = _guarded(partial_entry, resource) if partial_entry else {}
    if not interruption.requested:
        # Its thread has died, for example for lack of memory.
        return _ended_early(resource, f"Processing of {resource} ended unexpectedly.", partial)
    if not partial:
        untouched = {"failed": True, "interrupted": True, "msg": str(Interrupted(interruption.reason))}
        return {**resource.ids(), "changed": False, **untouched}
    return _ended_early(resource, f"Processing of {resource} was interrupted.", partial)


def _guarded(partial_entry: Callable[[AnyItem], dict[str, Any]], resource: AnyItem) -> dict[str, Any]:
    """Return what is known of a resource; if even that fails, that it is unknown."""
    try:
        return partial_entry(resource)
    except Exception as error:  # noqa: BLE001  # it must not affect other resources
        return {"changed": True, "msg": f"It is unknown what was done. {internal_error(error)}"}


def _ended_early(resource: Item, reason: str, partial: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a resource whose work ended early: the reason, and what is known of the resource."""
    msg = f"{reason} {partial['msg']}" if "msg" in partial else reason
    return {**resource.ids(), "changed": False, **partial, "failed": True, "msg": msg}


def internal_error(error: BaseException) -> str:
    """Return the message for an exception that this collection should have handled."""
    return f"Internal error in community.northflank, please report it at {_ISSUES}: {error!r}."
