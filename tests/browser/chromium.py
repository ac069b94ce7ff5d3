# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium and axe-core."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from programs import NotAvailable, program
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

AXE_CORE = "axe-core@4.11.0"


@cache
def axe() -> str:
    """Return the script of axe-core. Raises NotAvailable."""
    folder = Path(os.environ.get("BROWSER_TOOLS", "/tmp/northflank-browser-tools"))
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        if subprocess.run([program("npm", "npm"), "install", *options, AXE_CORE], check=False).returncode:
            raise NotAvailable(f"npm could not install {AXE_CORE}")
    return script.read_text()


@contextmanager
def browser(width: int = 1280, height: int = 1000, dark: bool = False, scripts: bool = True) -> Iterator[Chrome]:
    """Open a headless browser. scripts: whether the scripts of pages run. Raises NotAvailable."""
    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(program("chromedriver", "chromium-driver")))
    try:
        resize(driver, width, height)
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        if dark:
            feature = {"name": "prefers-color-scheme", "value": "dark"}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        yield driver
    finally:
        driver.quit()


def resize(driver: Chrome, width: int, height: int = 1000) -> None:
    """Set the size of pages in pixels. The window itself has a minimum width and a frame."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
