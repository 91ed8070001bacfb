// What each decoder makes of the stream: a verdict, and a table with a row for each recv.

function readings(all) {
  return all.map((reading) => make("section", { class: reading.right ? "right" : "wrong", "aria-label": reading.name },
    make("h4", {}, reading.name, reading.broken ? make("small", {}, ` broken: ${reading.broken}`) : null),
    make("p", { class: "verdict" }, make("b", {}, verdict(reading)), `: ${reading.why}`),
    readingTable(reading),
    reading.printed ? make("pre", {}, `it printed:\n${reading.printed}`) : null));
}

function verdict(reading) {
  return reading.right ? "✓ right" : "✗ wrong";
}

function readingTable(reading) {
  const heads = ["", "fed", "messages out", "still held"];
  return make("table", {},
    make("colgroup", {}, ...["recv", "fed", "out", "held"].map((name) => make("col", { class: name }))),
    make("thead", {}, make("tr", {}, ...heads.map((head, n) => (n ? make("th", { scope: "col" }, head) : make("td"))))),
    make("tbody", {}, ...reading.rows.map(readingRow)));
}

function readingRow([recv, fed, out, held, error, reached]) {
  const code = (text) => make("code", {}, text);
  const came = make("td", { class: out.length || error ? null : "quiet", colspan: error || !reached ? 2 : null });
  if (!reached) came.append("not read any more");
  else {
    came.append(...out.flatMap((text, n) => (n ? [", ", code(text)] : [code(text)])));
    if (error) came.append(out.length ? ", " : "", make("span", { class: "error" }, `✗ ${error}`));
    if (!out.length && !error) came.append("nothing yet");
  }
  return make("tr", {}, make("th", { scope: "row" }, recv), make("td", {}, code(fed)), came,
    error || !reached ? null : make("td", {}, held ? code(held) : ""));
}
