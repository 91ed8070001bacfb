// The ladder itself: the layout's own shapes, with a cursor, what flies, and time stretched on request.

// Every shape remembers where the layout put it; stretch(z) moves each as what it is: lines by their ends, heads and
// crosses as a whole, words along their arrow or beside their time.
function remember(node, ways) {
  const number = (name) => Number(node.getAttribute(name));
  if (node.tagName === "line") {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map(number);
    if (node.classList.contains("cross")) {
      const middle = (y1 + y2) / 2;
      return (at) => { node.setAttribute("y1", at(middle) + y1 - middle); node.setAttribute("y2", at(middle) + y2 - middle); };
    }
    return (at) => { node.setAttribute("y1", at(y1)); node.setAttribute("y2", at(y2)); };
  }
  if (node.tagName === "circle") {
    const y = number("cy");
    return (at) => node.setAttribute("cy", at(y));
  }
  if (node.tagName === "polygon") {
    const points = node.getAttribute("points").split(" ").map((pair) => pair.split(",").map(Number));
    const [tipX, tipY] = points[0];
    const way = node.classList.contains("tip") && nearest(ways, (w) => Math.abs(w[2] - tipX) + Math.abs(w[3] - tipY));
    if (way) return (at, z) => {
      const turn = Math.atan2((way[3] - way[1]) * z, way[2] - way[0]) - Math.atan2(way[3] - way[1], way[2] - way[0]);
      const c = Math.cos(turn), s = Math.sin(turn), top = at(tipY);
      node.setAttribute("points", points.map(([x, y]) =>
        `${tipX + c * (x - tipX) - s * (y - tipY)},${top + s * (x - tipX) + c * (y - tipY)}`).join(" "));
    };
    return (at) => node.setAttribute("points", points.map(([x, y]) => `${x},${at(y)}`).join(" "));
  }
  const x = number("x"), y = number("y");
  const angle = Number(/rotate\((\S+)/.exec(node.getAttribute("transform") ?? "")?.[1] ?? 0) * Math.PI / 180;
  const along = (w) => w[1] + (w[3] - w[1]) * (x - w[0]) / (w[2] - w[0] || 1);
  const way = ways.length && nearest(ways, (w) => Math.abs(along(w) - y));
  if (way) return (at, z) => {
    const turned = Math.atan(Math.tan(angle) * z), line = along(way);
    const top = at(line) + (y - line) * Math.cos(angle) / Math.cos(turned);
    node.setAttribute("y", top);
    node.setAttribute("transform", `rotate(${turned * 180 / Math.PI} ${x} ${top})`);
  };
  const time = node.dataset.at === undefined ? y : Number(node.dataset.at);
  return (at) => node.setAttribute("y", at(time) + y - time);
}

function nearest(all, distance) {
  return all.reduce((best, each) => (best === null || distance(each) < distance(best) ? each : best), null);
}

// place(list, value): how many members of a sorted list are at most value.
function place(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1; else high = middle;
  }
  return low;
}

// The layout's own mapping between time and height, both ways: from[] and to[] rise together.
function along(from, to, value) {
  if (!from.length) return 0;
  const index = place(from, value);
  if (index === 0) return to[0];
  if (index === from.length) return to[to.length - 1];
  const a = from[index - 1], b = from[index];
  return to[index - 1] + (b > a ? (value - a) / (b - a) : 0) * (to[index] - to[index - 1]);
}

const SMALLEST = 0.75; // of its size, to which a narrow page shrinks the ladder; beyond, one scrolls
const GONE = 16; // pixels of the layout for which a lost frame's end is shown

class Ladder {
  // choose(place, how): a frame was pointed at ("hover"), left ("leave") or taken ("focus").
  constructor(choose) {
    this.choose = choose;
    this.zoom = 1;
    this.head = make("svg", { class: "lk lkp-head", "aria-hidden": "true" });
    this.base = make("svg", { class: "lk lkp-base", role: "group" });
    this.over = make("svg", { class: "lk lkp-over", "aria-hidden": "true" });
    // What moves lies in layers of its own: the ladder below is painted once.
    this.veil = make("div", { class: "lkp-veil" });
    this.line = make("div", { class: "lkp-cursor" }); // behind the words, which it would strike out
    this.body = make("div", { class: "lkp-body" }, this.line, this.base, this.veil, this.over);
    this.box = make("div", { class: "lkp-box" }, this.head, this.body);
    this.flying = make("g");
    this.glow = make("g");
    this.over.append(this.glow, this.flying);
    this.dots = [];
    this.frames = [];
    this.body.addEventListener("pointerover", (event) => this.pointed(event, "hover"));
    this.body.addEventListener("pointerleave", () => this.choose(-1, "leave"));
    this.body.addEventListener("focusin", (event) => {
      this.body.classList.toggle("lkp-focused", event.target.matches(":focus-visible"));
      this.pointed(event, "focus");
    });
    this.body.addEventListener("focusout", () => this.body.classList.remove("lkp-focused"));
    this.body.addEventListener("click", (event) => {
      const frame = event.target.closest(".lkp-frame");
      if (frame) frame.focus({ preventScroll: true });
    });
  }

