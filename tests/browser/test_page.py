# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report in a browser: with and without scripts, accessibility, layout, escaping and performance."""

from __future__ import annotations

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html
from chromium import NotAvailable, axe, browser, resize
from drill_evidence import evidence, write
from pypdf import PdfReader
from random_fleet import HOSTILE, random_fleet
from reporting import run_role
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from simulator.server import running

ADDONS = 40
MANY = 5000

# The maximum time until a report with many addons is loaded.
MILLISECONDS = 2000

# The number of rows that the page shows at first, and more with each click.
BATCH = 200

COLUMNS = ["Name", "Type", "Project", "Verdict", "Reasons", "Policy", "Schedules", "Newest backup", "Next"]
DRILL = len(COLUMNS)

# The widths of phones, tablets, laptops and large screens, and around the maximum widths at which addons are cards.
WIDTHS = [360, 768, 1024, 1120, 1121, 1200, 1201, 1280, 1440, 1441, 1920]
CARDS = {"page": 1120, "page_with_drills": 1200}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fleet, forbidden, _verdicts = random_fleet(1, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path_factory.mktemp("report"), backup_report_title="<i>Ours</i>")
    assert ran.exit_code == 0, ran.output
    return ran.folder / "index.html"


@pytest.fixture(scope="module")
def report(page: Path) -> dict[str, Any]:
    return json.loads((page.parent / "report.json").read_text())


@pytest.fixture(scope="module")
def page_with_volumes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one addon and two volumes, all without schedules."""
    fleet = {"projects": [{"id": "project-1", "addons": [{"id": "data"}], "volumes": [{"id": "data"}, {"id": "logs"}]}]}
    folder = tmp_path_factory.mktemp("volumes")
    with running(fleet) as simulator:
        ran = run_role(simulator, folder, backup_schedules_all_addons=True, backup_schedules_all_volumes=True)
    assert ran.exit_code == 0, ran.output
    return ran.folder / "index.html"


@pytest.fixture(scope="module")
def page_with_drills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose addons have restore drills of every status."""
    now = datetime.now(timezone.utc)
    fleet, forbidden, verdicts = random_fleet(1, ADDONS, now)
    folder = tmp_path_factory.mktemp("drills")
    drills = folder / "drills"
    for number, addon in enumerate(verdicts):
        verified = evidence(now - timedelta(days=12 + number), addon)
        restored = evidence(now - timedelta(days=3), addon, verified="skipped", reason="No checks are configured.")
        failed = evidence(now - timedelta(hours=number), addon, restored="failed", reason=f"{HOSTILE} {'x' * 200}")
        unknown = {**evidence(now, addon), "completed_at": "soon"}
        kinds = [[verified], [restored], [failed], [], [unknown], [verified, failed]]
        write(drills, *kinds[number % len(kinds)])
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, folder, backup_report_evidence_dir=str(drills))
    assert ran.exit_code == 0, ran.output
    return ran.folder / "index.html"


@pytest.fixture(scope="module")
def report_with_drills(page_with_drills: Path) -> dict[str, Any]:
    return json.loads((page_with_drills.parent / "report.json").read_text())


@pytest.fixture(scope="module", params=["light", "dark", "phone"])
def chrome(request: pytest.FixtureRequest) -> Iterator[Chrome]:
    try:
        with browser(width=400 if request.param == "phone" else 1280, dark=request.param == "dark") as driver:
            yield driver
    except NotAvailable as error:
        pytest.skip(f"No browser: {error}")


@pytest.fixture(scope="module")
def without_scripts() -> Iterator[Chrome]:
    try:
        with browser(scripts=False) as driver:
            yield driver
    except NotAvailable as error:
        pytest.skip(f"No browser: {error}")


@pytest.fixture
def opened(chrome: Chrome, page: Path) -> Chrome:
    chrome.get(page.as_uri())
    return chrome


def cells(driver: Chrome, column: int) -> list[str]:
    """Return the texts of a column, from top to bottom."""
    return texts(driver, f"#resources tbody tr > :nth-child({column + 1})")


