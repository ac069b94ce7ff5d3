// SPDX-FileCopyrightText: 2026 The community.northflank authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Adds searching, filtering and sorting to the table, which is complete without this script.
(() => {
  "use strict";

  // How many rows are drawn at once. The others follow when the button scrolls into view: drawing thousands takes seconds.
  const batch = 200;

  const table = document.getElementById("resources");
  const [body] = table.tBodies;
  const headers = [...table.tHead.rows[0].cells];
  const column = Object.fromEntries(headers.map((header, index) => [header.textContent, index]));
  const form = document.getElementById("filters");
  const more = document.getElementById("more");
  const what = document.getElementById("resources-title").textContent.toLowerCase();
  const [search, verdict, project] = ["search", "verdict", "project"].map((id) => document.getElementById(id));
  const collator = new Intl.Collator("en", { numeric: true });

  const rows = [...body.rows];
  const texts = new Map();
  let shown = rows;

  const textOf = (row, name) => row.cells[column[name]].textContent;

  /** Return the text of a row that is searched. Reading those of thousands takes time, so it is done on the first search. */
  function searchable(row) {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  }

  function draw(count) {
    const drawn = body.rows.length;
    body.append(...shown.slice(drawn, drawn + count));
    more.hidden = body.rows.length === shown.length;
    more.textContent = `Show more (${body.rows.length} of ${shown.length} are shown)`;
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = rows.filter((row) => (!verdict.value || textOf(row, "Verdict") === verdict.value)
      && (!project.value || textOf(row, "Project") === project.value)
      && words.every((word) => searchable(row).includes(word)));
    body.replaceChildren();
    draw(batch);
    document.getElementById("count").textContent = `${shown.length} of ${rows.length} ${what}`;
  }

  function sortBy(index) {
    const header = headers[index];
    const descending = header.getAttribute("aria-sort") === "ascending";
    for (const each of headers) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => {
      const cell = row.cells[index];
      return [row, cell.dataset.key ?? cell.textContent];
    }));
    const sign = descending ? -1 : 1;
    rows.sort((one, other) => sign * collator.compare(keys.get(one), keys.get(other)));
    show();
  }

  headers.forEach((header, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(index));
    header.append(button);
  });
  search.addEventListener("input", show);
  for (const field of [verdict, project]) field.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  more.addEventListener("click", () => draw(batch));
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) draw(batch);
  }, { rootMargin: "50%" }).observe(more);
  window.addEventListener("beforeprint", () => draw(shown.length));
  show();
  document.documentElement.className = "";
})();
