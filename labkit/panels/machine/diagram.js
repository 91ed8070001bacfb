// The drawing, in which classes are changed: which arrows were taken, where the ends stand.

const TRAVEL_MS = 450; // of the dot along an arrow

class Diagram {
  // book: what is said of each box
  constructor(drawing, book) {
    this.book = book;
    this.element = make("div", { class: "lkp-picture" });
    this.element.innerHTML = drawing;
    this.svg = this.element.querySelector("svg");
    this.ways = new Map([...this.svg.querySelectorAll("[data-way]")].map((g) => [g.dataset.way, g]));
    this.boxes = new Map([...this.svg.querySelectorAll("[data-box]")].map((g) => [g.dataset.box, g]));
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.hosts = ["here"]; // the names of the ends that stand in it
  }

  // view: {on: Map(way, ends), now: [[end, way]], lit: [box], reached: Set or null}
  show(view) {
    for (const [key, g] of this.ways) {
      const ends = view.on.get(key) ?? new Set();
      for (const end of [0, 1]) {
        g.classList.toggle(`on${end}`, ends.has(end));
        g.classList.toggle(`now${end}`, view.now.some(([who, which]) => who === end && which === key));
      }
    }
    for (const [box, g] of this.boxes) {
      const here = view.lit.map((where) => where === box);
      here.forEach((is, end) => g.classList.toggle(`lit${end}`, is));
      g.classList.toggle("lit", here.some(Boolean));
      g.classList.toggle("both", here.filter(Boolean).length === 2);
      g.classList.toggle("apart", view.reached !== null && !view.reached.has(box));
      const who = here.map((is, end) => (is ? this.hosts[end] : null)).filter(Boolean), { name } = this.book[box];
      g.setAttribute("aria-label", `${name}${who.length ? `: ${who.join(" and ")}` : ""}`);
    }
  }

  // Draw the ends of a connection: their colours, signs and addresses.
  mark({ hosts, marks }) {
    const { svg } = this;
    this.hosts = hosts;
    marks.forEach((mark, end) => {
      svg.style.setProperty(`--c${end}`, `var(--h${mark.colour})`);
      svg.style.setProperty(`--u${end}`, `var(--t${mark.colour})`);
      for (const text of svg.querySelectorAll(`.s${end} text`)) text.textContent = mark.sign;
      const [who, address] = svg.querySelectorAll(`.legend.e${end} tspan`);
      who.textContent = mark.name;
      address.textContent = mark.address;
    });
  }

  middle(box) {
    const rect = this.boxes.get(box).querySelector(".box");
    return [rect.x.baseVal.value, rect.y.baseVal.value];
  }

  // The next box in the way of an arrow key; the box itself where there is none.
  next(box, key) {
    const [x, y] = this.middle(box);
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    let best = null;
    for (const other of this.boxes.keys()) {
      const [ox, oy] = this.middle(other);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (ahead > 0 && (!best || ahead + 2 * aside < best.cost)) best = { other, cost: ahead + 2 * aside };
    }
    return best?.other ?? box;
  }

  // Where the picture is wider than its place: bring a state into view.
  scrollTo(box) {
    const [x] = this.middle(box), { svg, element } = this;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const wide = element.clientWidth;
    if (element.scrollWidth > wide) element.scrollTo({ left: (x + 66) * scale - wide / 2, behavior: this.still ? "auto" : "smooth" });
  }

  // A dot that runs along the arrow that was taken last.
  travel([end, key]) {
    const path = this.ways.get(key)?.querySelector(`.t${end} path`);
    if (this.still || !path) return;
    this.svg.querySelector(".lkp-token")?.remove();
    const dot = make("circle", { class: `lkp-token e${end}`, r: 6 });
    this.svg.append(dot);
    const begun = performance.now();
    const length = path.getTotalLength();
    const move = (now) => {
      const share = Math.min(1, (now - begun) / TRAVEL_MS);
      const at = path.getPointAtLength(length * share);
      dot.setAttribute("cx", at.x);
      dot.setAttribute("cy", at.y);
      if (share < 1 && dot.isConnected) requestAnimationFrame(move);
      else dot.remove();
    };
    move(begun);
  }
}
