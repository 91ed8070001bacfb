// Without a trace: a walk on one's own feet.

class Walk {
  constructor(diagram, card, line) {
    Object.assign(this, { diagram, card, line });
    [this.start] = Object.keys(diagram.book);
    this.path = []; // [box before, way]
    this.back = make("button", { type: "button", onclick: () => this.step(this.path.pop()[0]) }, "◀ Back");
    this.again = make("button", { type: "button", onclick: () => {
      this.path.length = 0;
      this.step(this.start);
    } }, "Start again");
    line.classList.add("lkp-unseen"); // the card shows the same
    card.element.classList.add("lkp-still");
    card.walker = this;
    this.parts = [make("div", { class: "lkp-row" }, this.back, this.again), line, card.element, diagram.element];
  }

  go(way) {
    const pressed = this.card.element.contains(document.activeElement);
    this.path.push([this.box, way.key]);
    this.step(way.box);
    this.diagram.travel([0, way.key]);
    if (pressed) this.card.element.querySelector("button")?.focus();
  }

  step(box) {
    const { diagram, path } = this, { name, meaning } = diagram.book[box];
    this.box = box;
    const on = new Map(path.map(([, way]) => [way, new Set([0])]));
    const last = path[path.length - 1];
    diagram.show({ on, now: last ? [[0, last[1]]] : [], lit: [box], reached: null });
    this.card.choose(box);
    diagram.scrollTo(box);
    this.back.disabled = this.again.disabled = path.length === 0;
    say(this.line, `${name}. ${meaning}`);
  }
}
