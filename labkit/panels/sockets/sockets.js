// The hosts' socket tables. The kernel sends whole tables when something has changed.

class Sockets {
  constructor(model) {
    this.model = model;
    this.tables = new Map(); // by the hosts' names
    this.paused = false;
    this.pause = make("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggle() }, "Pause");
    this.status = make("span", { class: "quiet lkp-status" });
    this.place = make("div", {});
    this.log = new Log();
    this.ladder = new LadderBelow(model, () => [...this.tables.values()].flatMap((table) => [...table.rows.values()]));
    this.root = make("div", { class: "lk lkp lkp-sockets" },
      make("div", { class: "lkp-row" }, this.pause, this.status), this.place, this.log.element, this.log.line, this.ladder.element);
    keepKeys(this.root);
    explain(this.root, model.get("meanings"));
  }

  redraw(first = false) {
    if (this.paused) return;
    for (const host of this.model.get("hosts")) {
      if (!this.tables.has(host.name)) {
        const table = new Table(host, (row) => this.ladder.toggle(row));
        this.tables.set(host.name, table);
        this.place.append(table.element);
      }
      this.tables.get(host.name).update(host, first);
    }
    this.log.hear(this.model.get("log"), first);
    this.tell();
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", this.paused);
    sent(this.model, { kind: "pause", on: this.paused });
    this.tell();
    this.redraw();
  }

  tell() {
    const ended = this.model.get("ended"), { status, pause, root } = this;
    status.textContent = ended || (this.paused ? "paused" : ""); // not "live": of a kernel that has gone the page hears nothing
    status.classList.toggle("lkp-ended", ended !== "");
    pause.disabled = ended !== "";
    if (ended) for (const button of root.querySelectorAll("td button")) button.disabled = true;
  }
}

function render({ model, el }) {
  const sockets = new Sockets(model);
  sockets.redraw(true);
  const watched = {
    "change:hosts": () => sockets.redraw(), "change:log": () => sockets.redraw(),
    "change:ladder": () => sockets.ladder.drawn(), "change:ended": () => sockets.tell(),
  };
  for (const [name, act] of Object.entries(watched)) model.on(name, act);
  el.append(sockets.root);
  return () => {
    for (const [name, act] of Object.entries(watched)) model.off(name, act);
    sockets.log.end();
  };
}

export default { render };