def texts(driver: Chrome, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
    return driver.execute_script(script, selector)


def test_the_console_is_empty(opened: Chrome) -> None:
    assert opened.get_log("browser") == []


def test_the_limit_is_shown(chrome: Chrome, page: Path, tmp_path: Path) -> None:
    fleet, forbidden, _verdicts = random_fleet(2, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        limited = run_role(simulator, tmp_path, "--limit", "project-1").folder / "index.html"
    chrome.get(limited.as_uri())
    note = chrome.find_element(By.ID, "limit")
    assert note.text == "Limited to project-1: this report does not cover the whole inventory."
    chrome.get(page.as_uri())
    assert chrome.find_elements(By.ID, "limit") == []


def test_no_resources_are_requested(opened: Chrome) -> None:
    assert opened.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)") == []


def test_all_addons_are_shown(opened: Chrome, report: dict[str, Any]) -> None:
    assert cells(opened, 0) == [addon["addon_id"] for addon in report["addons"]]
    assert cells(opened, 3) == [addon["verdict"] for addon in report["addons"]]
    assert opened.find_element(By.ID, "count").text == f"{ADDONS} of {ADDONS} addons"


def test_volumes_are_shown(chrome: Chrome, page_with_volumes: Path) -> None:
    chrome.get(page_with_volumes.as_uri())
    assert chrome.get_log("browser") == []
    assert list(zip(cells(chrome, 0), cells(chrome, 1))) == [("data", "addon"), ("data", "volume"), ("logs", "volume")]
    assert chrome.find_element(By.ID, "count").text == "3 of 3 addons and volumes"
    assert (
        chrome.find_element(By.CSS_SELECTOR, "#summary li").text.split("\n")[1] == "of 3 addons and volumes protected"
    )
    assert chrome.find_element(By.ID, "resources-title").text == "Addons and volumes"
    chrome.find_element(By.ID, "search").send_keys("volume")
    assert cells(chrome, 0) == ["data", "logs"]


def test_verdicts_are_counted(opened: Chrome, report: dict[str, Any]) -> None:
    tiles = [each.text.split("\n") for each in opened.find_elements(By.CSS_SELECTOR, "#summary li")]
    assert {verdict: int(count) for count, verdict in tiles[1:]} == report["summary"]["verdicts"]
    assert tiles[0][1] == f"of {ADDONS} addons protected"


def test_heat_map(opened: Chrome, report: dict[str, Any]) -> None:
    titles = texts(opened, "#starts rect title")
    assert len(titles) == 7 * 24
    assert titles[24 + 2] == f"Tuesday 02:00 to 02:59: {report['starts'][1][2]} backups start"


def test_html_in_the_title_is_escaped(opened: Chrome) -> None:
    assert opened.title == "<i>Ours</i>"
    assert opened.find_element(By.TAG_NAME, "h1").text == "<i>Ours</i>"
    assert opened.find_elements(By.CSS_SELECTOR, "i, #resources script") == []


def test_columns_are_sorted_by_mouse_and_by_keyboard(opened: Chrome, report: dict[str, Any]) -> None:
    by_number = sorted((addon["addon_id"] for addon in report["addons"]), key=lambda each: int(each.split("-")[1]))
    header = opened.find_element(By.CSS_SELECTOR, "#resources th")
    button = header.find_element(By.TAG_NAME, "button")
    opened.execute_script("arguments[0].click()", button)
    assert header.get_attribute("aria-sort") == "ascending"
    assert cells(opened, 0) == by_number
    opened.execute_script("arguments[0].focus()", button)
    opened.switch_to.active_element.send_keys(Keys.ENTER)
    assert header.get_attribute("aria-sort") == "descending"
    assert cells(opened, 0) == by_number[::-1]


def test_addons_are_filtered(opened: Chrome, report: dict[str, Any]) -> None:
    late = [addon for addon in report["addons"] if addon["verdict"] == "late"]
    Select(opened.find_element(By.ID, "verdict")).select_by_value("late")
    assert cells(opened, 0) == [addon["addon_id"] for addon in late]
    Select(opened.find_element(By.ID, "project")).select_by_value("project-2")
    assert cells(opened, 0) == [addon["addon_id"] for addon in late if addon["project_id"] == "project-2"]
    Select(opened.find_element(By.ID, "verdict")).select_by_value("")
    Select(opened.find_element(By.ID, "project")).select_by_value("")
    Select(opened.find_element(By.ID, "project")).select_by_value("")
    search = opened.find_element(By.ID, "search")
    search.send_keys("addon-7 PROJECT-1")
    assert cells(opened, 0) == ["addon-7"]
    assert opened.find_element(By.ID, "count").text == f"1 of {ADDONS} addons"


def test_the_search_matches_the_visible_text(opened: Chrome, report: dict[str, Any]) -> None:
    search = opened.find_element(By.ID, "search")
    # The visible text has the names of verdicts, but not the numbers that they are sorted by.
    shown = dict(zip(cells(opened, 0), texts(opened, "#resources tbody tr")))
    for words in ("unprotected", "LATE", "drift addon-1", *map(str, range(7))):
        search.clear()
        search.send_keys(words)
        found = [addon for addon, text in shown.items() if all(word in text.lower() for word in words.lower().split())]
        assert cells(opened, 0) == found, words
    assert found


def test_restore_drills_are_shown(chrome: Chrome, page_with_drills: Path, report_with_drills: dict[str, Any]) -> None:
    chrome.get(page_with_drills.as_uri())
    assert chrome.get_log("browser") == []
    statuses = [addon["restore_drill"]["status"] for addon in report_with_drills["addons"]]
    counts = report_with_drills["summary"]["restore_drills"]
    assert counts == dict(Counter(statuses))
    shown = cells(chrome, DRILL)
    # The newest drill of an addon that was verified before may have failed.
    starts = [text.split()[0].rstrip(":") for text in shown]
    assert starts == statuses
    assert shown.count("never") == counts["never"]
    assert any("days ago: " not in text and "last verified" in text for text in shown)
    note = chrome.find_element(By.CSS_SELECTOR, "#summary p").text
    assert note == f"Restore drills: {', '.join(f'{count} {status}' for status, count in counts.items())}"


def test_restore_drills_are_sorted_by_age(
    chrome: Chrome, page_with_drills: Path, report_with_drills: dict[str, Any]
) -> None:
    chrome.get(page_with_drills.as_uri())
    headers = chrome.find_elements(By.CSS_SELECTOR, "#resources thead th button")
    chrome.execute_script("arguments[0].click()", headers[DRILL])
    ages = {
        addon["addon_id"]: (addon["restore_drill"]["last"] or {}).get("completed_at") or ""
        for addon in report_with_drills["addons"]
    }
    assert [ages[name] for name in cells(chrome, 0)] == sorted(ages.values())
    chrome.execute_script("arguments[0].click()", headers[DRILL])
    assert [ages[name] for name in cells(chrome, 0)] == sorted(ages.values(), reverse=True)


def test_restore_drills_are_found(chrome: Chrome, page_with_drills: Path, report_with_drills: dict[str, Any]) -> None:
    chrome.get(page_with_drills.as_uri())
    chrome.find_element(By.ID, "search").send_keys("restored 3 days ago")
    restored = [
        addon["addon_id"] for addon in report_with_drills["addons"] if addon["restore_drill"]["status"] == "restored"
    ]
    assert cells(chrome, 0) == restored
    assert restored


@pytest.mark.parametrize("name", ["page", "page_with_volumes", "page_with_drills"])
def test_accessibility(chrome: Chrome, name: str, request: pytest.FixtureRequest) -> None:
    chrome.get(request.getfixturevalue(name).as_uri())
    try:
        chrome.execute_script(axe())
    except NotAvailable as error:
        pytest.skip(f"No axe-core: {error}")
    found = chrome.execute_async_script("axe.run().then(arguments[0])")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    assert Counter(each["id"] for each in found["passes"])["color-contrast"] == 1


# The elements whose text is outside of the page or of its own cell.
CUT_OFF = """
return [...document.querySelectorAll("#resources th, #resources td, #summary :is(li, p), h1")]
  .filter((each) => each.offsetWidth > 1)
  .filter((each) => each.scrollWidth > each.clientWidth || each.getBoundingClientRect().right > innerWidth
    || each.getBoundingClientRect().left < 0)
  .map((each) => [each.textContent, each.scrollWidth, each.clientWidth]);
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_cut_off(
    without_scripts: Chrome, page: Path, page_with_volumes: Path, page_with_drills: Path, tmp_path: Path, width: int
) -> None:
    # IDs can have about 100 characters without a space to break at.
    long = tmp_path / "index.html"
    long.write_text(
        page.read_text().replace(">project-1<", f">{'project' * 15}<").replace(">addon-1<", f">{'x' * 100}<")
    )
    resize(without_scripts, width)
    for each in (page, long, page_with_volumes, page_with_drills):
        without_scripts.get(each.as_uri())
        assert without_scripts.execute_script("return innerWidth") == width
        assert without_scripts.execute_script("return document.documentElement.scrollWidth") == width
        assert without_scripts.execute_script(CUT_OFF) == []


# The elements with words that are broken over several lines.
BROKEN_WORDS = """
const selector = "td.verdict, td[data-label=Next] li, td.drill:not(.failed, .unknown), thead th";
return [...document.querySelectorAll(selector)].filter((each) => {
  const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const found of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      if (new Set([...range.getClientRects()].map((line) => line.top)).size > 1) return true;
    }
  }
}).map((each) => each.textContent);
"""


@pytest.mark.parametrize(("name", "width"), [(name, each) for name in CARDS for each in WIDTHS if each > CARDS[name]])
def test_verdicts_times_and_headings_are_not_broken(
    without_scripts: Chrome, name: str, width: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # Wed is the widest of the days.
    widest = tmp_path / "index.html"
    text = request.getfixturevalue(name).read_text()
    widest.write_text(re.sub(r"\b[A-Z][a-z]{2} (?=\d{4}-\d\d-\d\d )", "Wed ", text))
    resize(without_scripts, width)
    without_scripts.get(widest.as_uri())
    assert without_scripts.execute_script(BROKEN_WORDS) == []


def test_the_page_is_complete_without_scripts(without_scripts: Chrome, page: Path, report: dict[str, Any]) -> None:
    resize(without_scripts, 1280)
    without_scripts.get(page.as_uri())
    assert texts(without_scripts, "#resources thead th") == COLUMNS
    assert cells(without_scripts, 0) == [addon["addon_id"] for addon in report["addons"]]
    assert cells(without_scripts, 3) == [addon["verdict"] for addon in report["addons"]]
    assert without_scripts.find_element(By.CSS_SELECTOR, "#resources tbody tr:last-child").is_displayed()
    assert len(texts(without_scripts, "#summary li")) == 1 + len(report["summary"]["verdicts"])
    assert len(texts(without_scripts, "#starts rect")) == 7 * 24
    # Controls that need scripts are hidden.
    assert not without_scripts.find_element(By.ID, "filters").is_displayed()
    assert not without_scripts.find_element(By.ID, "more").is_displayed()
    assert without_scripts.find_elements(By.CSS_SELECTOR, "#resources button") == []


def test_restore_drills_are_complete_without_scripts(
    chrome: Chrome, without_scripts: Chrome, page_with_drills: Path, report_with_drills: dict[str, Any]
) -> None:
    for driver in (chrome, without_scripts):
        driver.get(page_with_drills.as_uri())
    assert texts(without_scripts, "#resources thead th") == [*COLUMNS, "Restore drill"]
    assert cells(without_scripts, 0) == [addon["addon_id"] for addon in report_with_drills["addons"]]
    assert cells(without_scripts, DRILL) == cells(chrome, DRILL)
    assert all(each.strip() for each in cells(without_scripts, DRILL))


@pytest.mark.parametrize(("name", "label"), [("page", "Next"), ("page_with_drills", "Restore drill")])
def test_cells_have_a_label_on_narrow_screens(
    without_scripts: Chrome, name: str, label: str, request: pytest.FixtureRequest
) -> None:
    without_scripts.get(request.getfixturevalue(name).as_uri())
    content = "return getComputedStyle(document.querySelector('tbody td:last-child'), '::before').content"
    for width, shown in ((CARDS[name], f'"{label}: "'), (CARDS[name] + 1, "none")):
        resize(without_scripts, width)
        assert without_scripts.execute_script(content) == shown


def test_the_page_is_complete_with_a_failing_script(
    chrome: Chrome, page: Path, report: dict[str, Any], tmp_path: Path
) -> None:
    broken = tmp_path / "index.html"
    broken.write_text(page.read_text().replace('"use strict";', "this is no script"))
    chrome.get(broken.as_uri())
    assert chrome.find_element(By.CSS_SELECTOR, "#resources tbody tr:last-child").is_displayed()
    assert len(cells(chrome, 0)) == len(report["addons"])


def test_the_content_is_the_same_with_and_without_scripts(chrome: Chrome, without_scripts: Chrome, page: Path) -> None:
    for driver in (chrome, without_scripts):
        driver.get(page.as_uri())
    for column in range(len(COLUMNS)):
        assert cells(chrome, column) == cells(without_scripts, column)


def test_no_cell_is_blank(without_scripts: Chrome, page: Path, report: dict[str, Any]) -> None:
    without_scripts.get(page.as_uri())
    assert [each for each in texts(without_scripts, "#resources tbody tr > *") if not each.strip()] == []
    verdicts = [addon["verdict"] for addon in report["addons"]]
    shown = list(zip(verdicts, *(cells(without_scripts, column) for column in (4, 6, 7, 8)), strict=True))
    # The schedules and backups of an addon that could not be read are unknown, not none.
    assert {each[2:] for each in shown if each[0] == "unknown"} == {("unknown", "unknown", "unknown")}
    assert {(each[2], each[4]) for each in shown if each[0] == "unprotected"} == {("none", "none")}
    assert {each[1] for each in shown if each[0] == "ok"} == {"none"}


@pytest.mark.parametrize(("name", "header"), [("page", "Newest backup"), ("page_with_drills", "Restore drill")])
def test_printing(
    chrome: Chrome, report: dict[str, Any], name: str, header: str, request: pytest.FixtureRequest
) -> None:
    chrome.get(request.getfixturevalue(name).as_uri())
    printed = chrome.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    pdf = PdfReader(io.BytesIO(base64.b64decode(printed["data"])))
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in pdf.pages)
    text = " ".join(sheet.extract_text() for sheet in pdf.pages)
    assert {addon["addon_id"] for addon in report["addons"]} <= set(text.split())
    # Every page of the table has its header.
    assert all(header in sheet.extract_text() for sheet in pdf.pages[1:])
    assert "Search" not in text


class Tags(HTMLParser):
    """Collects the elements and the text of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(value: Any) -> Any:
    """Return a part of a report with HTML in every text that may come from the API or a user."""
    if isinstance(value, dict):
        return {name: each if name == "verdict" else hostile(each) for name, each in value.items()}
    if isinstance(value, list):
        return [hostile(each) for each in value]
    return f"{HOSTILE}<b onclick=x>&lt;" if isinstance(value, str) else value