  pointed(event, how) {
    const frame = event.target.closest?.(".lkp-frame");
    if (frame) this.choose(Number(frame.dataset.place), how);
    else if (how === "hover") this.choose(-1, "leave");
  }

  show(view) {
    this.view = view;
    this.movable = [];
    const part = (markup, attributes) => {
      const group = make("g", attributes);
      group.innerHTML = markup;
      return group;
    };
    const keep = (group, ways) => {
      for (const node of group.querySelectorAll("line, circle, polygon, text")) this.movable.push(remember(node, ways));
    };
    const back = part(view.back, { "aria-hidden": "true" }), front = part(view.front, { "aria-hidden": "true" });
    keep(back, []);
    keep(front, []);
    this.frames = view.frames.map((frame, index) => {
      const group = part(frame.svg, {
        class: "lkp-frame", role: "option", tabindex: -1, "data-place": index, "aria-label": frame.tip.replace("\n", ", "), "aria-selected": "false",
      });
      for (const [x1, y1, x2, y2] of frame.ways)
        group.prepend(make("line", { class: `lkp-hit l h${frame.colour}`, x1, y1, x2, y2 }));
      keep(group, frame.ways);
      return group;
    });
    const list = make("g", { role: "listbox", "aria-label": "Frames in order of departure" });
    list.append(...this.frames);
    this.base.replaceChildren(back, ...(this.frames.length ? [list] : []), front);
    this.base.setAttribute("aria-label", view.title);
    this.head.innerHTML = view.head;
    this.chosen = -1;
    this.stretch(this.zoom);
  }

  // z >= 1: time runs z times as far down; z < 1: all becomes smaller.
  stretch(z) {
    this.zoom = z;
    const { width, height, top } = this.view, times = Math.max(z, 1);
    this.at = (y) => (y <= top ? y : top + (y - top) * times);
    for (const move of this.movable) move(this.at, times);
    this.height = this.at(height) - top;
    const wide = `${width * Math.min(z, 1)}px`;
    for (const [svg, from, high] of [[this.head, 0, top], [this.base, top, this.height], [this.over, top, this.height]]) {
      svg.setAttribute("viewBox", `0 ${from} ${width} ${high}`);
      svg.style.width = wide;
      svg.style.minWidth = `calc(${wide} * ${SMALLEST})`;
      svg.style.aspectRatio = `${width} / ${high}`;
    }
    this.body.style.width = wide;
    this.body.style.minWidth = `calc(${wide} * ${SMALLEST})`;
    this.light();
  }

  // The picture at a height of the layout: what is below is still to come, what crosses it is on its way.
  paint(y, ended) {
    const here = this.at(y), { top } = this.view;
    const down = 100 * Math.min(1, (here - top) / this.height);
    this.veil.style.transform = ended ? "translateY(100%)" : `translateY(calc(${down}% + 8px))`; // words of now are seen whole
    this.line.style.transform = `translateY(${down}%)`;
    let used = 0;
    for (const [index, frame] of this.view.frames.entries())
      for (const [x1, y1, x2, y2, lost] of frame.ways) {
        const gone = lost && y > y2 - 0.5;
        if (y < y1 - 0.05 || y > y2 + (gone ? GONE : 0.05)) continue;
        const share = y2 > y1 ? Math.min(1, Math.max(0, (y - y1) / (y2 - y1))) : 1;
        const dot = this.dots[used] ?? this.newDot();
        used += 1;
        dot.setAttribute("transform", `translate(${x1 + (x2 - x1) * share} ${this.at(y1 + (y2 - y1) * share)})`);
        dot.setAttribute("class", `lkp-dot h${frame.colour}${gone ? " lkp-gone" : ""}${index === this.chosen ? " lkp-taken" : ""}`);
        dot.style.display = "";
      }
    for (let rest = used; rest < this.dots.length; rest += 1) this.dots[rest].style.display = "none";
  }

  newDot() {
    const dot = make("g", {}, make("circle", { class: "lkp-halo", r: 11 }), make("circle", { class: "a", r: 6 }));
    this.flying.append(dot);
    this.dots.push(dot);
    return dot;
  }

  mark(index) {
    if (index === this.chosen) return;
    const [before, now] = [this.frames[this.chosen], this.frames[index]];
    for (const [frame, yes] of [[before, false], [now, true]]) {
      frame?.setAttribute("aria-selected", yes);
    }
    (before ?? this.frames[0])?.setAttribute("tabindex", -1);
    (now ?? this.frames[0])?.setAttribute("tabindex", 0);
    this.chosen = index;
    this.light();
  }

  light() {
    const frame = this.view.frames[this.chosen];
    this.glow.replaceChildren(...(frame?.ways ?? []).map(([x1, y1, x2, y2]) =>
      make("line", { class: `lkp-glow l h${frame.colour}`, x1, x2, y1: this.at(y1), y2: this.at(y2) })));
  }

  // Keeps a height of the layout within the box, with some of what comes next.
  reveal(y) {
    const unit = this.base.clientWidth / this.view.width, covered = this.head.clientHeight;
    const here = (this.at(y) - this.view.top) * unit, room = this.box.clientHeight - covered;
    const above = this.box.scrollTop;
    if (here < above + 24 || here > above + room - 70) this.box.scrollTop = Math.max(0, here - room * 0.45);
  }
}
