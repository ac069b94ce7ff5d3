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
from ansible_collections.community.northflank.plugins.module_utils._model.health import VERDICTS
from ansible_collections.community.northflank.plugins.plugin_utils._report_history import with_report
from ansible_collections.community.northflank.plugins.plugin_utils._report_html import as_html
from chromium import NotAvailable, axe, browser, resize
from drill_evidence import evidence, write
from pypdf import PdfReader
from random_fleet import HOSTILE, random_fleet
from reporting import run_role
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
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
CARDS = {"page": 1120, "page_with_drills": 1200, "page_with_controls": 1200}

CONTROLS = {
    "scheduled": {},
    "frequency": {"hours": 24},
    "retention": {"days": 30},
    "last_backup": {"hours": 26},
    "no_failures": {"last": 10},
    "off_site": {"hours": 26},
    "immutable": {"days": 7},
    "restore_tested": {},
    "restore_time": {"minutes": 5},
}
FORMATS = ("json", "html")

# In variables of the user, Ansible evaluates templates.
HTML = HOSTILE.replace("{{ 7 * 7 }}", "")

# The number of addons of a report with all of the controls that must load in the same time.
MANY_WITH_CONTROLS = 2000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fleet, forbidden, _verdicts = random_fleet(1, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(simulator, tmp_path_factory.mktemp("report"), formats=FORMATS, backup_report_title="<i>Ours</i>")
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
        options = {"backup_schedules_all_addons": True, "backup_schedules_all_volumes": True}
        ran = run_role(simulator, folder, formats=FORMATS, **options)
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
        ran = run_role(simulator, folder, formats=FORMATS, backup_report_evidence_dir=str(drills))
    assert ran.exit_code == 0, ran.output
    return ran.folder / "index.html"


@pytest.fixture(scope="module")
def report_with_drills(page_with_drills: Path) -> dict[str, Any]:
    return json.loads((page_with_drills.parent / "report.json").read_text())


@pytest.fixture(scope="module")
def page_with_controls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all controls, exceptions in every state, and a history with a limited run."""
    now = datetime.now(timezone.utc)
    fleet, forbidden, verdicts = random_fleet(1, ADDONS, now)
    folder = tmp_path_factory.mktemp("controls")
    drills = folder / "drills"
    write(drills, *(evidence(now - timedelta(days=3 * number), addon) for number, addon in enumerate(verdicts)))
    excepted = {"project_id": "project-1", "control": "immutable", "reason": f"{HTML} {'x' * 200}"}
    exceptions = [
        {**excepted, "addon_id": "addon-1", "until": "2999-12-31"},
        {**excepted, "addon_id": "addon-2", "until": "2026-01-01"},
        {**excepted, "addon_id": "gone", "until": "2999-12-31"},
    ]
    counts = dict.fromkeys(VERDICTS, 0)
    run = {"generated_at": "2026-11-20T02:30:00Z", "limit": None, "verdicts": {**counts, "ok": 30, "late": 10}}
    limited = {**run, "limit": HOSTILE, "verdicts": {**counts, "ok": 1}}
    runs = [{**each, "controls": None} for each in (run, run, limited, {**run, "verdicts": counts})]
    (folder / "history.json").write_text(json.dumps({"version": 1, "runs": runs}))
    with running(fleet, forbidden=forbidden) as simulator:
        ran = run_role(
            simulator,
            folder,
            formats=FORMATS,
            backup_report_controls=CONTROLS,
            backup_report_exceptions=exceptions,
            backup_report_control_labels={"off_site": ["A.8.13", HTML]},
            backup_report_evidence_dir=str(drills),
            backup_report_history=90,
        )
    assert ran.exit_code == 0, ran.output
    return ran.folder / "index.html"


@pytest.fixture(scope="module")
def report_with_controls(page_with_controls: Path) -> dict[str, Any]:
    return json.loads((page_with_controls.parent / "report.json").read_text())


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


def cells(driver: Chrome, column: int, table: str = "resources") -> list[str]:
    """Return the texts of a column, from top to bottom."""
    return texts(driver, f"#{table} tbody tr > :nth-child({column + 1})")


def texts(driver: Chrome, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
    return driver.execute_script(script, selector)


def test_the_console_is_empty(opened: Chrome) -> None:
    assert opened.get_log("browser") == []


def test_the_limit_is_shown(chrome: Chrome, page: Path, tmp_path: Path) -> None:
    fleet, forbidden, _verdicts = random_fleet(2, ADDONS, datetime.now(timezone.utc))
    with running(fleet, forbidden=forbidden) as simulator:
        limited = run_role(simulator, tmp_path, "--limit", "project-1", formats=FORMATS).folder / "index.html"
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


def names(report: dict[str, Any]) -> list[str]:
    return [f"{addon['project_id']}/{addon['addon_id']}" for addon in report["addons"]]


def controls_of(driver: Chrome) -> list[str]:
    """Return the names of the addons in the table of controls, without the reason that all controls of one have."""
    script = "return [...document.querySelectorAll('#controls tbody th')].map((each) => each.firstChild.textContent)"
    return driver.execute_script(script)


def shown_row(addon: dict[str, Any]) -> list[str]:
    """Return what a row shows: statuses in words, with the reason for all but passes, which is not repeated."""
    results = [addon["controls"][name] for name in CONTROLS]
    is_common = len({each["reason"] for each in results}) == 1
    name = f"{addon['project_id']}/{addon['addon_id']}"
    cells = [(each["status"].replace("_", " "), each["reason"]) for each in results]
    return [
        f"{name}{results[0]['reason'] if is_common else ''}",
        *(f"{status}{'' if status == 'pass' or is_common else reason}" for status, reason in cells),
    ]


def test_controls_are_shown_with_the_reasons(
    chrome: Chrome, page_with_controls: Path, report_with_controls: dict[str, Any]
) -> None:
    chrome.get(page_with_controls.as_uri())
    assert chrome.get_log("browser") == []
    assert texts(chrome, "#controls thead th") == ["Name", *(name.replace("_", " ") for name in CONTROLS)]
    assert controls_of(chrome) == names(report_with_controls)
    addons = report_with_controls["addons"]
    columns = [cells(chrome, column, "controls") for column in range(len(CONTROLS) + 1)]
    assert [list(row) for row in zip(*columns)] == [shown_row(addon) for addon in addons]
    shown = {each["status"] for addon in addons for each in addon["controls"].values()}
    assert shown == {"fail", "unknown", "excepted", "pass"}
    # The text is in the page, not in a tooltip.
    assert chrome.find_elements(By.CSS_SELECTOR, "#controls [title]") == []
    assert chrome.find_element(By.ID, "controls-count").text == f"{ADDONS} of {ADDONS} addons with controls"


def test_controls_are_counted(chrome: Chrome, page_with_controls: Path, report_with_controls: dict[str, Any]) -> None:
    chrome.get(page_with_controls.as_uri())
    rows = [texts(chrome, f"#control-counts tbody tr:nth-child({each + 1}) > *") for each in range(len(CONTROLS))]
    counts = report_with_controls["summary"]["controls"]
    labels = {"off_site": f"A.8.13, {HTML}"}
    assert rows == [
        [name.replace("_", " "), *map(str, counts[name].values()), labels.get(name, "none")] for name in CONTROLS
    ]
    note = chrome.find_element(By.CSS_SELECTOR, "#summary p:last-child")
    assert note.text.startswith(f"Controls: {sum(each['fail'] for each in counts.values())} fail, ")
    assert note.find_element(By.TAG_NAME, "a").get_attribute("href").endswith("#controls-title")


def test_controls_are_filtered_searched_and_sorted(
    chrome: Chrome, page_with_controls: Path, report_with_controls: dict[str, Any]
) -> None:
    chrome.get(page_with_controls.as_uri())
    all_names, addons = names(report_with_controls), report_with_controls["addons"]
    name, status = (Select(chrome.find_element(By.ID, f"controls-{each}")) for each in ("name", "status"))

    def expected(control: str, wanted: str) -> list[str]:
        return [
            path
            for path, addon in zip(all_names, addons)
            if any(each["status"] == wanted for key, each in addon["controls"].items() if control in ("", key))
        ]

    for control, wanted in (("no_failures", "fail"), ("", "excepted"), ("restore_tested", "pass"), ("", "unknown")):
        name.select_by_value(control.replace("_", " "))
        status.select_by_value(wanted)
        found = expected(control, wanted)
        assert controls_of(chrome) == found, (control, wanted)
        assert 0 < len(found) < ADDONS
    name.select_by_value("off site")
    status.select_by_value("")
    assert len(controls_of(chrome)) == ADDONS
    status.select_by_value("not applicable")
    assert controls_of(chrome) == []
    assert chrome.find_element(By.ID, "controls-count").text == f"0 of {ADDONS} addons with controls"
    name.select_by_value("")
    status.select_by_value("")
    chrome.find_element(By.ID, "controls-search").send_keys("addon-7 PROJECT-1/")
    assert controls_of(chrome) == ["project-1/addon-7"]
    # The other table has its own filters.
    assert len(cells(chrome, 0)) == ADDONS
    chrome.get(page_with_controls.as_uri())
    header = chrome.find_element(By.CSS_SELECTOR, "#controls thead th:nth-child(6)")
    button = header.find_element(By.TAG_NAME, "button")
    chrome.execute_script("arguments[0].focus()", button)
    chrome.switch_to.active_element.send_keys(Keys.ENTER)
    assert header.get_attribute("aria-sort") == "ascending"
    order = ["fail", "unknown", "excepted", "pass", "not_applicable"]
    sorted_ = sorted((addon["controls"]["no_failures"]["status"] for addon in addons), key=order.index)
    assert texts(chrome, "#controls tbody td:nth-child(6) b") == sorted_


def test_exceptions_are_listed_with_their_states(chrome: Chrome, page_with_controls: Path) -> None:
    chrome.get(page_with_controls.as_uri())
    assert list(zip(*(cells(chrome, column, "exceptions") for column in range(4)))) == [
        ("project-1/addon-1", "immutable", "applied", "2999-12-31"),
        ("project-1/addon-2", "immutable", "expired", "2026-01-01"),
        ("project-1/gone", "immutable", "unused", "2999-12-31"),
    ]
    assert cells(chrome, 4, "exceptions") == [f"{HTML} {'x' * 200}"] * 3


def test_the_history_is_a_chart_and_a_table(
    chrome: Chrome, page_with_controls: Path, report_with_controls: dict[str, Any]
) -> None:
    chrome.get(page_with_controls.as_uri())
    now, empty, limited, *others = zip(*(cells(chrome, column, "history") for column in range(4)))
    counts = report_with_controls["summary"]["verdicts"]
    assert now[2:] == (", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count), "none")
    assert empty == ("Fri 2026-11-20 02:30", "–", "nothing", "none")
    assert limited == ("Fri 2026-11-20 02:30", "100 %", "1 ok", f"* {HOSTILE}: not comparable")
    assert others == [("Fri 2026-11-20 02:30", "75 %", "10 late, 30 ok", "none")] * 2
    titles = texts(chrome, "#history g title")
    assert titles[0] == "Fri 2026-11-20 02:30: 10 late, 30 ok"
    assert titles[2] == f"Fri 2026-11-20 02:30, limited to {HOSTILE}: 1 ok"
    assert titles[3] == "Fri 2026-11-20 02:30: nothing"
    assert len(titles) == 5
    chart = chrome.find_element(By.CSS_SELECTOR, "#history svg")
    assert chart.get_attribute("aria-label") == chrome.find_element(By.CSS_SELECTOR, "#history .chart p").text
    assert chart.get_attribute("aria-label").endswith("; – on Fri 2026-11-20 02:30.")
    # The bars are as high as the shares: 30 of 40 are ok.
    heights = [
        float(each.get_attribute("height")) for each in chart.find_elements(By.CSS_SELECTOR, "g:first-of-type rect")
    ]
    assert heights == [60, 20]


@pytest.mark.parametrize("name", ["page", "page_with_volumes", "page_with_drills", "page_with_controls"])
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
return [...document.querySelectorAll("th, td, #summary :is(li, p), .chart p, h1")]
  .filter((each) => each.offsetWidth > 1)
  .filter((each) => each.scrollWidth > each.clientWidth || each.getBoundingClientRect().right > innerWidth
    || each.getBoundingClientRect().left < 0)
  .map((each) => [each.textContent, each.scrollWidth, each.clientWidth]);
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_cut_off(
    without_scripts: Chrome,
    page: Path,
    page_with_volumes: Path,
    page_with_drills: Path,
    page_with_controls: Path,
    tmp_path: Path,
    width: int,
) -> None:
    # IDs can have about 100 characters without a space to break at.
    long = tmp_path / "index.html"
    long.write_text(
        page.read_text().replace(">project-1<", f">{'project' * 15}<").replace(">addon-1<", f">{'x' * 100}<")
    )
    resize(without_scripts, width)
    for each in (page, long, page_with_volumes, page_with_drills, page_with_controls):
        without_scripts.get(each.as_uri())
        assert without_scripts.execute_script("return innerWidth") == width
        assert without_scripts.execute_script("return document.documentElement.scrollWidth") == width
        assert without_scripts.execute_script(CUT_OFF) == []


# The elements with words that are broken over several lines.
BROKEN_WORDS = """
const selector = "td.verdict, td[data-label=Next] li, td.drill:not(.failed, .unknown), #controls td b, thead th";
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


def test_controls_are_complete_without_scripts(
    chrome: Chrome, without_scripts: Chrome, page_with_controls: Path, report_with_controls: dict[str, Any]
) -> None:
    for driver in (chrome, without_scripts):
        driver.get(page_with_controls.as_uri())
    assert len(controls_of(without_scripts)) == ADDONS
    for table, columns in (("controls", 10), ("control-counts", 7), ("exceptions", 5), ("history", 4)):
        for column in range(columns):
            assert cells(without_scripts, column, table) == cells(chrome, column, table)
            assert all(each.strip() for each in cells(without_scripts, column, table))
    assert without_scripts.find_element(By.CSS_SELECTOR, "#controls tbody tr:last-child").is_displayed()
    for hidden in ("controls-search", "controls-more"):
        assert not without_scripts.find_element(By.ID, hidden).is_displayed()


@pytest.mark.parametrize(
    ("name", "label"),
    [("page", "Next"), ("page_with_drills", "Restore drill"), ("page_with_controls", "Restore drill")],
)
def test_cells_have_a_label_on_narrow_screens(
    without_scripts: Chrome, name: str, label: str, request: pytest.FixtureRequest
) -> None:
    without_scripts.get(request.getfixturevalue(name).as_uri())
    content = "return getComputedStyle(document.querySelector('#resources tbody td:last-child'), '::before').content"
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


def print_page(chrome: Chrome) -> PdfReader:
    """Return the open page as PDF. On a busy machine, Chromium sometimes answers "Printing failed": try again then."""
    options = {"preferCSSPageSize": True, "printBackground": True}
    waiting = WebDriverWait(chrome, 60, ignored_exceptions=[WebDriverException])
    printed = waiting.until(lambda driver: driver.execute_cdp_cmd("Page.printToPDF", options))
    return PdfReader(io.BytesIO(base64.b64decode(printed["data"])))


@pytest.mark.parametrize(("name", "header"), [("page", "Newest backup"), ("page_with_drills", "Restore drill")])
def test_printing(
    chrome: Chrome, report: dict[str, Any], name: str, header: str, request: pytest.FixtureRequest
) -> None:
    chrome.get(request.getfixturevalue(name).as_uri())
    pdf = print_page(chrome)
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in pdf.pages)
    text = " ".join(sheet.extract_text() for sheet in pdf.pages)
    assert {addon["addon_id"] for addon in report["addons"]} <= set(text.split())
    # Every page of the table has its header.
    assert all(header in sheet.extract_text() for sheet in pdf.pages[1:])
    assert "Search" not in text


