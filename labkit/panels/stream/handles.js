// The boundaries in the picture, as sliders that mouse, touch and keys move.

const KNOB = 11, TABS = 20;

class Handles {
  // svg: the picture in which they stand;  chose(number): the one that was chosen last, null for none;
  // emptied(): the last one was removed by a key or a button
  constructor(grid, cuts, svg, { chose, emptied }) {
    Object.assign(this, { grid, cuts, svg, chose, emptied });
    this.element = make("g");
    this.chosen = null;
  }

  get list() {
    return [...this.element.children];
  }

  // Where a pointer is, as the boundary nearest to it.
  under(event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return this.grid.nearest(place.x, place.y);
  }

  remove(number) {
    this.cuts.remove(number);
    if (!this.cuts.all.length) this.emptied();
  }

  choose(number) {
    this.chosen = number;
    const { list } = this;
    list.forEach((one, place) => {
      one.classList.toggle("chosen", place === number);
      // So many stops of the Tab key would keep a reader from what stands below: then one of them stands for all.
      one.setAttribute("tabindex", list.length <= TABS || place === (number ?? 0) ? 0 : -1);
    });
    this.chose(number);
  }

  // Draw them where the boundaries are; focus: the number of the one that is to have the focus, or null.
  show(focus) {
    const { element, cuts } = this, now = cuts.all;
    while (element.children.length < now.length) element.append(this.handle());
    while (element.children.length > now.length) element.lastChild.remove();
    now.forEach((_, number) => this.place(number));
    if (focus != null) element.children[focus].focus();
    const active = this.list.indexOf(this.svg.getRootNode().activeElement);
    this.choose(active >= 0 ? active : this.chosen != null && this.chosen < now.length ? this.chosen : null);
  }

  place(number) {
    const cut = this.cuts.all[number], one = this.element.children[number];
    const [x, y] = this.grid.edge(cut), [least, most] = this.cuts.bounds(number), glyph = this.grid.cutGlyph(cut);
    one.setAttribute("transform", `translate(${x} ${y})`);
    one.querySelector(".cut").setAttribute("d", cutLine(this.grid, cut));
    one.setAttribute("aria-label", `End of recv ${number + 1}`);
    one.setAttribute("aria-valuemin", least);
    one.setAttribute("aria-valuemax", most);
    one.setAttribute("aria-valuenow", cut);
    one.setAttribute("aria-valuetext", `recv ${number + 1} ends after byte ${cut}${glyph ? `, inside the character ${glyph[2]}` : ""}`);
  }

  handle() {
    const { cell, high } = this.grid;
    const one = make("g", { class: "handle", role: "slider", tabindex: 0, "aria-orientation": "horizontal" },
      make("rect", { class: "reach", x: -cell / 2, y: -4, width: cell, height: high + KNOB + 12 }),
      make("path", { class: "cut" }),
      make("rect", { class: "knob", x: -4.5, y: high + 2, width: 9, height: KNOB + 3, rx: 3 }),
      make("path", { class: "grip", d: `M-1.5 ${high + 6}v6M1.5 ${high + 6}v6` }));
    const number = () => this.list.indexOf(one);
    let drags = false;
    one.addEventListener("focus", () => this.choose(number()));
    one.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      one.setPointerCapture(event.pointerId);
      one.focus();
      drags = true;
    });
    one.addEventListener("pointermove", (event) => drags && this.cuts.move(number(), this.under(event)));
    for (const name of ["pointerup", "pointercancel"]) one.addEventListener(name, () => (drags = false));
    one.addEventListener("keydown", (event) => this.key(event, number()));
    return one;
  }

  key(event, here) {
    const at = this.cuts.all[here], [least, most] = this.cuts.bounds(here);
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: least, End: most }[event.key];
    if (to != null) this.cuts.move(here, to);
    else if (event.key === "PageUp") this.element.children[here - 1]?.focus();
    else if (event.key === "PageDown") this.element.children[here + 1]?.focus();
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
