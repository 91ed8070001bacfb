// What the two ends of one conversation said, in the order in which it could be read.

const MOST_SHOWN = 200000; // bytes; more the page would be slow with

class Following {
  constructor(closed) {
    this.heading = make("h4", { class: "lkp-talk-title" });
    this.side = make("select", { "aria-label": "Whose words", onchange: () => this.paint() });
    this.form = make("select", { "aria-label": "Shown as", onchange: () => this.paint() }, make("option", { value: "text" }, "text"), make("option", { value: "bytes" }, "bytes"));
    const close = make("button", { type: "button", onclick: () => { this.element.hidden = true; closed(); } }, "Close");
    this.words = make("div", { class: "lkp-talk", role: "group", "aria-label": "What was said", tabindex: 0 });
    this.element = make("div", { class: "lkp-following", hidden: true }, this.heading, make("div", { class: "lkp-row" },
      make("label", {}, "Show ", this.side), make("label", {}, "as ", this.form), close), this.words);
  }

  show(what, talk, frames) {
    this.frames = frames;
    this.talk = talk;
    const total = [0, 0];
    for (const [side, , , size] of this.talk.pieces) total[side] += size;
    const [one, other] = this.talk.ends;
    this.heading.textContent = `${what} ${one} ↔ ${other}`;
    this.side.replaceChildren(make("option", { value: "" }, `both (${amount(total[0] + total[1])})`),
      ...[0, 1].map((side) => make("option", { value: side }, `only ${this.talk.ends[side]} (${amount(total[side])})`)));
    this.element.hidden = false;
    this.paint();
  }

  paint() {
    const only = this.side.value, form = this.form.value === "text" ? asText : asBytes;
    const turns = [];
    let shown = 0, left = 0;
    for (const [side, place, start, size, gap] of this.talk.pieces) {
      if (only !== "" && side !== Number(only)) continue;
      if (shown >= MOST_SHOWN) { left += size; continue; }
      let last = turns[turns.length - 1];
      if (!last || last.side !== side) turns.push(last = { side, parts: [] });
      if (gap) last.parts.push(null, gap);
      last.parts.push(this.bytes(place, start, size));
      shown += size;
    }
    this.words.replaceChildren(...turns.map(({ side, parts }) =>
      make("div", { class: `lkp-turn lkp-side${side}` }, make("span", { class: "lkp-speaker" }, this.talk.ends[side]), make("pre", {}, ...joined(parts).map((part) =>
        (typeof part === "number" ? make("em", {}, `⟨${amount(part)} that the capture does not hold⟩`) : form(part)))))),
      ...(left ? [make("div", {}, `… ${amount(left)} more`)] : []));
  }

  bytes(place, start, size) {
    const begin = this.frames.column("payload.at")(place) + start;
    return this.frames.whole(place).subarray(begin, begin + size);
  }
}

const amount = (count) => `${count.toLocaleString("en-GB")} byte${count === 1 ? "" : "s"}`;

// Byte runs that follow each other in one piece; null, n in the list stands for n missing bytes.
function joined(parts) {
  const found = [];
  let run = [];
  const end = () => {
    if (!run.length) return;
    const whole = new Uint8Array(run.reduce((sum, part) => sum + part.length, 0));
    run.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
    found.push(whole);
    run = [];
  };
  for (let place = 0; place < parts.length; place += 1) {
    if (parts[place] !== null) { run.push(parts[place]); continue; }
    end();
    found.push(parts[place += 1]);
  }
  end();
  return found;
}

// Bytes as text: UTF-8; what no letter stands for as a dot, and no carriage return before the end of a line.
function asText(bytes) {
  const unseen = (code) => (code < 32 && code !== 9 && code !== 10) || (code > 126 && code < 160) || code === 0xFFFD;
  return Array.from(new TextDecoder().decode(bytes), (sign) => (sign === "\r" ? "" : unseen(sign.codePointAt(0)) ? "·" : sign)).join("");
}

function asBytes(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(48)} ${part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("")}`);
  }
  return lines.join("\n");
}
