// The box for a filter: what it says is tried at each key, and fields are proposed for the word that is being typed.

const PROPOSED = 8;

class FilterBox {
  // apply(test, text): the frames of this filter are to be shown
  constructor(apply) {
    this.apply = apply;
    const id = `lkp-fields-${Math.random().toString(36).slice(2)}`;
    this.input = make("input", {
      type: "text", role: "combobox", "aria-label": "Filter", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
      spellcheck: "false", autocomplete: "off", placeholder: "tcp.flags.syn == 1 && ip.src == 10.0.0.1   (↓ lists the fields)", class: "lkp-filter",
    });
    this.options = make("div", { id, role: "listbox", class: "lkp-proposed", hidden: true });
    this.clear = make("button", { type: "button", "aria-label": "Clear the filter", title: "Clear the filter", onclick: () => this.set("") }, "✕");
    this.said = speaker();
    this.said.className = "lkp-filter-said";
    this.element = make("div", { class: "lkp-filter-row" }, make("div", { class: "lkp-filter-box" }, this.input, this.options), this.clear);
    this.input.addEventListener("input", () => { this.propose(false); this.tried(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => { this.close(); this.tried(); });
    this.options.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault(); // the focus stays in the box
      if (option) this.take(option.dataset.name);
    });
    this.names = [];
    this.at = -1;
  }

  load(frames) {
    this.frames = frames;
    this.tried();
  }

  set(text) {
    this.input.value = text;
    this.close();
    this.tried();
  }

  tried() {
    const text = this.input.value;
    this.clear.hidden = !text;
    try {
      const { test, remark } = compile(text, this.frames);
      this.input.removeAttribute("aria-invalid");
      this.said.classList.remove("lkp-wrong");
      say(this.said, remark);
      this.apply(test, text);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const typing = !this.options.hidden; // a name that is not whole yet is no fault
      this.input.setAttribute("aria-invalid", String(!typing));
      this.said.classList.toggle("lkp-wrong", !typing);
      if (typing) return say(this.said, "");
      const where = text.slice(error.from, error.to).trim();
      say(this.said, where && !error.message.includes(where) ? `${error.message} (at ${where})` : error.message);
    }
    return undefined;
  }

  // The word before the caret, and where it begins.
  word() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const word = lastWord(before);
    return [word.toLowerCase(), before.length - word.length];
  }

  // Fields for the word; all: also for no word at all.
  propose(all) {
    const [word] = this.word();
    const fields = [...this.frames.fields.values()];
    const begun = fields.filter(({ name }) => name.startsWith(word)), within = fields.filter(({ name }) => !name.startsWith(word) && name.includes(word));
    const found = word || all ? [...begun, ...within] : [];
    if (!found.length || (found.length === 1 && found[0].name === word)) return this.close();
    this.names = found.map(({ name }) => name);
    this.options.replaceChildren(...found.map(({ name, words }, place) =>
      make("div", { role: "option", id: `${this.options.id}-${place}`, "data-name": name, "aria-selected": "false" }, make("b", {}, name), ` ${words}`)));
    this.options.style.maxHeight = `${PROPOSED * 22}px`;
    this.options.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.at = -1;
    this.input.removeAttribute("aria-activedescendant");
    return undefined;
  }

  close() {
    this.options.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  point(way) {
    const options = [...this.options.children], next = this.at + way;
    this.at = next < 0 ? options.length - 1 : next % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    this.input.setAttribute("aria-activedescendant", options[this.at].id);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  take(name) {
    const [word, from] = this.word(), { value } = this.input;
    this.input.value = value.slice(0, from) + name + value.slice(from + word.length);
    this.input.setSelectionRange(from + name.length, from + name.length);
    this.close();
    this.tried();
  }

  key(event) {
    const open = !this.options.hidden;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowDown" || (event.key === "ArrowUp" && open)) {
      if (!open) this.propose(true);
      if (!this.options.hidden) this.point(event.key === "ArrowDown" ? 1 : -1);
    } else if (open && this.at >= 0 && (event.key === "Enter" || event.key === "Tab")) this.take(this.names[this.at]);
    else if (open && event.key === "Tab" && this.names.length === 1) this.take(this.names[0]);
    else if (open && event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
