# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the screenshots of the documentation: ``python tests/browser/screenshots.py FOLDER``."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from chromium import browser
from random_fleet import random_fleet
from reporting import run_role
from simulator.server import running

# The part of the page at the top, the width, the height and whether the color scheme is dark, by name.
SCREENSHOTS = {
    "report": ("", 1280, 1000, False),
    "report-dark": ("", 1280, 1000, True),
    "report-phone": ("", 500, 1000, False),
    "report-controls": ("#controls-title", 1280, 1000, False),
}

CONTROLS = {
    "scheduled": {},
    "frequency": {"hours": 24},
    "retention": {"days": 7},
    "last_backup": {"hours": 26},
    "no_failures": {"last": 5},
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fleet, forbidden, _verdicts = random_fleet(8, 60, datetime.now(timezone.utc))
    few = sorted(forbidden)[:1]  # so that the picture of the controls also shows other statuses
    with tempfile.TemporaryDirectory() as name, running(fleet, forbidden=few) as simulator:
        ran = run_role(simulator, Path(name), formats=("html",), backup_report_controls=CONTROLS)
        page = (ran.folder / "index.html").as_uri()
        for picture, (part, width, height, dark) in SCREENSHOTS.items():
            with browser(width, height, dark) as driver:
                driver.get(page + part)
                driver.save_screenshot(str(folder / f"{picture}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
