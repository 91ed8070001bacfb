// The byte stream viewer. The picture is drawn here, from facts sent once; what decoders make of it comes from the
// kernel, later, and names the cuts that it is about.

let views = 0;

class Viewer {
  constructor(model) {
    this.model = model;
    this.facts = model.get("facts");
    this.id = `lks${++views}`;
    this.grid = new Grid(this.facts);
    this.cuts = new Cuts(model, this.grid.size);
    this.told = speaker();
    this.found = speaker();
    this.readings = make("div", { class: "lkp-readings" });
    this.pending = make("span", { class: "waiting" });
    this.answered = ""; // what was said of the last answer
    this.wide = 0;
    this.picture();
    this.buttons();
    const help = "Drag the end of a recv, or click between two bytes to add one. By keyboard: Tab to a boundary, Left and " +
      "Right move it, PageUp and PageDown go to the one before or after, Delete removes it.";
    this.root = make("div", { class: "lk lkp lkp-stream" },
      make("div", { class: "lkp-row", role: "group", "aria-label": "Where the recvs end" },
        ...this.presets.map(([button]) => button), this.worst, this.more, this.less),
      this.svg, make("p", { class: "lkp-help" }, help), this.found, this.told, this.pending, this.readings);
    keepKeys(this.root);
  }

  picture() {
    this.svg = make("svg", { class: "lk lkb", role: "group", "aria-label": `Byte stream ${this.facts.title}`.trim() });
    this.ground = make("g", { "aria-hidden": "true" });
    this.upper = make("g", { "aria-hidden": "true" });
    this.spots = make("g");
    this.handles = new Handles(this.grid, this.cuts, this.svg, {
      chose: (number) => (this.less.disabled = number == null), emptied: () => this.more.focus(),
    });
    this.svg.append(this.ground, this.upper, this.spots, this.handles.element);
  }

  buttons() {
    const { handles } = this, button = (label, onclick, more = {}) => make("button", { type: "button", onclick, ...more }, label);
    this.more = button("Add a boundary", () => this.cuts.add());
    this.less = button("Remove boundary", () => handles.chosen != null && handles.remove(handles.chosen), { disabled: true });
    this.less.title = "Remove the boundary that was chosen last (or press Delete on it)";
    this.presets = this.facts.presets.map(([name, wanted]) => [button(name, () => {
      say(this.found, "");
      this.cuts.put(wanted.slice());
    }), wanted]);
    this.worst = button("The worst cut", () => {
      say(this.found, "Searching …");
      clearTimeout(this.late);
      this.late = ask(this.model, { ask: "worst" }, (words) => say(this.found, words));
    });
  }

  // Draw what the boundaries change.
  show() {
    const now = this.cuts.all, focus = this.cuts.focusing;
    this.cuts.focusing = null;
    this.upper.replaceChildren(...cutting(this.grid, now, this.id));
    this.handles.show(focus);
    this.presets.forEach(([button, wanted]) => button.setAttribute("aria-pressed", String(wanted.join() === now.join())));
    this.more.disabled = now.length >= this.grid.size - 1;
    this.waiting();
  }

  waiting() {
    const late = this.model.get("answer").cuts?.join() !== this.cuts.all.join();
    this.readings.setAttribute("aria-busy", String(late));
    this.pending.textContent = late ? "The decoders are reading …" : "";
  }

  spotted(event) {
    const cut = this.handles.under(event);
    if (cut > 0 && cut < this.grid.size && !this.cuts.all.includes(cut)) this.cuts.insert(cut);
  }

  // Lay the bytes in rows for the width that there is, and draw all.
  lay() {
    const { grid, facts, svg } = this;
    this.wide = this.root.clientWidth;
    grid.fit(this.wide || 700);
    svg.setAttribute("width", grid.width);
    svg.setAttribute("height", grid.height);
    svg.setAttribute("viewBox", `0 0 ${grid.width} ${grid.height}`);
    this.ground.replaceChildren(...ground(grid));
    this.spots.replaceChildren(...Array.from({ length: grid.rows }, (_, number) => make("rect", {
      class: "spot", x: grid.left, y: 8 + number * grid.row + grid.above, onclick: (event) => this.spotted(event),
      width: grid.cell * Math.min(facts.across, grid.size), height: facts.high + facts.track,
    }, make("title", {}, "Click: a recv ends here"))));
    this.show();
  }

  answer() {
    const all = this.model.get("answer").readings ?? [];
    this.readings.replaceChildren(...readings(all));
    const said = all.map((reading) => `${reading.name}: ${verdict(reading)}`).join("; ");
    if (this.answered) say(this.told, said);
    else this.told.textContent = said;
    this.answered = said;
    this.waiting();
  }

  worstTold(message) {
    if (message.cuts) this.cuts.put(message.cuts);
    clearTimeout(this.late);
    say(this.found, message.said);
  }
}

function render({ model, el }) {
  const viewer = new Viewer(model);
  el.append(viewer.root);
  const watched = [["change:cuts", () => viewer.show()], ["change:answer", () => viewer.answer()],
    ["msg:custom", (message) => viewer.worstTold(message)]];
  for (const [event, handler] of watched) model.on(event, handler);
  const sized = new ResizeObserver(() => {
    if (viewer.root.clientWidth !== viewer.wide) viewer.lay();
  });
  sized.observe(viewer.root);
  viewer.lay();
  viewer.answer();
  return () => {
    sized.disconnect();
    for (const [event, handler] of watched) model.off(event, handler);
  };
}

export default { render };
