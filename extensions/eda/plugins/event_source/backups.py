# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source community.northflank.backups: poll for backups and restores that have ended."""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Poll for backups and restores that have ended
version_added: 0.1.0
description:
  - Reads the restores of addons and the backups of volumes of a project at intervals, and sends an event for each one
    that has ended. Northflank itself sends no events for these.
  - For backups of addons, prefer C(community.northflank.webhook), which costs no requests. If Northflank cannot reach a
    webhook, select their events with O(events).
  - An error never ends the source. It is logged and sent as an event, and the next poll tries again.
author:
  - The community.northflank authors (@ansible-collections)
options:
  api_token:
    description:
      - The API token.
      - If omitted, the environment variable E(NORTHFLANK_API_TOKEN) or E(NF_API_TOKEN) is used. Prefer it, because
        ansible-rulebook may log arguments.
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1).
      - If omitted, the environment variable E(NORTHFLANK_API_BASE_URL), E(NF_API_HOST) or E(NF_HOST) is used, and
        otherwise the default.
    type: str
    default: https://api.northflank.com
  team_id:
    description: >-
      The ID of the team that the project belongs to. Required with an organization's token. If omitted, the API uses
      the team of the token.
    type: str
  project_id:
    description: The ID of the project.
    type: str
    required: true
  addon_ids:
    description:
      - The IDs of the addons. With an empty list, none are polled.
      - If omitted, all addons of the project are polled. They are listed again in each poll.
    type: list
    elements: str
  volume_ids:
    description:
      - The IDs of the volumes. With an empty list, none are polled.
      - If omitted, all volumes of the project are polled. They are listed again in each poll.
    type: list
    elements: str
  events:
    description:
      - The events to send. Only what they need is read.
      - If omitted, all events of restores and of backups of volumes are sent.
      - The events that end with C(:unknown) are for a status that this version of the collection does not know.
    type: list
    elements: str
    choices:
      - addon-backup:abort
      - addon-backup:failure
      - addon-backup:success
      - addon-backup:unknown
      - addon-restore:abort
      - addon-restore:failure
      - addon-restore:success
      - addon-restore:unknown
      - volume-backup:abort
      - volume-backup:failure
      - volume-backup:success
      - volume-backup:unknown
  interval:
    description: How many seconds from the start of one poll to the start of the next, from V(10) to V(86400).
    type: int
    default: 300
  max_requests_per_hour:
    description:
      - How many requests to send per hour, on average, from V(1) to V(100000). If a poll needs more requests than its
        interval allows, the next one starts later.
      - A poll costs one request per 100 restores of an addon, and per 100 backups of an addon or a volume, and at least
        one for each of them. Each list of addons or volumes costs one per 100 of them.
    type: int
    default: 200
  lookback_minutes:
    description:
      - When the source starts, also send events for what began at most this many minutes ago, from V(0) to V(10080),
        and has ended.
      - With V(0), what ends while the source is not running has no event. If it is longer than a restart takes, no
        event is lost, but some may be repeated after a restart.
    type: int
    default: 0
  timeout:
    description: How many seconds to wait for a connection, and for each part of a response, from V(1) to V(3600).
    type: int
    default: 30
  retries:
    description: How many times a request that failed for a transient reason is repeated in a poll, from V(0) to V(100).
    type: int
    default: 2
  validate_certs:
    description: Whether to verify the TLS certificate of the API. Set it to V(false) only for tests.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file or directory of CA certificates, to verify the TLS certificate of the API with.
      - If omitted, the path in the environment variable E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) is used, and
        otherwise the certificates of the Python library requests.
    type: path
  rate_limit_reserve:
    description: How many requests of each hour to leave to other clients, from V(0) to V(1000000).
    type: int
    default: 100
requirements:
  - ansible-core >= 2.16 and requests >= 2.28 in the Python environment of ansible-rulebook
notes:
  - An event has the key C(northflank) with C(event), C(project_id), C(addon_id) or C(volume_id), C(backup_id), for
    restores C(restore_id), C(status) and C(started_at), which is absent if the API returns no valid time.
  - The event C(polling:failure) has C(message) and C(failed), a list of what could not be read. It is sent when this
    list changes, and C(polling:success) when everything can be read again.
  - If the rate limit is reached, the next poll starts after it has been reset.
  - The first poll only records what exists, except for what began after the source started, and O(lookback_minutes).
    What ends between two polls has one event, even if an error prevents polls in between.
"""

EXAMPLES = r"""
- community.northflank.backups:
    project_id: shop
    events: [addon-restore:failure, volume-backup:failure]

- community.northflank.backups:
    project_id: billing
    addon_ids: [ledger-db]
    volume_ids: []
    events: [addon-backup:failure, addon-backup:abort]
    interval: 600
    lookback_minutes: 30
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file without Ansible's collection loader. Installing the loader would keep ansible-rulebook
# from loading other plugins, so make the collection importable as a plain package.
_COLLECTIONS = Path(__file__).parents[6]
sys.path.append(str(_COLLECTIONS.parent))
import ansible_collections

