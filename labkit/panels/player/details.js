// What is said of a frame beside the ladder: its fields, and its bytes.

class Details {
  constructor() {
    this.closed = new Set(["Ethernet II", "Internet Protocol Version 4", "Internet Protocol Version 6"]);
    this.title = make("h3", { class: "lkp-title" });
    this.tree = make("div", { class: "lkp-tree", role: "tree", "aria-label": "Fields" });
    this.hex = make("div", { class: "lkp-hex", role: "group", "aria-label": "Bytes", tabindex: 0 });
    this.element = make("div", { class: "lkp-details" }, this.title, make("div", { class: "lkp-panes" }, this.tree, this.hex));
    this.tree.addEventListener("click", (event) => {
      const row = event.target.closest(".lkp-field");
      if (!row) return;
      if (row.dataset.layer !== undefined && event.target.closest(".lkp-twist")) this.fold(row, !this.closed.has(row.dataset.layer));
      this.take(row);
      row.focus({ preventScroll: true });
    });
    this.tree.addEventListener("pointerover", (event) => this.light(event.target.closest(".lkp-field") ?? this.row));
    this.tree.addEventListener("pointerleave", () => this.light(this.row));
    this.tree.addEventListener("focusin", (event) => this.take(event.target.closest(".lkp-field")));
    this.tree.addEventListener("keydown", (event) => this.key(event));
  }

  name(tip, count) {
    const none = "No frame is chosen: point at one for its fields, click it to keep them";
    this.title.textContent = !tip ? none : count > 1 ? `The first of ${tip}` : tip;
  }

  show(frame) {
    this.frame = frame;
    const label = this.row?.dataset.label;
    this.rows = [];
    if (!frame) {
      this.tree.replaceChildren();
      this.hex.replaceChildren();
      this.row = null;
      return;
    }
    let layer = "";
    this.rows = frame.rows.map(([depth, name, value, start, stop, term], index) => {
      if (!depth) layer = name;
      const parent = !depth && frame.rows[index + 1]?.[0] === 1;
      return make("div", {
        class: `lkp-field lkp-depth${depth}`, role: "treeitem", tabindex: -1, "aria-level": depth + 1, "aria-selected": "false",
        "aria-expanded": parent ? String(!this.closed.has(name)) : null, "data-layer": parent ? name : null, "data-of": layer,
        "data-label": name, "data-term": term || name, "data-start": start, "data-stop": stop, hidden: depth > 0 && this.closed.has(layer),
      }, depth ? null : make("span", { class: "lkp-twist", "aria-hidden": "true" }, parent ? (this.closed.has(name) ? "▸" : "▾") : ""),
      make("span", { class: "lkp-name" }, name), value ? make("span", { class: "lkp-value" }, (depth ? ": " : ", ") + value) : null);
    });
    this.tree.replaceChildren(...this.rows);
    this.dump();
    const same = this.rows.find((row) => row.dataset.label === label && !row.hidden);
    const main = this.rows.filter((row) => row.dataset.layer !== undefined).pop() ?? this.rows[0];
    this.row = null;
    if (same ?? main) this.take(same ?? main);
  }

  dump() {
    const raw = this.frame.raw ?? Uint8Array.from(atob(this.frame.bytes), (letter) => letter.charCodeAt(0));
    this.lines = [];
    for (let at = 0; at < raw.length; at += 16) {
      const part = [...raw.subarray(at, at + 16)];
      const hex = make("span"), plain = make("span");
      this.lines.push({
        at, size: part.length, hex, plain,
        bytes: part.map((byte) => byte.toString(16).padStart(2, "0")),
        letters: part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")),
      });
    }
    for (const line of this.lines) this.draw(line, 0, 0);
    this.hex.replaceChildren(...this.lines.map(({ at, hex, plain }) =>
      make("div", {}, make("span", { class: "lkp-offset" }, at.toString(16).padStart(4, "0")), hex, plain)));
    if (raw.length < this.frame.length)
      this.hex.append(make("div", {}, `… ${this.frame.length - raw.length} more bytes were not captured`));
    this.lit = [0, 0];
  }

  // One line of the dump, with the bytes from start to stop of the frame marked.
  draw(line, start, stop) {
    const from = Math.min(Math.max(start - line.at, 0), line.size), to = Math.min(Math.max(stop - line.at, 0), line.size);
    const split = (span, parts, between, width) => {
      const text = (list) => list.join(between);
      const marked = from < to ? make("mark", {}, text(parts.slice(from, to))) : null;
      const before = text(parts.slice(0, from)) + (from && from < line.size && marked ? between : "");
      const rest = marked ? text(parts.slice(to)) : text(parts.slice(from));
      const pad = " ".repeat(width - text(parts).length);
      const gap = !marked && from && rest ? between : "";
      span.replaceChildren(before + gap, ...(marked ? [marked] : []), (marked && to < line.size ? between : "") + rest + pad);
    };
    split(line.hex, line.bytes, " ", 49);
    split(line.plain, line.letters, "", 16);
  }

  light(row) {
    if (!row || !this.lines) return;
    const start = Number(row.dataset.start), stop = Number(row.dataset.stop), [from, to] = this.lit;
    if (start === from && stop === to) return;
    for (const line of this.lines)
      if ((line.at < to && line.at + line.size > from) || (line.at < stop && line.at + line.size > start)) this.draw(line, start, stop);
    this.lit = [start, stop];
    const shown = this.hex.children[Math.floor(start / 16)];
    if (shown && stop > start) {
      const top = shown.offsetTop;
      if (top < this.hex.scrollTop || top > this.hex.scrollTop + this.hex.clientHeight - 30) this.hex.scrollTop = top - 30;
    }
  }

  take(row) {
    if (!row) return;
    for (const [each, yes] of [[this.row, false], [row, true]]) {
      each?.setAttribute("aria-selected", yes);
      each?.setAttribute("tabindex", yes ? 0 : -1);
    }
    this.row = row;
    this.light(row);
  }

  fold(row, yes) {
    const name = row.dataset.layer;
    if (yes) this.closed.add(name); else this.closed.delete(name);
    row.setAttribute("aria-expanded", String(!yes));
    row.querySelector(".lkp-twist").textContent = yes ? "▸" : "▾";
    for (const each of this.rows) if (each.dataset.of === name && each !== row && each.dataset.layer === undefined) each.hidden = yes;
  }

  // The keys of a tree (ARIA Authoring Practices): up and down walk, right opens, left closes or goes to the layer.
  key(event) {
    const seen = this.rows?.filter((row) => !row.hidden) ?? [], at = seen.indexOf(this.row);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const layer = this.row.dataset.layer, open = layer !== undefined && !this.closed.has(layer);
    let next = null;
    if (event.key === "ArrowDown") next = seen[at + 1];
    else if (event.key === "ArrowUp") next = seen[at - 1];
    else if (event.key === "Home") next = seen[0];
    else if (event.key === "End") next = seen[seen.length - 1];
    else if (event.key === "ArrowRight" && layer !== undefined) open ? (next = seen[at + 1]) : this.fold(this.row, false);
    else if (event.key === "ArrowLeft") open ? this.fold(this.row, true) : (next = seen.slice(0, at + 1).reverse().find((row) => row.dataset.layer !== undefined));
    else return;
    next?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
