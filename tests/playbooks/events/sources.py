# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event sources as Python modules, and what runs them like ansible-rulebook."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ansible_collections.community import northflank

# The path has the folder ansible_collections.
SOURCES = Path(next(iter(northflank.__path__))) / "extensions" / "eda" / "plugins" / "event_source"


def load(name: str) -> ModuleType:
    """Import an event source from its file, as ansible-rulebook does."""
    spec = importlib.util.spec_from_file_location(f"source_{name}", SOURCES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@asynccontextmanager
async def running(source: ModuleType, args: Mapping[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
    """Run a source, and yield the list of its events. ansible-rulebook's queue holds one event."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
    events: list[dict[str, Any]] = []

    async def consume() -> None:
        while True:
            events.append((await queue.get())["northflank"])

    tasks = [asyncio.create_task(source.main(queue, dict(args))), asyncio.create_task(consume())]
    try:
        yield events
        # An error ends the source.
        assert not tasks[0].done() or tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def wait_until(condition: Any, seconds: float = 10.0) -> None:
    """Wait until a function returns a true value. Raises TimeoutError."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.01)
