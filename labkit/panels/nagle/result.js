// What came of a run, beside what came of the run before.

function summary({ rows, runs = [] }) {
  if (!rows) return "";
  const found = rows.filter((row) => row.change).length;
  const change = runs.length < 2 ? "" : found ? `; of ${rows.length} answers ${found} changed` : "; nothing changed";
  return `Done: the last answer came ${rows[4].now} after the first write${change}.`;
}

function comparison({ rows, changes = [], runs = [] }) {
  if (!rows) return [];
  const two = runs.length > 1;
  const changed = !two ? "" : changes.length ? `Between the two: ${changes.join("; ")}.` : "Between the two: nothing was set otherwise.";
  return [compared(rows, two), make("p", { class: "lkn-changes" }, changed), make("div", { class: "lkn-columns" }, ...runs.map(column))];
}

function compared(rows, two) {
  return make("table", { class: "lkn-figures" },
    make("thead", {}, make("tr", {}, make("td"), make("th", { scope: "col" }, "this run"),
      ...(two ? [make("th", { scope: "col" }, "the run before"), make("th", { scope: "col" }, "change")] : []))),
    make("tbody", {}, ...rows.map((row) => make("tr", { class: row.change ? "lkn-changed" : "" },
      make("th", { scope: "row" }, row.what), make("td", {}, row.now),
      ...(two ? [make("td", {}, row.before), make("td", {}, row.change || "\u00a0")] : [])))));
}

function column(run, place) {
  const sequence = make("div", { class: "lkn-picture" }), ladder = make("div", { class: "lkn-picture" });
  sequence.innerHTML = run.sequence; // drawn by us, its words escaped
  ladder.innerHTML = run.ladder;
  const which = place ? "The run before" : "This run";
  return make("section", { class: "lkn-run-shown", "aria-label": which },
    make("h4", {}, which), make("p", {}, run.text), sequence, ladder,
    make("details", {}, make("summary", {}, "The ladder as text"), make("pre", { tabindex: 0 }, run.words)));
}