@pytest.mark.parametrize("fixture", ["report", "report_with_drills"])
def test_all_text_is_escaped(fixture: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(fixture)
    addons = [
        {**hostile(addon), "backups": {f"{HOSTILE}{name}": hostile(kind) for name, kind in addon["backups"].items()}}
        for addon in report["addons"]
    ]
    plain = as_html(report)
    parts = as_html({**report, "limit": HOSTILE, "generated_at": HOSTILE, "addons": addons})
    for name, part in parts.items():
        found = Tags(part)
        assert found.tags <= Tags(plain[name]).tags | {"p"}, name
        assert found.attributes <= Tags(plain[name]).attributes | {"id"}, name
    assert Tags(parts["resources"]).text.count(HOSTILE) > 5 * len(addons)


def test_many_addons(page: Path, report: dict[str, Any], tmp_path: Path) -> None:
    text = page.read_text()
    before, rows, after = re.split(r"(?<=<tbody>\n)([\s\S]*)(?=\n</tbody>)", text)
    one_of_each = rows.split("\n")
    assert len(one_of_each) == ADDONS
    many = [re.sub(r"addon-\d+", f"addon-{each}", one_of_each[each % ADDONS], count=1) for each in range(MANY)]
    big = tmp_path / "index.html"
    big.write_text("".join([before, "\n".join(many), after]))
    loaded = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
    milliseconds = []
    try:
        with browser() as driver:
            # The best of three, because other load on the machine makes it slower.
            for _each in range(3):
                driver.get(big.as_uri())
                assert driver.find_element(By.ID, "count").text == f"{MANY} of {MANY} addons"
                milliseconds.append(driver.execute_script(loaded))
            assert len(cells(driver, 0)) == BATCH
            more = driver.find_element(By.ID, "more")
            assert more.text == f"Show more ({BATCH} of {MANY} are shown)"
            driver.execute_script("arguments[0].click()", more)
            assert len(cells(driver, 0)) == 2 * BATCH
            # The search also finds rows that are not shown yet.
            driver.find_element(By.ID, "search").send_keys(f"addon-{MANY - 1}")
            assert cells(driver, 0) == [f"addon-{MANY - 1}"]
            assert not more.is_displayed()
            driver.find_element(By.ID, "search").clear()
            driver.execute_script("document.querySelector('#search').dispatchEvent(new Event('input'))")
            assert len(cells(driver, 0)) == BATCH
            driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
            assert len(cells(driver, 0)) == MANY
            driver.execute_script("arguments[0].click()", driver.find_element(By.CSS_SELECTOR, "#resources th button"))
            assert cells(driver, 0) == [f"addon-{each}" for each in range(BATCH)]
    except NotAvailable as error:
        pytest.skip(f"No browser: {error}")
    assert min(milliseconds) < MILLISECONDS, milliseconds