if str(_COLLECTIONS) not in ansible_collections.__path__:
    # A regular package of this name was found in another folder first.
    ansible_collections.__path__.append(str(_COLLECTIONS))

from ansible_collections.community.northflank.plugins.module_utils._api.backups import list_backups
from ansible_collections.community.northflank.plugins.module_utils._api.connection_options import ConnectionOptions
from ansible_collections.community.northflank.plugins.module_utils._api.resources import (
    ADDON,
    VOLUME,
    Resource,
    ResourceType,
)
from ansible_collections.community.northflank.plugins.module_utils._api.restores import list_restores
from ansible_collections.community.northflank.plugins.module_utils._api.transport import Transport
from ansible_collections.community.northflank.plugins.module_utils._errors import (
    ApiError,
    Interrupted,
    NorthflankError,
    RateLimitReached,
)
from ansible_collections.community.northflank.plugins.module_utils._interruption import Interruption
from ansible_collections.community.northflank.plugins.module_utils._model.restore import Restore
from ansible_collections.community.northflank.plugins.module_utils._model.status_history import (
    OUTCOMES,
    Operation,
    StatusHistory,
    outcome,
    started_at,
)
from ansible_collections.community.northflank.plugins.module_utils._model.text import event_text, printable
from ansible_collections.community.northflank.plugins.module_utils._model.times import format_time, utc_now
from ansible_collections.community.northflank.plugins.module_utils._tasks import argument_specs
from ansible_collections.community.northflank.plugins.module_utils._tasks.selection import select_resources
from ansible_collections.community.northflank.plugins.module_utils._tasks.validation import common_errors
from ansible_collections.community.northflank.plugins.plugin_utils._event_source import (
    check_arguments,
    range_errors,
    validated_arguments,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A kind of operations: the type of resource that has them, how to list them, and the field with their ID."""

    type: ResourceType
    read: Callable[[Transport, Resource], Iterable[Operation]]
    id_field: str


KINDS = {
    "addon-backup": Kind(ADDON, list_backups, "backup_id"),
    "addon-restore": Kind(ADDON, list_restores, "restore_id"),
    "volume-backup": Kind(VOLUME, list_backups, "backup_id"),
}
EVENTS = [f"{kind}:{each}" for kind in KINDS for each in OUTCOMES]
_DEFAULT_EVENTS = [each for each in EVENTS if not each.startswith("addon-backup:")]

# The rate limit is waited for between two polls, where it does not block a thread.
_RATE_LIMIT = {"rate_limit_max_wait": 0, "rate_limit_clients": 1}

ARGUMENT_SPEC: dict[str, Any] = {
    **{name: rules for name, rules in argument_specs.connection().items() if name not in _RATE_LIMIT},
    "retries": {"type": "int", "default": 2},
    "rate_limit_reserve": {"type": "int", "default": 100},
    "project_id": argument_specs.option("projectId", type="str", required=True),
    "addon_ids": argument_specs.option("addonIds", type="list", elements="str"),
    "volume_ids": argument_specs.option("volumeIds", type="list", elements="str"),
    "events": {"type": "list", "elements": "str", "choices": EVENTS, "default": _DEFAULT_EVENTS},
    "interval": {"type": "int", "default": 300},
    "max_requests_per_hour": {"type": "int", "default": 200},
    "lookback_minutes": {"type": "int", "default": 0},
}
_RANGES = {"interval": (10, 86400), "max_requests_per_hour": (1, 100_000), "lookback_minutes": (0, 10080)}

_HOUR = 3600.0


def validated(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments, and the options of the connection in ``connection``. Raises InvalidOptions."""
    params, errors = validated_arguments(ARGUMENT_SPEC, args)
    check_arguments(errors)
    options = ConnectionOptions.from_params({**params, **_RATE_LIMIT})
    errors = [*common_errors(ARGUMENT_SPEC, params), *range_errors(params, _RANGES), *options.validation_errors()]
    check_arguments(options.secrets().scrub(errors))
    return {**params, "connection": options}


@dataclass
class Poller:
    """Reads the operations of a project, and remembers them until the next poll.

    since: what began later is new even in the first list, which errors may delay.
    requests: of the last poll. is_limited: whether it ended early because of the rate limit.
    """

    params: Mapping[str, Any]
    transport: Transport
    since: datetime
    requests: int = 0
    is_limited: bool = False
    _histories: dict[tuple[str, Resource], StatusHistory] = field(default_factory=dict)
    _listed: dict[str, set[Resource]] = field(default_factory=dict)
    _failed: dict[str, str] = field(default_factory=dict)

    def poll(self) -> list[dict[str, Any]]:
        """Return the events since the last poll. Raises Interrupted."""
        sent_before = self.transport.usage()["requests"]
        failed: dict[str, str] = {}
        events = [event for kind in KINDS for event in self._poll_kind(kind, failed)]
        self.requests = self.transport.usage()["requests"] - sent_before
        return [*events, *self._changes_of_failures(failed)]

    def _poll_kind(self, kind: str, failed: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the events of a kind, and add what could not be read."""
        if not any(event.startswith(f"{kind}:") for event in self.params["events"]) or self._must_stop(failed):
            return
        try:
            resources = select_resources(self.transport, KINDS[kind].type, self.params)
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001  # an error must not end the source
            self._add_failure(failed, f"{KINDS[kind].type.collection} of {self.params['project_id']}", error)
            return
        self._begin_histories(kind, resources)
        for resource in resources:
            if self._must_stop(failed):
                return
            try:
                yield from self._poll_resource(kind, resource)
            except Interrupted:
                raise
            except Exception as error:  # noqa: BLE001  # an error must not end the source
                self._add_failure(failed, f"{kind}s of {resource}", error)

    def _begin_histories(self, kind: str, resources: Iterable[Resource]) -> None:
        # A resource that no earlier list had is new, and so is everything of it.
        listed = self._listed.setdefault(kind, set(resources))
        for resource in resources:
            self._histories.setdefault((kind, resource), StatusHistory(is_new=resource not in listed))
        listed.update(resources)

    def _poll_resource(self, kind: str, resource: Resource) -> Iterator[dict[str, Any]]:
        operations = KINDS[kind].read(self.transport, resource)
        for operation in self._histories[kind, resource].update(operations, self.since):
            name = f"{kind}:{outcome(operation.status)}"
            if name in self.params["events"]:
                yield _event(name, KINDS[kind].id_field, resource, operation)

    def _must_stop(self, failed: Mapping[str, str]) -> bool:
        """Return whether all further requests of the poll would fail as well."""
        return "api_token" in failed or "rate limit" in failed

    def _add_failure(self, failed: dict[str, str], what: str, error: Exception) -> None:
        if isinstance(error, RateLimitReached):
            what = "rate limit"
        elif isinstance(error, ApiError) and error.status == 401:
            what = "api_token"
        elif not isinstance(error, NorthflankError):
            logger.exception("Internal error while polling: %s", what)
        failed[what] = printable(self.transport.secrets.scrub(str(error) or repr(error)))

    def _changes_of_failures(self, failed: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Log what could not be read, and yield an event if that has changed."""
        for what, reason in failed.items():
            logger.error("Polling failed: %s: %s", what, reason)
        if failed and failed.keys() != self._failed.keys():
            message = printable("; ".join(f"{what}: {reason}" for what, reason in failed.items()))
            yield self._polling("failure", message=event_text(message), failed=[event_text(each) for each in failed])
        elif self._failed and not failed:
            logger.warning("Polling of the project %s succeeded again", self.params["project_id"])
            yield self._polling("success")
        self.is_limited = "rate limit" in failed
        self._failed = failed

    def _polling(self, result: str, **fields: Any) -> dict[str, Any]:
        return {"northflank": {"event": f"polling:{result}", "project_id": self.params["project_id"], **fields}}

    def seconds_to_next(self, elapsed: float) -> float:
        """Return how long to wait after a poll. elapsed: how long it took."""
        seconds_for_requests = self.requests * _HOUR / self.params["max_requests_per_hour"]
        pause: float = max(self.params["interval"], seconds_for_requests) - elapsed
        rate_limit = self.transport.usage()["rate_limit"]
        if self.is_limited and rate_limit:
            pause = max(pause, rate_limit["reset"] + 1)
        return max(pause, 1.0)


def _event(name: str, id_field: str, resource: Resource, operation: Operation) -> dict[str, Any]:
    time_ = started_at(operation)
    ids = {**resource.ids(), id_field: event_text(printable(operation.id, 100))}
    if isinstance(operation, Restore):
        ids["backup_id"] = event_text(printable(operation.backup_id, 100))
    fields = {"event": name, **ids, "status": event_text(printable(operation.status, 100))}
    return {"northflank": {**fields, **({"started_at": format_time(time_)} if time_ else {})}}


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Run the source until it is cancelled. Raises InvalidOptions."""
    params = validated(args)
    interruption = Interruption()
    transport = Transport(params["connection"], logger.warning, interruption=interruption)
    poller = Poller(params, transport, utc_now() - timedelta(minutes=params["lookback_minutes"]))
    try:
        while True:
            started = time.monotonic()
            # requests blocks its thread.
            for event in await asyncio.to_thread(poller.poll):
                await queue.put(event)
            await asyncio.sleep(poller.seconds_to_next(time.monotonic() - started))
    finally:
        # The thread of a poll cannot be cancelled, but sends no further request.
        interruption.request("the end of the event source")
        transport.close()
