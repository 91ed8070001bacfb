// A host's sockets. What came, changed and went is found here, row by row, so that a row's elements stay (and a button
// keeps its focus).

class Table {
  // asked(row): its ladder is asked for, or closed again
  constructor(host, asked) {
    this.asked = asked;
    this.rows = new Map(); // by the sockets' keys
    this.body = make("tbody", { role: "rowgroup" });
    this.empty = make("p", { class: "quiet" }, "no sockets");
    const head = make("tr", { role: "row" }, ...HEADS.map(([words, kind]) => make("th", { role: "columnheader", scope: "col", class: kind, tabindex: 0, "data-term": words }, words)));
    this.table = make("table", { role: "table", "aria-label": `Sockets of ${host.name}` }, make("thead", { role: "rowgroup" }, head), this.body);
    this.element = make("section", { class: `h${host.colour % 6}`, tabindex: 0, role: "region", "aria-label": host.name },
      make("h4", {}, host.name, make("span", {}, host.address)), this.table, this.empty);
  }

  // first: nothing is marked as new, since nobody has seen it otherwise.
  update(host, first) {
    const now = new Set(host.rows.map((facts) => facts.key));
    for (const facts of host.rows) this.put(facts, first);
    for (const [key, row] of this.rows) if (!now.has(key) && !row.gone) this.close(key, row);
    this.order(host.rows);
    this.showEmpty();
  }

  put(facts, first) {
    let row = this.rows.get(facts.key);
    const words = row && !row.gone ? changed(row.facts, facts) : "new";
    if (!row) {
      row = new Row(facts, () => this.asked(row));
      this.rows.set(facts.key, row);
    }
    row.gone = false;
    row.element.classList.remove("gone");
    row.fill(facts);
    if (words && !first) row.mark(words);
  }

  close(key, row) {
    row.gone = true;
    row.element.classList.add("gone");
    row.mark("closed", () => {
      row.element.remove();
      this.rows.delete(key);
      this.showEmpty();
    });
  }

  showEmpty() {
    this.empty.hidden = this.rows.size > 0;
    this.table.hidden = this.rows.size === 0;
  }

  // The kernel's order; what is gone stays behind the row that it followed. Nothing is moved that stands right, since
  // an element that is moved loses the focus.
  order(all) {
    const { body } = this, standing = [...body.children];
    const wanted = all.map((facts) => this.rows.get(facts.key).element);
    for (const row of this.rows.values()) {
      if (!row.gone) continue;
      const before = standing.slice(0, standing.indexOf(row.element)).reverse().find((other) => wanted.includes(other));
      wanted.splice(before ? wanted.indexOf(before) + 1 : 0, 0, row.element);
    }
    wanted.forEach((element, at) => {
      if (body.children[at] !== element) body.insertBefore(element, body.children[at] ?? null);
    });
  }
}
