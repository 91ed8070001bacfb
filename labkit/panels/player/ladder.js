// The ladder itself: the layout's own shapes, with a cursor, what flies, and time stretched on request.

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
        class: "lkp-frame", role: "option", tabindex: -1, "data-place": index, "aria-label": frame.tip, "aria-selected": "false",
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

  // Only frames of these numbers stand out; null: all do.
  fade(numbers) {
    this.view?.frames.forEach((frame, index) => this.frames[index].classList.toggle("lkp-faded", numbers !== null && ![frame.number, ...frame.members].some((number) => numbers.has(number))));
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
