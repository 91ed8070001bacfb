// The states as buttons, one Tab stop for all, and a card that says what the chosen one means.

const ARROWS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

class Card {
  constructor(diagram) {
    this.diagram = diagram;
    this.element = make("div", { class: "lkp-card" });
    this.walker = null; // who walks, on a walk: {box, go(way)}
    this.chosen = diagram.boxes.keys().next().value;
    for (const [box, g] of diagram.boxes) this.button(box, g);
  }

  button(box, g) {
    g.setAttribute("role", "button");
    g.setAttribute("tabindex", box === this.chosen ? "0" : "-1");
    g.addEventListener("focus", () => this.choose(box));
    g.addEventListener("click", () => {
      g.focus();
      this.enter(box);
    });
    g.addEventListener("pointerenter", () => this.describe(box));
    g.addEventListener("pointerleave", () => this.describe(this.chosen));
    g.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") this.enter(box);
      else if (!ARROWS.has(event.key)) return;
      event.preventDefault();
      if (ARROWS.has(event.key)) this.diagram.boxes.get(this.diagram.next(box, event.key)).focus();
    });
  }

  choose(box) {
    this.diagram.boxes.get(this.chosen).setAttribute("tabindex", "-1");
    this.chosen = box;
    this.diagram.boxes.get(box).setAttribute("tabindex", "0");
    this.describe(box);
  }

  // On a walk: go there, if an arrow leads there from where one is.
  enter(box) {
    const { walker } = this, way = walker && this.diagram.book[walker.box].out.find((each) => each.box === box);
    if (way) walker.go(way);
  }

  describe(box) {
    const { walker } = this, { name, section, meaning, out } = this.diagram.book[box];
    const ways = out.map((way) => {
      const words = `${way.label} → ${way.after}`;
      const note = way.note ? make("span", { class: "lkp-quiet" }, ` (${way.note})`) : null;
      const go = walker && box === walker.box;
      return make("li", {}, go ? make("button", { type: "button", onclick: () => walker.go(way) }, words) : words, note);
    });
    this.element.replaceChildren(
      make("h4", {}, name, make("span", { class: "lkp-quiet" }, ` RFC 9293 section ${section}`)),
      make("div", {}, meaning),
      make("ul", { class: "lkp-ways", "aria-label": `Ways out of ${name}` }, ...ways),
    );
  }
}
