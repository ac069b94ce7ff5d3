# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connect a task to the API, once its options are valid.

This file is private to the collection and may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .._api.connection_options import ConnectionOptions, account_key
from .._api.transport import Transport
from .._errors import ApiError, Interrupted, InvalidOptions, TaskFailed
from .._model.text_rules import MIN_SECRET
from .context import Context


@contextmanager
def connect(
    params: Mapping[str, Any], context: Context, validation_errors: Sequence[str], secrets: Sequence[str] = ()
) -> Iterator[Transport]:
    """Provide the transport of a task.

    validation_errors: of all options of the module but those of the connection. secrets: in these options.

    Raises InvalidOptions with these, and with those of the connection, before the first request; TaskFailed for an
    ApiError in the block.
    """
    options = ConnectionOptions.from_params(params)
    errors = [*validation_errors, *options.validation_errors()]
    if errors:
        # They quote options, and a user may have put a secret into the wrong one. They also report short secrets.
        known = options.secrets()
        known.add(*(each for each in secrets if len(each) >= MIN_SECRET))
        raise InvalidOptions(known.scrub(errors))
    transport = Transport(
        options,
        context.warn,
        interruption=context.interruption,
        shared_window=context.shared_window(account_key(params)),
        tasks_in_parallel=context.tasks_in_parallel,
    )
    transport.secrets.add(*secrets)
    try:
        yield transport
    except (ApiError, Interrupted) as error:
        # It does not concern a single resource: for example, the addons of the project could not be listed.
        raise TaskFailed({"changed": False, **error.to_result(), **transport.usage()}) from error
    finally:
        transport.close()
