# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say how to reach the API. Private to the collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - The API token. It is sent in the C(Authorization) header and appears nowhere else.
      - If left out, the environment variable E(NORTHFLANK_API_TOKEN) is used, then E(NF_API_TOKEN). They are read on
        the host on which the task runs. A variable that is blank counts as not set.
      - A token that is blank, has white space or is shorter than 8 characters is refused.
    type: str
  api_url:
    description:
      - The URL of the API, without C(/v1).
      - If left out, the environment variable E(NORTHFLANK_API_BASE_URL) is used, then E(NF_API_HOST), then E(NF_HOST).
      - It must begin with C(https://), unless it points to the loopback interface.
    type: str
    default: https://api.northflank.com
  team_id:
    description:
      - The ID of the team that the project belongs to. A token of an organisation needs it.
      - If left out, the token says which team it is.
    type: str
    aliases: [teamId]
  timeout:
    description: The seconds to wait for a connection, and for each part of an answer. At least 1.
    type: int
    default: 30
  retries:
    description:
      - How often a request is sent again after a connection error, a time-out or a status of 502, 503 or 504, with
        growing pauses from half a second to 8 seconds. V(0) sends each request once.
      - A request that creates a schedule is sent again only when a fresh read has shown that the schedule is not there.
    type: int
    default: 5
  validate_certs:
    description: Whether the certificate of the API is checked. Turn it off for tests only.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory of CA certificates to check the certificate of the API against.
      - If left out, the file that E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) names is used, else those that come with
        the Python library requests.
    type: path
  rate_limit_max_wait:
    description:
      - The seconds that the task may wait in all for the API's rate limit to reset. By default the API takes 1000
        requests an hour, so a large rollout needs up to V(3600) for each further 1000 requests.
      - V(0) never waits. When the wait would be longer, the task fails at once, and says when the limit resets, what is
        done and what is not.
    type: int
    default: 60
  rate_limit_reserve:
    description: How many requests of each hour are left to others. Must be less than the limit.
    type: int
    default: 0
requirements:
  - Python 3.9 or newer
  - requests
notes:
  - Where the task runs with C(connection=local), without C(become) and C(async), the work is done inside Ansible's own
    process, which is several times faster. Then requests must be in the Python that Ansible runs with. The variable
    C(northflank_in_process=false) turns this off. The result is the same either way.
  - The proxy variables of the environment (E(HTTPS_PROXY), E(NO_PROXY)) count. C(~/.netrc) does not count, and
    redirects are not followed.
"""
