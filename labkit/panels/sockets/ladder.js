// The ladder of one socket's connection, below the tables.

class LadderBelow {
  // rows(): all that stand in the tables
  constructor(model, rows) {
    this.model = model;
    this.rows = rows;
    this.open = null; // the key of the row whose ladder is open
    this.late = null; // the timer of what is said of a busy kernel
    this.element = make("div", { class: "lkp-ladder", role: "region", "aria-label": "Ladder", tabindex: 0, hidden: true });
  }

  // Open a row's ladder, or close it if it is open.
  toggle(row) {
    const same = this.open === row.facts.key;
    this.open = same ? null : row.facts.key;
    this.element.hidden = same;
    const waiting = make("p", { class: "quiet" }, "The ladder is being drawn …");
    this.element.replaceChildren(waiting);
    clearTimeout(this.late);
    this.late = ask(this.model, { kind: "ladder", row: same ? null : row.facts }, (words) => say(waiting, words));
    for (const each of this.rows()) each.button?.setAttribute("aria-pressed", each.facts.key === this.open);
  }

  drawn() {
    const { key, title, words, note, svg } = this.model.get("ladder"), { element } = this;
    if (this.open === null || key !== this.open) return;
    clearTimeout(this.late);
    const picture = make("div", {});
    picture.innerHTML = svg;
    const close = make("button", { type: "button", onclick: () => this.shut() }, "Close the ladder");
    const head = make("div", { class: "lkp-row" }, make("strong", {}, title), close);
    const said = make("p", { class: "quiet" }, [words, note].filter(Boolean).join(" "));
    const held = element.contains(document.activeElement) && document.activeElement !== element;
    element.replaceChildren(head, said, picture);
    if (held) close.focus({ preventScroll: true });
  }

  shut() {
    const row = this.rows().find((each) => each.facts.key === this.open);
    if (row) this.toggle(row);
    else {
      this.open = null;
      this.element.hidden = true;
      sent(this.model, { kind: "ladder", row: null });
    }
    row?.button?.focus();
  }
}
