# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the module addon_backup_info: read the backups of addons.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.resources import ADDON
from .._model.backup import STATUSES
from . import argument_specs
from .context import Context
from .read_backups import read_backups

ARGUMENT_SPEC: dict[str, Any] = {
    **argument_specs.connection(),
    **argument_specs.addons_of_project(),
    "status": {"type": "list", "elements": "str", "choices": list(STATUSES)},
    **argument_specs.backup_filters(),
}


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the result of the module: see read_backups()."""
    return read_backups(ADDON, ARGUMENT_SPEC, params, context, STATUSES)
