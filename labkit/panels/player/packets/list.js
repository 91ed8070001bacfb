// The frames in rows, of which only those in sight are elements of the page.

const ROW = 20; // pixels that a row is high
const SIGHT = 11; // rows in sight
const COLUMNS = [["No.", "number"], ["Time, ms", "time"], ["Source", "source"], ["Destination", "target"], ["Protocol", "protocol"], ["Length", "length"], ["Info", "info"]];

class PacketList {
  // choose(row): a frame was chosen, by its place in the trace
  constructor(choose) {
    this.choose = choose;
    this.head = make("div", { class: "lkp-packet lkp-packet-head", "aria-hidden": "true" }, ...COLUMNS.map(([words, name]) => make("span", { class: `lkp-p-${name}` }, words)));
    this.body = make("div", { class: "lkp-packet-rows", role: "presentation" });
    this.box = make("div", { class: "lkp-packets-box", role: "listbox", tabindex: 0, "aria-label": "Packets" }, this.body);
    this.element = make("div", { class: "lkp-packets-list" }, this.head, this.box);
    this.id = `lkp-packet-${Math.random().toString(36).slice(2)}`;
    this.rows = [];
    this.at = -1; // place of the chosen one in rows
    this.box.addEventListener("scroll", () => this.paint());
    this.box.addEventListener("click", (event) => {
      const row = event.target.closest(".lkp-packet");
      if (row) this.take(Number(row.dataset.at));
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  // rows: places in the trace, in order
  show(list, rows, chosen) {
    this.list = list;
    this.rows = rows;
    this.at = rows.indexOf(chosen);
    this.box.style.height = `${ROW * Math.min(SIGHT, list.rows)}px`;
    this.body.style.height = `${rows.length * ROW}px`;
    this.painted = "";
    if (this.at >= 0) this.reveal();
    this.paint();
  }

  cells(row) {
    const { columns, text } = this.list, value = (name) => (Array.isArray(columns[name]) ? columns[name][row] : columns[name]);
    const finding = text.finding[row];
    return {
      number: String(value("frame.number")), time: (value("frame.time_relative") * 1000).toFixed(3), source: text.source[row], target: text.target[row],
      protocol: text.protocol[row], length: String(value("frame.len")), info: (finding ? `[${finding}] ` : "") + text.info[row],
    };
  }

  paint() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 2), last = Math.min(this.rows.length, first + SIGHT + 5);
    const painted = `${first} ${last} ${this.at}`;
    if (painted === this.painted) return;
    this.painted = painted;
    const lines = [];
    for (let at = first; at < last; at += 1) {
      const cells = this.cells(this.rows[at]), finding = this.list.text.finding[this.rows[at]];
      lines.push(make("div", {
        class: `lkp-packet${finding ? " lkp-odd" : ""}`, role: "option", id: `${this.id}-${at}`, "data-at": at, style: `top:${at * ROW}px`,
        "aria-selected": String(at === this.at), "aria-posinset": at + 1, "aria-setsize": this.rows.length,
      }, ...COLUMNS.map(([, name]) => make("span", { class: `lkp-p-${name}`, title: name === "info" ? cells.info : null }, cells[name]))));
    }
    this.body.replaceChildren(...lines);
    if (this.at >= first && this.at < last) this.box.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  reveal() {
    const top = this.at * ROW, { scrollTop } = this.box, high = ROW * SIGHT;
    if (top < scrollTop || top + ROW > scrollTop + high) this.box.scrollTop = Math.max(0, top - high / 2);
  }

  take(at) {
    this.mark(this.rows[at]);
    this.choose(this.rows[at]);
  }

  // Shows which frame is chosen, and tells nobody.
  mark(row) {
    this.at = this.rows.indexOf(row);
    if (this.at >= 0) this.reveal();
    this.paint();
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !this.rows.length) return;
    const last = this.rows.length - 1, from = Math.max(0, this.at);
    const next = { ArrowDown: Math.min(this.at + 1, last), ArrowUp: Math.max(from - 1, 0), PageDown: Math.min(from + SIGHT, last), PageUp: Math.max(from - SIGHT, 0), Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.take(next);
  }
}
