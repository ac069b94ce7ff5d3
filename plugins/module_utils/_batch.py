# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on many addons at once, in threads that an interruption of the task cannot tear apart.

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
from typing import Any

from ansible_collections.community.northflank.plugins.module_utils._client import Client, Target
from ansible_collections.community.northflank.plugins.module_utils._errors import Interrupted, NorthflankError
from ansible_collections.community.northflank.plugins.module_utils._interruption import GRACE_SECONDS, Interruption
from ansible_collections.community.northflank.plugins.module_utils._task import Task

_SECONDS_BETWEEN_SHOWS = 5.0

# How often the main thread looks whether the task was interrupted, and how long it then waits for threads that have no
# write in flight, in seconds.
_POLL_SECONDS = 0.25
_SECONDS_TO_END = 0.5

Work = Callable[[Target], dict[str, Any]]


def for_each(
    client: Client,
    params: Mapping[str, Any],
    task: Task,
    targets: Sequence[Target],
    work: Work,
    known: Work = lambda target: {},
) -> list[dict[str, Any]]:
    """Do the work on each addon, a number of them at once, and return the outcomes in the order of the addons.

    params: the options of the module, of which concurrency and timeout count.
    known: returns what is known of an addon on which the work was begun and did not come to its end.

    An outcome is ``{project_id, addon_id, changed, failed?, msg?, interrupted?, ...}``. A failure on one addon does not
    affect the others. After an interruption no addon is begun, and only writes in flight are waited for, at most for
    their grace period and a timeout.

    The work is done in threads, even if there is one addon only: signals and the task keyword timeout strike in the
    main thread.
    """
    progress = _Progress(task.show, client, len(targets))
    waiting = deque(targets)
    begun: set[Target] = set()
    outcomes: dict[Target, dict[str, Any]] = {}
    ended: SimpleQueue[None] = SimpleQueue()

    def serve() -> None:
        try:
            while waiting and not task.interruption.requested:
                try:
                    target = waiting.popleft()
                except IndexError:
                    return
                begun.add(target)
                outcomes[target] = _outcome(target, work, known)
                progress.step()
        except BaseException:  # noqa: BLE001  # what this thread leaves undone is reported as such
            return
        finally:
            ended.put(None)

    threads = _start(serve, min(params.get("concurrency", 1), len(targets)))
    _wait(threads, ended, task.interruption, params["timeout"])
    unfinished = [target for target in targets if target not in outcomes]
    # What a thread that was given up on may still find out comes too late.
    late = {target: _unfinished(target, task.interruption, known if target in begun else None) for target in unfinished}
    return [late[target] if target in late else outcomes[target] for target in targets]


def _start(serve: Callable[[], None], count: int) -> int:
    """Start threads, and return how many there are: fewer where the machine has no room for all."""
    for number in range(count):
        try:
            # A thread that is given up on must not keep the process from ending.
            threading.Thread(target=serve, daemon=True).start()
        except RuntimeError as error:
            if number:
                return number
            raise NorthflankError(f"No thread could be started, so no request was sent: {error}") from error
    return count


def _wait(threads: int, ended: SimpleQueue[None], interruption: Interruption, timeout: float) -> None:
    """Wait until the threads have ended; after an interruption, until those have that have a write in flight."""
    until = math.inf
    while threads and time.monotonic() < until:
        try:
            # Not Thread.join(): up to Python 3.12 an exception that strikes in it makes the thread look ended.
            ended.get(timeout=_POLL_SECONDS)
            threads -= 1
        except Empty:
            pass
        interruption.poll()
        if interruption.requested:
            patience = GRACE_SECONDS + timeout if interruption.writes_in_flight else _SECONDS_TO_END
            until = min(until, time.monotonic() + patience)


def _outcome(target: Target, work: Work, known: Work) -> dict[str, Any]:
    try:
        return {**_named(target), **work(target)}
    except Interrupted as error:
        return {**_named(target), "failed": True, "interrupted": True, "msg": str(error)}
    except NorthflankError as error:
        return {**_named(target), "failed": True, **error.to_result()}
    except BaseException as error:  # noqa: BLE001  # it must not take the outcomes of other addons with it
        trace = traceback.format_exc()
        return {**_named(target), **known(target), "failed": True, "msg": internal_error(error), "exception": trace}


def _unfinished(target: Target, interruption: Interruption, known: Work | None) -> dict[str, Any]:
    """Return the outcome of an addon on which the work did not come to its end, or was not begun."""
    if not interruption.requested:
        # Its thread has died, of something like a lack of memory.
        msg = "The work on it ended unexpectedly."
        return {**_named(target), "msg": msg, **(known(target) if known else {}), "failed": True}
    untouched = {"interrupted": True, "msg": str(Interrupted(interruption.reason))}
    return {**_named(target), **((known(target) if known else {}) or untouched), "failed": True}


def _named(target: Target) -> dict[str, Any]:
    return {"project_id": target.project_id, "addon_id": target.addon_id, "changed": False}


def internal_error(error: BaseException) -> str:
    """Return the message for an exception that this collection should have handled."""
    return f"Internal error in community.northflank, please report it: {error!r}"


class _Progress:
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
