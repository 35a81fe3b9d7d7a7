
"use strict";
// Shows the lines, keeps verdicts in the browser, saves them as csv. Texts are only ever set as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const SIGNS = { right: "✓", wrong: "✗", unsure: "?" };
  const VERDICTS = Object.keys(SIGNS), ROWS = 50, Z = 1.959963984540054;
  const KEYS = { r: "right", w: "wrong", u: "unsure", x: "" };
  const STORE = "fincity-concordance-" + data.id;

  const lines = data.lines.map((cells, order) => {
    const line = { order, url: cells[cells.length - 1] };
    data.own.forEach((name, n) => { line[name] = cells[n]; });
    line.where = [line.document, line.title, line.city].join(" ").toLowerCase();
    line.context = (line.left + line.hit + line.right).toLowerCase();
    return line;
  });
  const hitsOf = new Map(data.terms.map((term) => [term.term, term.hits]));
  let verdicts = {}, shown = lines, page = 0, here = 0, kept = true, unsaved = false;

  // -- what the reader decided ----------------------------------------------------------------------------------------

  function recall() {
    try {
      const said = JSON.parse(localStorage.getItem(STORE) || "{}");
      lines.forEach(({ place }) => { if (Array.isArray(said[place])) verdicts[place] = said[place].map(String); });
    } catch { forgetful(); }
  }
  function remember() {
    unsaved = true;
    try { localStorage.setItem(STORE, JSON.stringify(verdicts)); kept = true; } catch { forgetful(); }
  }
  function forgetful() {
    kept = false;
    warn("This browser keeps nothing for this page: save your verdicts before you close it.");
  }
  function warn(said) { $("warning").textContent = said; $("warning").hidden = !said; }
  const verdictOf = (line) => (verdicts[line.place] || ["", ""])[0];
  const noteOf = (line) => (verdicts[line.place] || ["", ""])[1];
  function decide(line, verdict, note = noteOf(line)) {
    if (verdict || note) verdicts[line.place] = [verdict, note]; else delete verdicts[line.place];
    remember();
    score();
  }

  // -- what is shown --------------------------------------------------------------------------------------------------

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function choices(select, values, all) {
    select.append(new Option(all, ""), ...values.map(([value, label]) => new Option(label, value)));
  }
  const ORDERS = {
    right: (line) => line.right, left: (line) => [...line.left].reverse().join(""),
    document: (line) => line.document, year: (line) => line.year,
  };
  function select() {
    const term = $("term").value, year = $("year").value, verdict = $("verdict").value;
    const where = $("document").value.trim().toLowerCase(), text = $("text").value.trim().toLowerCase();
    shown = lines.filter((line) => (!term || line.term === term) && (!year || (line.year || "?") === year)
      && (!verdict || (verdictOf(line) || "open") === verdict)
      && line.where.includes(where) && line.context.includes(text));
    const key = ORDERS[$("order").value];
    if (key) {
      const keys = new Map(shown.map((line) => [line, key(line)]));
      shown.sort((a, b) => (keys.get(a) < keys.get(b) ? -1 : keys.get(a) > keys.get(b) ? 1 : a.order - b.order));
    }
    page = here = 0;
    draw();
  }
  function marked(cell, text) {
    const wanted = $("text").value.trim().toLowerCase(), lower = text.toLowerCase();
    let at = 0, found;
    while (wanted && lower.length === text.length && (found = lower.indexOf(wanted, at)) >= 0) {
      cell.append(text.slice(at, found), element("mark", "", text.slice(found, found + wanted.length)));
      at = found + wanted.length;
    }
    cell.append(text.slice(at));
    cell.lang = "zh-CN";
    return cell;
  }
  function row(line, number) {
    const made = element("tr");
    made.dataset.place = line.place;
    made.append(marked(element("td", "left"), line.left), marked(element("td", "hit"), line.hit),
      marked(element("td", "right"), line.right), place(line), buttons(line), note(line));
    made.addEventListener("click", () => go(number, false));
    return made;
  }
  function place(line) {
    const cell = element("td", "where"), name = line.title || line.document;
    const title = element(line.url ? "a" : "bdi", "name", name);
    if (line.url) Object.assign(title, { href: line.url, rel: "noopener noreferrer", target: "_blank" });
    const facts = [line.city, line.year].filter(Boolean).join(" ");
    if (facts) cell.append(element("span", "", facts));
    cell.append(title);
    cell.title = `${line.document}, ${line.field} ${line.start}-${line.end}, term ${line.term}`;
    return cell;
  }
  function buttons(line) {
    const cell = element("td", "verdict"), group = element("span", "choice");
    group.setAttribute("role", "group");
    VERDICTS.forEach((verdict) => {
      const button = element("button", verdict, SIGNS[verdict]);
      Object.assign(button, { type: "button", title: `${verdict} (${verdict[0]})` });
      button.setAttribute("aria-label", verdict);
      button.setAttribute("aria-pressed", verdictOf(line) === verdict);
      button.addEventListener("click", () => {
        decide(line, verdictOf(line) === verdict ? "" : verdict);
        refresh(line);
      });
      group.append(button);
    });
    cell.append(group);
    return cell;
  }
  function note(line) {
    const cell = element("td", "note"), input = element("input");
    Object.assign(input, { value: noteOf(line), type: "text" });
    input.setAttribute("aria-label", "note");
    input.addEventListener("input", () => decide(line, verdictOf(line), input.value));
    cell.append(input);
    return cell;
  }
  function refresh(line) {
    const made = document.querySelector(`tr[data-place="${line.place}"]`);
    if (!made) return;
    made.querySelectorAll(".choice button").forEach((button) => {
      button.setAttribute("aria-pressed", button.classList.contains(verdictOf(line)));
    });
  }
  function draw() {
    const first = page * ROWS, part = shown.slice(first, first + ROWS);
    $("lines").replaceChildren(...part.map((line, n) => row(line, first + n)));
    const pages = Math.max(1, Math.ceil(shown.length / ROWS));
    $("page").textContent = `page ${page + 1} of ${pages}`;
    $("back").disabled = page === 0;
    $("next").disabled = page >= pages - 1;
    $("none").hidden = shown.length > 0;
    $("count").textContent = `${shown.length} of ${lines.length} hits`;
    mark();
  }
  function mark() {
    document.querySelectorAll("tr.here").forEach((made) => made.classList.remove("here"));
    const made = $("lines").children[here - page * ROWS];
    if (made) made.classList.add("here");
    return made;
  }
  function go(number, scroll = true) {
    if (!shown.length) return;
    here = Math.min(Math.max(0, number), shown.length - 1);
    if (Math.floor(here / ROWS) !== page) { page = Math.floor(here / ROWS); draw(); }
    const made = mark();
    if (scroll && made) made.scrollIntoView({ block: "center" });
  }

  // -- precision ------------------------------------------------------------------------------------------------------

  function wilson(right, n) {
    const p = right / n, middle = p + Z * Z / (2 * n), spread = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    return [middle - spread, middle + spread].map((end) => Math.min(1, Math.max(0, end / (1 + Z * Z / n))));
  }
  function score() {
    const counts = new Map(data.terms.map(({ term }) => [term, { right: 0, wrong: 0, unsure: 0, "": 0 }]));
    lines.forEach((line) => { counts.get(line.term)[verdictOf(line)] += 1; });
    let read = 0;
    $("score-rows").replaceChildren(...data.terms.map((term) => {
      const { right, wrong, unsure, "": open } = counts.get(term.term), n = right + wrong;
      read += n + unsure;
      const made = element("tr"), name = element("td", "", term.term);
      name.lang = "zh-CN";
      made.append(name, element("td", "", term.group));
      [term.hits, n + unsure + open, right, wrong, unsure].forEach((value) => made.append(element("td", "n", value)));
      made.append(element("td", "n", n ? (right / n).toFixed(2) : ""), interval(right, n), element("td", "soft", term.note));
      return made;
    }));
    $("progress").textContent = `${read} of ${lines.length} hits read; precision by term`;
  }
  function interval(right, n) {
    const cell = element("td");
    if (!n) return cell;
    const [low, high] = wilson(right, n), bar = element("span", "share"), range = element("i"), point = element("b");
    Object.assign(range.style, { left: `${100 * low}%`, width: `${100 * (high - low)}%` });
    point.style.left = `${100 * right / n}%`;
    bar.append(range, point);
    cell.append(bar, ` ${low.toFixed(2)} to ${high.toFixed(2)}`);
    return cell;
  }

  // -- csv ------------------------------------------------------------------------------------------------------------

  function cell(value) {
    const text = String(value), safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  function csv() {
    const shared = { lexicon: data.lexicon, version: data.version, policy: data.policy };
    const rows = lines.map((line) => {
      const said = { ...line, ...shared, verdict: verdictOf(line), note: noteOf(line), term_hits: hitsOf.get(line.term) };
      return data.columns.map((name) => cell(said[name])).join(",");
    });
    return "\ufeff" + [data.columns.join(","), ...rows].join("\n") + "\n";
  }
  function save() {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = `verdicts-${data.lexicon}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    unsaved = false;
  }
  function parsed(text) {
    const rows = [[]];
    for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",;\t\r\n]*))([,;\t]|\r?\n|$)/g)) {
      rows[rows.length - 1].push(quoted !== undefined ? quoted.replaceAll('""', '"') : bare);
      if (end.includes("\n")) rows.push([]);
      if (!end) break;
    }
    return rows.filter((cells) => cells.length > 1);
  }
  function decoded(bytes) {
    try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return new TextDecoder("gb18030").decode(bytes); }
  }
  async function load(file) {
    const [header, ...rows] = parsed(decoded(await file.arrayBuffer()));
    const [at, verdict, note] = ["place", "verdict", "note"].map((name) => (header || []).indexOf(name));
    if (at < 0 || verdict < 0) return warn(`${file.name}: no columns place and verdict: choose a file that was saved here.`);
    const known = new Map(lines.map((line) => [line.place, line]));
    const found = rows.filter((cells) => known.has(cells[at]) && (!cells[verdict] || VERDICTS.includes(cells[verdict])));
    found.forEach((cells) => {
      if (cells[verdict] || cells[note]) verdicts[cells[at]] = [cells[verdict], cells[note] || ""];
    });
    remember();
    score();
    select();
    warn(found.length < rows.length ? `${file.name}: ${rows.length - found.length} rows are of other hits or have another verdict.` : "");
    return undefined;
  }

  // -- the page -------------------------------------------------------------------------------------------------------

  function keyboard(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      if (event.key === "Escape" || (event.key === "Enter" && event.target.closest("td"))) event.target.blur();
      return;
    }
    const line = shown[here], key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key in KEYS && line) {
      decide(line, KEYS[key]);
      refresh(line);
      if (KEYS[key]) go(here + 1);
    } else if (key === "j" || key === "ArrowDown") go(here + 1);
    else if (key === "k" || key === "ArrowUp") go(here - 1);
    else if (key === "n") mark()?.querySelector("input").focus();
    else if (key === "/") $("text").focus();
    else return;
    event.preventDefault();
  }
  function begin() {
    const sample = data.size === null ? "every hit" : `at most ${data.size} hits of each term, seed ${data.seed}`;
    $("made-up").hidden = !data.synthetic;
    $("title").textContent = `${data.lexicon} in context`;
    $("about").textContent = `${data.title} · version ${data.version}, policy ${data.policy} · ${data.documents} documents`
      + (data.source ? ` (${data.source})` : "") + ` · ${sample} · matcher ${data.matcher}`;
    choices($("term"), data.terms.map(({ term, hits }) => [term, `${term} (${hits})`]), "all");
    choices($("year"), [...new Set(lines.map(({ year }) => year || "?"))].sort().map((year) => [year, year]), "all");
    recall();
    ["term", "year", "verdict", "order"].forEach((id) => $(id).addEventListener("change", select));
    ["document", "text"].forEach((id) => $(id).addEventListener("input", select));
    $("save").addEventListener("click", save);
    $("load").addEventListener("change", (event) => { if (event.target.files.length) load(event.target.files[0]); });
    $("back").addEventListener("click", () => go((page - 1) * ROWS));
    $("next").addEventListener("click", () => go((page + 1) * ROWS));
    document.addEventListener("keydown", keyboard);
    addEventListener("beforeunload", (event) => { if (unsaved && !kept) event.preventDefault(); });
    new ResizeObserver(([{ target }]) => {
      document.documentElement.style.setProperty("--bar", `${target.offsetHeight}px`);
    }).observe(document.querySelector(".bar"));
    score();
    select();
  }
  begin();
})();
