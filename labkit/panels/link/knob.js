// One condition of a cable, or of all: a slider for the usual values, a field for exact ones.

const PAUSE_MS = 50; // between two messages while one drags

class Knob {
  // facts: of this knob, from knobs.py;  cable: its name, and here(), the conditions that the knob sets
  constructor(facts, { host, name, here }, id, talk) {
    Object.assign(this, { facts, host, name, here, talk });
    this.typing = false; // what a hand is writing is not written over
    this.pending = null; // what is to be sent next
    this.timer = null;
    this.last = 0; // the number of the message sent last
    const { words, units } = facts, unit = units[1];
    this.slider = make("input", {
      type: "range", min: 0, max: facts.stops.length - 1, step: 1, id, "aria-label": `${words} of ${name}`,
      oninput: () => this.dragged(),
    });
    this.field = make("input", {
      type: "number", step: "any", class: "lkl-field", placeholder: facts.unlimited, "aria-label": `${words} of ${name}, ${unit}`,
      oninput: () => (this.typing = true),
      onchange: () => this.commit(),
      onkeydown: (event) => event.key === "Enter" && this.commit(),
      onblur: () => {
        this.typing = false;
        this.update();
      },
    });
    this.element = make("div", { class: "lkl-knob" },
      make("label", { for: id }, words, make("span", { class: "lkl-unit" }, ` (${unit})`)), this.field, this.slider);
  }

  spoken(value) {
    const { units, unlimited } = this.facts;
    return value == null ? unlimited : `${number(value)} ${units[value === 1 ? 0 : 1]}`;
  }

  // The place of the slider that is nearest to a value; what stands outside stays at the end.
  place(value) {
    const { stops } = this.facts;
    if (value == null) return stops.indexOf(null);
    const far = (place) => (stops[place] == null ? Infinity : Math.abs(stops[place] - value));
    return stops.reduce((best, _, place) => (far(place) <= far(best) ? place : best), 0);
  }

  dragged() {
    const value = this.facts.stops[Number(this.slider.value)];
    this.field.value = value ?? "";
    this.slider.setAttribute("aria-valuetext", this.spoken(value));
    this.later(value);
  }

  commit() {
    if (!this.typing) return;
    this.typing = false;
    const text = this.field.value.trim(), { words, unlimited, example } = this.facts;
    if (this.field.validity.badInput || (text === "" && !unlimited)) {
      this.update();
      this.refuse(`${words} is a number, such as ${example}; it stays as it was.`);
    } else this.send(text === "" ? null : Number(text));
  }

  refuse(words) {
    this.field.setAttribute("aria-invalid", "true");
    setTimeout(() => this.field.removeAttribute("aria-invalid"), 2500);
    this.talk.say(words);
  }

  // While one drags, a message every so often, and the last value always.
  later(value) {
    this.pending = { value };
    this.timer ??= setTimeout(() => {
      const now = this.pending;
      this.timer = this.pending = null;
      this.send(now.value);
    }, PAUSE_MS);
  }

  send(value) {
    this.last = this.talk.tell({ kind: "set", host: this.host, name: this.facts.name, value }, (refused) => {
      if (refused) {
        this.update();
        this.refuse(`Refused: ${refused}`);
      } else {
        const idle = this.idle() ? "; it acts where there is a rate" : "";
        this.talk.say(`${this.facts.words} of ${this.name}: ${this.spoken(value)}${idle}`);
      }
    });
  }

  // Does it do nothing, for want of the condition that it needs?
  idle() {
    const { needs } = this.facts;
    return needs !== "" && this.here().every((each) => each[needs] == null);
  }

  update() {
    if (this.pending || this.talk.waits(this.last)) return; // the answer is under way; until then, what the hand has set stands
    const { facts, field, slider } = this, values = this.here().map((each) => each[facts.name]);
    const same = values.every((value) => value === values[0]);
    slider.value = this.place(values[0]);
    const spoken = values.map((value) => this.spoken(value));
    slider.setAttribute("aria-valuetext", same ? spoken[0] : `differs: ${spoken.join(", ")}`);
    this.element.classList.toggle("lkl-mixed", !same);
    if (!this.typing) field.value = same ? values[0] ?? "" : "";
    field.placeholder = same ? facts.unlimited : "differ";
    if (facts.needs) {
      this.element.classList.toggle("lkl-idle", this.idle());
      this.element.title = this.idle() ? "The queue acts where there is a rate: without one nothing waits." : "";
    }
  }
}