def test_the_reasons_of_controls_are_printed(chrome: Chrome, page_with_controls: Path) -> None:
    chrome.get(page_with_controls.as_uri())
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        reasons = chrome.find_elements(By.CSS_SELECTOR, "#controls p")
        assert len(reasons) > ADDONS
        assert all(each.is_displayed() for each in reasons)
        assert not chrome.find_element(By.ID, "controls-search").is_displayed()
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    pdf = print_page(chrome)
    text = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    for section in ("Last runs", "Controls", "Exceptions from controls", "Protected: "):
        assert section in text
    assert "Finding (fail):" in text


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
        kept = ("verdict", "status", "state", "control")
        return {name: each if name in kept else hostile(each) for name, each in value.items()}
    if isinstance(value, list):
        return [hostile(each) for each in value]
    return f"{HOSTILE}<b onclick=x>&lt;" if isinstance(value, str) else value


@pytest.mark.parametrize("fixture", ["report", "report_with_drills", "report_with_controls"])
def test_all_text_is_escaped(fixture: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(fixture)
    addons = [
        {**hostile(addon), "backups": {f"{HOSTILE}{name}": hostile(kind) for name, kind in addon["backups"].items()}}
        for addon in report["addons"]
    ]
    plain = as_html(report, with_report([], {**report, "limit": "x"}), "x")
    built = {**report, "limit": HOSTILE, "generated_at": HOSTILE, "addons": addons}
    built["exceptions"] = [hostile(each) for each in report["exceptions"]]
    built["control_labels"] = hostile(report["control_labels"])
    assert as_html(built, with_report([], built))["history"].count("<title>") == 1
    parts = as_html(built, with_report([], built), HOSTILE)
    for name, part in parts.items():
        found = Tags(part)
        assert found.tags <= Tags(plain[name]).tags | {"p"}, name
        assert found.attributes <= Tags(plain[name]).attributes | {"id"}, name
    assert Tags(parts["resources"]).text.count(HOSTILE) > 5 * len(addons)


def multiplied(text: str, table: str, count: int) -> str:
    """Return a page with this many rows in a table, instead of one of each addon."""
    before, rows, after = re.split(
        r"(?<=<tbody>\n)([\s\S]*?)(?=\n</tbody>)", text[text.index(f'id="{table}"') :], maxsplit=1
    )
    one_of_each = rows.split("\n")
    assert len(one_of_each) == ADDONS
    many = [re.sub(r"addon-\d+", f"addon-{each}", one_of_each[each % ADDONS], count=1) for each in range(count)]
    return "".join([text[: text.index(f'id="{table}"')], before, "\n".join(many), after])


LOADED = "return performance.getEntriesByType('navigation')[0].loadEventEnd"


def test_many_addons(page: Path, tmp_path: Path) -> None:
    big = tmp_path / "index.html"
    big.write_text(multiplied(page.read_text(), "resources", MANY))
    milliseconds = []
    try:
        with browser() as driver:
            # The best of three, because other load on the machine makes it slower.
            for _each in range(3):
                driver.get(big.as_uri())
                assert driver.find_element(By.ID, "count").text == f"{MANY} of {MANY} addons"
                milliseconds.append(driver.execute_script(LOADED))
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


def test_many_addons_with_controls(page_with_controls: Path, tmp_path: Path) -> None:
    big = tmp_path / "index.html"
    text = page_with_controls.read_text()
    for table in ("resources", "controls"):
        text = multiplied(text, table, MANY_WITH_CONTROLS)
    big.write_text(text)
    milliseconds, filtered = [], []
    try:
        with browser() as driver:
            # The best of three, because other load on the machine makes it slower.
            for _each in range(3):
                driver.get(big.as_uri())
                milliseconds.append(driver.execute_script(LOADED))
                count = driver.find_element(By.ID, "controls-count")
                assert count.text == f"{MANY_WITH_CONTROLS} of {MANY_WITH_CONTROLS} addons with controls"
                filtered.append(
                    driver.execute_script(
                        """
                        const start = performance.now();
                        const search = document.getElementById("controls-search");
                        search.value = "addon-1999";
                        search.dispatchEvent(new Event("input"));
                        document.querySelectorAll("#controls thead button")[5].click();
                        return performance.now() - start;
                        """
                    )
                )
                assert controls_of(driver) == ["project-2/addon-1999"]
            driver.get(big.as_uri())
            assert len(controls_of(driver)) == BATCH
            # Whoever scrolls to the other table does not load this one.
            more = driver.find_element(By.ID, "controls-more")
            driver.execute_script("arguments[0].scrollIntoView()", more)
            assert more.text == f"Show more ({BATCH} of {MANY_WITH_CONTROLS} are shown)"
            driver.execute_script("arguments[0].click()", more)
            assert len(controls_of(driver)) == 2 * BATCH
            driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
            assert len(controls_of(driver)) == len(cells(driver, 0)) == MANY_WITH_CONTROLS
    except NotAvailable as error:
        pytest.skip(f"No browser: {error}")
    assert min(milliseconds) < MILLISECONDS, milliseconds
    assert min(filtered) < MILLISECONDS / 2, filtered
