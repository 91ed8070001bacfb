// The plots as they move, with a cursor that mouse and arrow keys set, and what is said of the sample under it.

class Plots {
  // panel: the element whose width they have
  constructor(about, panel) {
    this.about = about;
    this.panel = panel;
    this.samples = [];
    this.cursor = null; // how many samples before the last one is pointed at
    this.pointer = null; // where the mouse stands, while it does: time moves on under it
    this.asked = false;
    this.svg = make("svg", { class: "lkl-plots", tabindex: 0, role: "img" });
    this.readout = make("div", { class: "lkl-readout", "aria-live": "polite" });
    this.figures = figures(about, (lost) => this.losses(lost));
    const { svg } = this;
    svg.addEventListener("pointermove", (event) => {
      this.pointer = event.clientX - svg.getBoundingClientRect().left;
      this.soon();
    });
    svg.addEventListener("pointerleave", () => {
      this.pointer = null;
      if (document.activeElement !== svg) this.point(null);
    });
    svg.addEventListener("focus", () => this.point(this.cursor ?? 0));
    svg.addEventListener("blur", () => this.point(null));
    svg.addEventListener("keydown", (event) => this.key(event));
  }

  get elements() {
    return [this.svg, this.readout, this.figures.element];
  }

  add(sample) {
    const since = sample.t - this.about.facts.span - 2;
    this.load([...this.samples.filter((each) => each.t > since), sample]);
  }

  load(samples) {
    this.samples = samples;
    this.soon();
  }

  key(event) {
    const { length } = this.samples;
    const move = { ArrowLeft: 1, ArrowRight: -1, Home: length, End: -length }[event.key];
    if (move == null) return;
    event.preventDefault();
    this.pointer = null;
    this.point(Math.max(0, Math.min(length - 1, (this.cursor ?? 0) + move)));
  }

  point(place) {
    this.cursor = this.samples.length ? place : null;
    this.soon();
  }

  // Once for all that happens before the page is painted.
  soon() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  draw() {
    const m = measures(this.about, this.samples, Math.max(280, Math.floor(this.panel.clientWidth || 700)));
    const parts = drawPlots(m);
    if (this.pointer != null) this.cursor = sampleAt(m, this.pointer) ?? this.cursor;
    const marked = this.cursor == null ? null : m.shown[m.shown.length - 1 - this.cursor];
    if (marked) {
      const at = m.x(marked.t - marked.dt / 2);
      parts.push(make("line", { class: "lkl-cursor", x1: at, x2: at, y1: m.top.rate, y2: m.bottom }));
    }
    this.svg.setAttribute("viewBox", `0 0 ${m.width} ${m.height}`);
    this.svg.setAttribute("width", m.width);
    this.svg.setAttribute("height", m.height);
    this.svg.setAttribute("aria-label", "Throughput, losses and queue of the last ten seconds; arrow keys walk through them. "
      + "The table below has the figures.");
    this.svg.replaceChildren(...parts);
    say(this.readout, marked ? `${number(m.now - marked.t)} s ago: ${marked.hosts.map((each, h) => this.told(m.hosts[h], each)).join("; ")}` : "");
    this.figures.update(m.shown);
  }

  told(host, each) {
    return `${host} sent ${number(each.sent)}, delivered ${number(each.delivered)} Mbit/s, ${each.waiting} waiting`
      + (Object.keys(each.lost).length ? `, lost ${this.losses(each.lost)}` : "");
  }

  losses(lost) {
    return Object.entries(lost).map(([fate, frames]) => `${frames} (${this.about.facts.fates[fate]})`).join(", ");
  }
}
