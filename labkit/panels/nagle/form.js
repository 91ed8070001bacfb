// How to write: a choice, numbers with a slider and a field each, and switches.

const NUMBERS = [
  ["size", "size", "bytes"], ["writes", "writes", ""], ["gap_ms", "gap", "ms"], ["round_trip_ms", "round trip", "ms"],
];
const SWITCHES = [["nodelay", "TCP_NODELAY", "client"], ["cork", "TCP_CORK", "client"], ["quickack", "quick ACKs", "server"]];
const LATER_MS = 50; // between two messages while one drags

class NumberField {
  constructor([name, words, unit], id, model, set) {
    Object.assign(this, { name, unit, model, set, typing: false, timer: null });
    const [low, high] = model.get("bounds")[name];
    this.slider = make("input", { type: "range", min: low, max: high, id, "aria-label": words, oninput: () => this.dragged() });
    this.field = make("input", {
      type: "number", step: "any", "aria-label": unit ? `${words}, ${unit}` : words,
      oninput: () => (this.typing = true), onchange: () => this.commit(),
      onkeydown: (event) => event.key === "Enter" && this.commit(),
    });
    const label = make("label", { for: id }, words, unit ? make("span", { class: "lkn-unit" }, ` (${unit})`) : "");
    this.element = make("div", { class: "lkn-number" }, label, this.field, this.slider);
  }

  dragged() {
    this.field.value = this.slider.value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.set(this.name, Number(this.slider.value));
    }, LATER_MS);
  }

  commit() {
    if (!this.typing) return;
    this.typing = false;
    if (this.field.value.trim() === "" || this.field.validity.badInput) this.update();
    else this.set(this.name, Number(this.field.value));
  }

  update() {
    if (this.typing || this.timer !== null) return;
    const value = this.model.get("plan")[this.name];
    this.field.value = value;
    this.slider.value = value;
    this.slider.setAttribute("aria-valuetext", this.unit ? `${value} ${this.unit}` : `${value}`);
  }
}

function switchOf([name, words, where], id, model, set) {
  const box = make("input", { type: "checkbox", id, onchange: () => set(name, box.checked) });
  const label = make("label", { for: id }, words, make("span", { class: "lkn-unit" }, ` (${where})`));
  return { element: make("span", { class: "lkn-switch" }, box, label), update: () => (box.checked = model.get("plan")[name]) };
}

class Form {
  constructor(model) {
    const id = Math.random().toString(36).slice(2);
    const set = (name, value) => sent(model, { kind: "set", name, value });
    this.model = model;
    this.pattern = make("select", { id: `${id}-pattern`, onchange: () => set("pattern", this.pattern.value) },
      ...Object.entries(model.get("patterns")).map(([name, words]) => make("option", { value: name, title: words }, name)));
    this.numbers = NUMBERS.map((each) => new NumberField(each, `${id}-${each[0]}`, model, set));
    this.switches = SWITCHES.map((each) => switchOf(each, `${id}-${each[0]}`, model, set));
    this.element = make("div", { class: "lkn-form" },
      make("div", { class: "lkn-number" }, make("label", { for: `${id}-pattern` }, "pattern"), make("span"), this.pattern),
      ...this.numbers.map((each) => each.element));
  }

  update() {
    this.pattern.value = this.model.get("plan").pattern;
    for (const each of [...this.numbers, ...this.switches]) each.update();
  }
}
