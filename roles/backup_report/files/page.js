// SPDX-FileCopyrightText: 2026 The community.northflank authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Adds searching, filtering and sorting to tables, which are complete without this script.
(() => {
  "use strict";

  // How many rows are drawn at once. The others follow on request: drawing thousands takes seconds.
  const batch = 200;
  const collator = new Intl.Collator("en", { numeric: true });

  /** Add the functions to the table of a section that has a form for its filters. */
  function enhance(section) {
    const table = section.querySelector("table.long");
    const [body] = table.tBodies;
    const headers = [...table.tHead.rows[0].cells];
    const column = Object.fromEntries(headers.map((header, index) => [header.textContent, index]));
    const form = section.querySelector("form");
    const more = section.querySelector("button.more");
    const search = form.querySelector("[type=search]");
    const filters = [...form.querySelectorAll("select")];
    const what = form.getAttribute("aria-label").toLowerCase();

    const rows = [...body.rows];
    const texts = new Map();
    let shown = rows;

    /** Return the text of a row that is searched. Reading those of thousands takes time, so it is done on the first search. */
    function searchable(row) {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    }

    /** Return whether a row matches the filters: each by the text of its column, or by the statuses in chosen columns. */
    function isSelected(row) {
      const [name, status] = ["names", "statuses"].map((kind) => filters.find((each) => each.dataset.filter === kind));
      if (!name) return filters.every((each) => !each.value || row.cells[column[each.dataset.column]].textContent === each.value);
      const cells = name.value ? [row.cells[column[name.value]]] : [...row.cells];
      return !(name.value || status.value)
        || cells.some((cell) => cell.dataset.status && (!status.value || cell.dataset.status === status.value));
    }

    function draw(count) {
      const drawn = body.rows.length;
      body.append(...shown.slice(drawn, drawn + count));
      more.hidden = body.rows.length === shown.length;
      more.textContent = `Show more (${body.rows.length} of ${shown.length} are shown)`;
    }

    function show() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      shown = rows.filter((row) => isSelected(row) && words.every((word) => searchable(row).includes(word)));
      body.replaceChildren();
      draw(batch);
      form.querySelector("output").textContent = `${shown.length} of ${rows.length} ${what}`;
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
    for (const field of filters) field.addEventListener("change", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    more.addEventListener("click", () => draw(batch));
    window.addEventListener("beforeprint", () => draw(shown.length));
    show();
    return { more, draw };
  }

  const tables = [...document.querySelectorAll("main form")].map((form) => enhance(form.closest("section")));
  // The rows of the last table follow when its button scrolls into view. Below the others, there is something to reach.
  const { more, draw } = tables[tables.length - 1];
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) draw(batch);
  }, { rootMargin: "50%" }).observe(more);
  document.documentElement.className = "";
})();
