# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection to the API. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - The API token. It must have at least 8 characters and no whitespace.
      - If omitted, the environment variable E(NORTHFLANK_API_TOKEN) or, if that is not set or blank, E(NF_API_TOKEN) is
        used. It must be set where the task runs.
      - The token is sent in the C(Authorization) header, and is masked in results and messages.
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1). It must start with C(https://), unless it points to the loopback interface.
      - If omitted, the environment variable E(NORTHFLANK_API_BASE_URL), E(NF_API_HOST) or E(NF_HOST) is used, the first
        that is set and not blank, and otherwise the default.
    type: str
    default: https://api.northflank.com
  team_id:
    description:
      - The ID of the team that the project belongs to. Required with an organization's token.
      - If omitted, the API uses the team of the token.
    type: str
    aliases: [teamId]
  timeout:
    description:
      - How many seconds to wait for a connection, and for each part of a response, from V(1) to V(3600).
      - A response that is not complete after ten times as long counts as failed.
    type: int
    default: 30
  retries:
    description:
      - How many times a request is repeated after a connection error, a timeout, an unreadable response, or the HTTP
        status 502, 503 or 504, from V(0) to V(100). The pauses in between increase, up to 8 seconds. V(0) sends each
        request once.
      - A request that creates a schedule, a backup, a destination, a restore, an addon or a notification integration is
        only repeated if that is known not to exist.
    type: int
    default: 5
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
  rate_limit_max_wait:
    description:
      - How many seconds the task may wait for the API's rate limit to reset, in total, from V(0) to V(604800) (one
        week). V(0) never waits.
      - If the wait would be longer, the task fails immediately, and reports when the limit resets, and what was and was
        not done.
      - By default, the API accepts 1000 requests per hour. Set this to V(3600) for each further 1000 requests that a
        task needs.
      - Between deleting a schedule and creating its replacement, the task waits regardless of this option.
    type: int
    default: 60
  rate_limit_reserve:
    description: >-
      How many requests of each hour to leave to other clients, from V(0) to V(1000000). Must be less than the API's
      rate limit.
    type: int
    default: 0
  rate_limit_clients:
    description:
      - How many runs of Ansible share the rate limit at the same time, this one included, from V(1) to V(1000). Set it
        to the number of slices of a sliced job.
      - Each run then sends its share of the requests, so that hardly any is refused, and none of the runs has to wait
        because the others were faster. A few requests of each hour are not used.
      - With V(1), a run assumes that it is the only one. It still waits if others use up the rate limit.
    type: int
    default: 1
requirements:
  - Python 3.9 or newer
  - requests >= 2.28 (Python library)
notes:
  - With C(connection=local), and without C(become) and C(async), the work is done in Ansible's own process, which is
    several times faster. The Python library requests must then be installed for the Python that runs Ansible. Set the
    variable C(northflank_in_process) to V(false) to disable this. The results are the same.
  - Proxies are taken from environment variables such as E(HTTPS_PROXY) and E(NO_PROXY). C(~/.netrc) is ignored, and
    redirects are not followed.
"""
