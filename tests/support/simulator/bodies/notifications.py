# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies of notification integrations."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.bodies.common import Body, Id

# Those that the official client's types declare.
EVENTS = (
    "trigger:addon-backup:abort",
    "trigger:addon-backup:failure",
    "trigger:addon-backup:start",
    "trigger:addon-backup:success",
    "trigger:billing:billing-alert-exceeded",
    "trigger:billing:invoice-carried-over",
    "trigger:billing:invoice-paid",
    "trigger:billing:invoice-payment-action-required",
    "trigger:billing:invoice-payment-failed",
    "trigger:build:abort",
    "trigger:build:failure",
    "trigger:build:start",
    "trigger:build:success",
    "trigger:cdn:action-delay",
    "trigger:cdn:action-failure",
    "trigger:cdn:action-success",
    "trigger:harness:autoscaling:event",
    "trigger:harness:deployment:status-update",
    "trigger:infrastructure:addon-volume:disk-autoresize-triggered",
    "trigger:infrastructure:addon-volume:usage-75-exceeded",
    "trigger:infrastructure:addon-volume:usage-90-exceeded",
    "trigger:infrastructure:addon:container-cpuSpike90",
    "trigger:infrastructure:addon:container-cpuSustained90",
    "trigger:infrastructure:addon:container-crash",
    "trigger:infrastructure:addon:container-eviction",
    "trigger:infrastructure:build:container-cpuSpike90",
    "trigger:infrastructure:build:container-cpuSustained90",
    "trigger:infrastructure:build:container-eviction",
    "trigger:infrastructure:build:container-memorySpike90",
    "trigger:infrastructure:build:container-memorySustained90",
    "trigger:infrastructure:byoc:cluster:error",
    "trigger:infrastructure:byoc:node-pool:error",
    "trigger:infrastructure:byoc:scheduling:error",
    "trigger:infrastructure:byoc:volume:attach",
    "trigger:infrastructure:byoc:volume:error",
    "trigger:infrastructure:job:container-cpuSpike90",
    "trigger:infrastructure:job:container-cpuSustained90",
    "trigger:infrastructure:job:container-crash",
    "trigger:infrastructure:job:container-eviction",
    "trigger:infrastructure:job:container-memorySpike90",
    "trigger:infrastructure:job:container-memorySustained90",
    "trigger:infrastructure:platform-volume:usage-75-exceeded",
    "trigger:infrastructure:platform-volume:usage-90-exceeded",
    "trigger:infrastructure:service:container-cpuSpike90",
    "trigger:infrastructure:service:container-cpuSustained90",
    "trigger:infrastructure:service:container-crash",
    "trigger:infrastructure:service:container-eviction",
    "trigger:infrastructure:service:container-memorySpike90",
    "trigger:infrastructure:service:container-memorySustained90",
    "trigger:job-run:abort",
    "trigger:job-run:failure",
    "trigger:job-run:start",
    "trigger:job-run:success",
    "trigger:job-run:terminate",
    "trigger:log-sink:paused",
    "trigger:project:tailscale-regen-failure",
    "trigger:release-flow-template-run:aborted",
    "trigger:release-flow-template-run:failure",
    "trigger:release-flow-template-run:start",
    "trigger:release-flow-template-run:success",
    "trigger:release-flow-template-run:update",
    "trigger:resource:certificate-final-failure",
    "trigger:resource:certificate-success",
    "trigger:service:autoscaling:event",
    "trigger:service:deployment:status-update",
    "trigger:template-run:failure",
    "trigger:template-run:queued",
    "trigger:template-run:start",
    "trigger:template-run:success",
    "trigger:template-run:update",
)


Text = Annotated[str, Field(min_length=1)]
Webhook = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
Events = dict[str, bool]


class Tags(Body):
    enabled: bool | None = None
    items: list[str] | None = None
    matchCondition: Literal["and", "or"] | None = None


class Restrictions(Body):
    tags: Tags | None = None


class NotificationUpdate(Body):
    name: Text | None = None
    webhook: Webhook | None = None
    secret: Text | None = None
    restricted: bool | None = None
    restrictions: Restrictions | None = None
    projects: list[Id] | None = None
    events: Events | None = None


class Notification(NotificationUpdate):
    name: Text
    type: Literal["RAW_WEBHOOK", "DISCORD", "TEAMS", "TEAMS_WORKFLOWS"]
    webhook: Webhook
    events: Events

    @model_validator(mode="after")
    def check_secret(self) -> Self:
        if self.secret and self.type != "RAW_WEBHOOK":
            raise ValueError("`secret` is only applicable for `RAW_WEBHOOK`")
        return self
