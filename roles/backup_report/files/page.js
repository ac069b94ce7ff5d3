// SPDX-FileCopyrightText: 2026 The community.northflank authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Draws the report that the page holds as JSON. All text gets into the page as text, never as HTML.
(() => {
  "use strict";

  // Rows that are drawn at once. The rest follows when it scrolls into view: drawing thousands takes seconds.
  const batch = 200;

  const report = JSON.parse(document.getElementById("report").textContent);
  const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  const verdicts = Object.keys(report.summary.verdicts);

  /** Make an element with attributes and children; a child that is no element is text. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.append(...children);
    return element;
  }

  function makeSvg(name, attributes = {}, text = "") {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.textContent = text;
    return element;
  }

  const two = (number) => String(number).padStart(2, "0");

  /** Say a time like 2026-11-24T02:30:00Z for people: Tue 2026-11-24 02:30. */
  function inWords(time) {
    const date = new Date(time);
    if (Number.isNaN(date.getTime())) return String(time);
    return `${days[(date.getUTCDay() + 6) % 7].slice(0, 3)} ${date.toISOString().slice(0, 16).replace("T", " ")}`;
  }

  function ageInWords(minutes) {
    if (minutes === null) return "";
    if (minutes < 120) return `${minutes} min old`;
    if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h old`;
    return `${Math.floor(minutes / 1440)} days old`;
  }

  function scheduleInWords(schedule) {
    const times = schedule.scheduling;
    const on = (times.day || []).map((day) => (days[day] || String(day)).slice(0, 3)).join(" ");
    const hours = times.hour ? times.hour.map(two) : ["*"];
    const at = hours.flatMap((hour) => (times.minute || []).map((minute) => `${hour}:${two(minute)}`)).join(" ");
    return `${times.interval} ${schedule.backup_type} ${on ? `${on} ` : ""}${at}, kept ${schedule.retention_time} days`;
  }

  function drawSummary() {
    const { addons, verdicts: counts, protected_share: share } = report.summary;
    const list = make("ul");
    const tile = (name, count, text) => list.append(make("li", { class: name }, make("b", {}, String(count)), text));
    tile("share", share === null ? "–" : `${Math.floor(share * 1000) / 10} %`, `of ${addons - (counts.skipped || 0)} addons protected`);
    for (const verdict of verdicts) tile(verdict, counts[verdict], verdict);
    document.getElementById("summary").append(list);
    document.getElementById("when").textContent = `As of ${inWords(report.generated_at)} UTC`;
    if (report.limit) {
      const limit = document.getElementById("limit");
      limit.textContent = `Limited to ${report.limit}: this report does not cover the whole inventory.`;
      limit.hidden = false;
    }
  }

  function drawStarts() {
    const [left, top, width, height] = [70, 16, 24, 20];
    const peak = Math.max(0, ...report.starts.flat());
    const busiest = report.starts.flatMap((hours, day) => hours.map((count, hour) => ({ count, day, hour })))
      .reduce((most, each) => (each.count > most.count ? each : most), { count: 0, day: 0, hour: 0 });
    const told = peak
      ? `The most backups, ${peak}, start on ${days[busiest.day]} from ${two(busiest.hour)}:00 to ${two(busiest.hour)}:59.`
      : "No backups are scheduled.";
    const svg = makeSvg("svg", {
      viewBox: `0 0 ${left + 24 * width} ${top + 7 * height}`, role: "img", "aria-label": told,
    });
    for (let hour = 0; hour < 24; hour += 1) {
      svg.append(makeSvg("text", { x: left + (hour + 0.5) * width, y: top - 5, "text-anchor": "middle" }, two(hour)));
    }
    report.starts.forEach((hours, day) => {
      svg.append(makeSvg("text", { x: 0, y: top + (day + 0.7) * height }, days[day]));
      hours.forEach((count, hour) => {
        const cell = makeSvg("rect", {
          x: left + hour * width, y: top + day * height, width, height, "fill-opacity": peak ? count / peak : 0,
        });
        cell.append(makeSvg("title", {}, `${days[day]} ${two(hour)}:00 to ${two(hour)}:59: ${count} backups start`));
        svg.append(cell);
      });
    });
    document.getElementById("starts").append(svg, make("p", {}, told));
  }

  const collator = new Intl.Collator("en", { numeric: true });
  const newest = (addon) => Object.entries(addon.backups).filter(([, kind]) => kind.newest);

  const columns = [
    { name: "Addon", key: (addon) => addon.addon_id || "" },
    { name: "Project", key: (addon) => addon.project_id },
    { name: "Verdict", key: (addon) => verdicts.indexOf(addon.verdict), cell: (addon) => addon.verdict },
    { name: "Why", key: (addon) => addon.reasons.join(" "), lines: (addon) => addon.reasons },
    { name: "Policy", key: (addon) => addon.policy || "" },
    {
      name: "Schedules",
      key: (addon) => addon.backup_schedules.length,
      lines: (addon) => addon.backup_schedules.map(scheduleInWords),
    },
    {
      name: "Newest backup",
      key: (addon) => Math.min(Infinity, ...newest(addon).map(([, kind]) => kind.age_minutes ?? Infinity)),
      lines: (addon) => newest(addon)
        .map(([name, kind]) => `${name} ${inWords(kind.newest.created_at)}, ${ageInWords(kind.age_minutes)}`),
    },
    { name: "Next", key: (addon) => addon.next_runs[0] || "", lines: (addon) => addon.next_runs.map(inWords) },
  ];

  function makeRow(addon) {
    const row = make("tr");
    columns.forEach((column, index) => {
      const attributes = index === 0 ? { scope: "row" } : { "data-label": column.name };
      if (column.name === "Verdict") attributes.class = `verdict ${addon.verdict}`;
      const cell = make(index === 0 ? "th" : "td", attributes);
      const lines = linesOf(column, addon);
      if (lines.length > 1) cell.append(make("ul", {}, ...lines.map((line) => make("li", {}, line))));
      else if (lines.length === 1) cell.append(lines[0] || (index === 0 ? "(all of the project)" : ""));
      row.append(cell);
    });
    return row;
  }

  /** The lines of a cell, as they are shown. */
  function linesOf(column, addon) {
    return column.lines ? column.lines(addon) : [column.cell ? column.cell(addon) : column.key(addon)];
  }

  // The text that is searched, and the element, are made when they are needed.
  const rows = report.addons.map((addon) => ({ addon, text: null, element: null }));

  function textOf(row) {
    row.text ??= columns.map((column) => linesOf(column, row.addon).join(" ")).join(" ").toLowerCase();
    return row.text;
  }

  const body = document.querySelector("#addons tbody");
  const more = document.getElementById("more");
  const [search, verdict, project] = ["search", "verdict", "project"].map((id) => document.getElementById(id));
  let shown = [];

  function draw(count) {
    const drawn = body.children.length;
    body.append(...shown.slice(drawn, drawn + count).map((row) => {
      row.element ??= makeRow(row.addon);
      return row.element;
    }));
    more.hidden = body.children.length === shown.length;
    more.textContent = `Show more (${body.children.length} of ${shown.length} are shown)`;
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = rows.filter((row) => (!verdict.value || row.addon.verdict === verdict.value)
      && (!project.value || row.addon.project_id === project.value)
      && words.every((word) => textOf(row).includes(word)));
    body.replaceChildren();
    draw(batch);
    document.getElementById("count").textContent = `${shown.length} of ${rows.length} addons`;
  }

  function sortBy(column, header) {
    const descending = header.getAttribute("aria-sort") === "ascending";
    for (const each of header.parentNode.children) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const order = (one, other) => {
      const [a, b] = [column.key(one.addon), column.key(other.addon)];
      return typeof a === "number" ? a - b || 0 : collator.compare(a, b);
    };
    rows.sort((one, other) => (descending ? order(other, one) : order(one, other)));
    show();
  }

  function drawTable() {
    const head = document.querySelector("#addons thead tr");
    for (const column of columns) {
      const button = make("button", { type: "button" }, column.name);
      const header = make("th", { scope: "col" }, button);
      button.addEventListener("click", () => sortBy(column, header));
      head.append(header);
    }
    for (const each of verdicts) verdict.append(make("option", { value: each }, each));
    for (const each of [...new Set(report.addons.map((addon) => addon.project_id))].sort()) {
      project.append(make("option", { value: each }, each));
    }
    search.addEventListener("input", show);
    for (const field of [verdict, project]) field.addEventListener("change", show);
    more.addEventListener("click", () => draw(batch));
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) draw(batch);
    }, { rootMargin: "50%" }).observe(more);
    window.addEventListener("beforeprint", () => draw(shown.length));
    document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
    show();
  }

  drawSummary();
  drawStarts();
  drawTable();
})();
