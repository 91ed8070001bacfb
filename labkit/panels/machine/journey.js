// With a trace: the way of a connection's two ends, step by step.

const STEP_MS = 1400; // between two steps while it plays

class Traveller {
  constructor(journeys, diagram, card, line) {
    Object.assign(this, { journeys, diagram, card, line });
    this.slider = make("input", { type: "range", min: 0, step: 1, class: "lkp-range", "aria-label": "Step" });
    this.back = make("button", { type: "button", onclick: () => this.to(this.count - 1) }, "◀ Back");
    this.forth = make("button", { type: "button", onclick: () => this.to(this.count + 1) }, "Next ▶");
    this.play = make("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggle() }, "Play");
    this.select = make("select", { "aria-label": "Connection" }, ...journeys.map((each, at) => make("option", { value: at }, each.title)));
    this.where = make("div", { class: "lkp-columns" });
    this.steps = make("ol", { class: "lkp-steps" });
    this.remarks = make("div", { class: "lkp-quiet" });
    this.slider.addEventListener("input", () => this.to(Number(this.slider.value)));
    this.select.addEventListener("change", () => this.load(Number(this.select.value)));
    const list = make("div", {}, make("h4", {}, "Steps"), this.steps, this.remarks);
    this.parts = [
      ...(journeys.length > 1 ? [make("div", { class: "lkp-row" }, make("label", {}, "Connection ", this.select))] : []),
      make("div", { class: "lkp-row" }, this.back, this.slider, this.forth, this.play),
      line,
      diagram.element,
      this.where,
      make("div", { class: "lkp-columns" }, list, card.element),
    ];
  }

  load(at) {
    this.stop();
    this.journey = this.journeys[at];
    this.diagram.mark(this.journey);
    this.slider.max = this.journey.steps.length;
    this.steps.replaceChildren(...this.journey.steps.map((step, at) => make("li", { onclick: () => this.to(at + 1) }, step.said)));
    this.remarks.replaceChildren(...this.journey.remarks.map((words) => make("p", {}, words)));
    this.count = -1;
    this.to(0);
  }

  // To after so many steps.
  to(wanted) {
    const { journey, diagram, card } = this, { steps } = journey, before = this.count;
    this.count = Math.max(0, Math.min(steps.length, wanted));
    const last = steps[this.count - 1], { on, lit } = this.after(this.count);
    const now = last ? last.ways.map((way) => [last.end, way]) : [];
    diagram.show({ on, now, lit, reached: new Set(journey.reached) });
    if (this.count === before + 1 && now.length) diagram.travel(now[now.length - 1]);
    this.tell(last, lit);
    if (!last) diagram.element.scrollTo({ left: 0 });
    else if (last.box) {
      diagram.scrollTo(last.box);
      if (document.activeElement?.closest?.("[data-box]") == null) card.choose(last.box);
    }
  }

  // Which arrows have been taken after so many steps, by which ends, and where the ends stand.
  after(count) {
    const on = new Map(), lit = [...this.journey.start];
    for (const step of this.journey.steps.slice(0, count)) {
      for (const way of step.ways) on.set(way, (on.get(way) ?? new Set()).add(step.end));
      lit[step.end] = step.box;
    }
    return { on, lit };
  }

  // The step that was taken last, and where that leaves both ends, in words.
  tell(last, lit) {
    const { count, journey } = this, all = journey.steps.length, { book } = this.diagram;
    const words = last ? `${count} of ${all}. ${last.said}` : `Before the first of ${all} steps.`;
    this.slider.value = count;
    this.slider.setAttribute("aria-valuetext", words);
    say(this.line, words);
    this.back.disabled = count === 0;
    this.forth.disabled = count === all;
    if (this.forth.disabled) this.stop();
    [...this.steps.children].forEach((item, at) => {
      item.classList.toggle("later", at >= count);
      if (at === count - 1) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    this.where.replaceChildren(...lit.map((box, end) => {
      const state = box ? `${book[box].name}. ${book[box].meaning}` : "the trace does not tell.";
      return make("div", { class: "lkp-where" }, make("strong", {}, journey.hosts[end]), ": ", state);
    }));
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.count === this.journey.steps.length) this.to(0);
    this.play.setAttribute("aria-pressed", "true");
    this.play.textContent = "Pause";
    this.timer = setInterval(() => (this.play.isConnected ? this.to(this.count + 1) : this.stop()), STEP_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.setAttribute("aria-pressed", "false");
    this.play.textContent = "Play";
  }
}
