// The link panel: a row of controls for each cable, and what crosses it in the last ten seconds.

const SPAN = 10;
const LOST = {
  "queue full": "queue full", lost: "lost at random", cut: "cable cut", dropped: "dropped by a fault",
  refused: "refused by the receiver's kernel",
};

// What a slider's place means, and a condition's place on it; what stands outside stays at the end.
const steps = (low, decades, per) => ({
  max: decades * per,
  value: (place) => low * 10 ** (place / per),
  place: (value) => Math.max(0, Math.min(decades * per, Math.round(per * Math.log10(value / low)))),
});
const RATES = steps(0.1, 4, 10);
const QUEUES = steps(1, 3, 20);
const KNOBS = [
  {
    name: "delay_ms", words: "delay", unit: "ms", step: 1, max: 200, example: "20",
    value: (place) => place, place: (value) => Math.min(200, value), shown: (value) => value, said: (value) => `${number(value)} ms`,
  },
  {
    name: "rate_mbit", words: "rate", unit: "Mbit/s", step: 1, max: RATES.max + 1, example: "no limit",
    value: (place) => (place > RATES.max ? null : Number(RATES.value(place).toPrecision(2))),
    place: (value) => (value == null ? RATES.max + 1 : RATES.place(value)),
    shown: (value) => value, said: (value) => (value == null ? "no limit" : `${number(value)} Mbit/s`),
  },
  {
    name: "queue_packets", words: "queue", unit: "packets", step: 1, max: QUEUES.max, example: "100",
    value: (place) => Math.round(QUEUES.value(place)), place: (value) => QUEUES.place(value),
    shown: (value) => value, said: (value) => `${value} packet${value === 1 ? "" : "s"}`,
  },
  {
    name: "loss", words: "loss", unit: "%", step: 0.5, max: 30, example: "5",
    value: (place) => place, place: (value) => Math.min(30, value * 100),
    shown: (value) => Number((value * 100).toPrecision(6)), said: (value) => `${number(value * 100)} %`,
  },
];

function number(value) {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(size < 0.1 ? 2 : 3)));
}

function render({ model, el }) {
  const hosts = model.get("hosts");
  const view = Math.random().toString(36).slice(2);
  const said = speaker();
  const panel = make("div", { class: "lk lkp lkp-link", role: "group", "aria-label": "Link panel" });
  keepKeys(panel);

  // -- talking to the kernel: each message has a number, and is answered with it

  let count = 0;
  const waiting = new Map();
  function tell(message, answered = () => {}) {
    const n = ++count;
    const late = setTimeout(() => say(said, "The kernel is busy with a cell: this acts when the cell has ended."), 700);
    waiting.set(n, (refused) => {
      clearTimeout(late);
      answered(refused);
    });
    model.send({ ...message, n });
    return n;
  }

  // -- one cable

  function cable(host) {
    const here = () => {
      const all = model.get("conditions");
      return host == null ? all : [all[hosts.indexOf(host)]];
    };
    const name = host ?? "all cables";
    const knobs = KNOBS.map((knob) => control(knob, host, name, here));
    const picture = make("svg", { class: "lkl-cable", viewBox: "0 0 96 24", "aria-hidden": "true" });
    const state = make("span", { class: "lkl-state" });
    const toggle = make("button", {
      type: "button", role: "switch", class: "lkl-switch", "aria-checked": "false",
      "aria-label": host == null ? "Cut all cables" : `Cut the cable of ${host}`,
      onclick: () => {
        const cut = toggle.getAttribute("aria-checked") !== "true";
        tell({ kind: "cut", host, value: cut }, (refused) => say(said, refused || `${whose(host)} ${cut ? "cut" : "joined"}.`));
      },
    }, picture, state);
    const place = host == null ? "" : `h${hosts.indexOf(host) % 6}`;
    const box = make("fieldset", { class: `lkl-link ${place}` },
      make("legend", {}, make("span", { class: "lkl-host" }, name)),
      make("div", { class: "lkl-controls" }, ...knobs.map((knob) => knob.element),
        make("div", { class: "lkl-end" }, toggle)));
    function update() {
      knobs.forEach((knob) => knob.update());
      const cuts = here().map((each) => each.cut);
      const cut = cuts.every(Boolean);
      toggle.setAttribute("aria-checked", String(cut));
      state.textContent = cut ? "cut" : cuts.some(Boolean) ? "some cut" : "joined";
      box.classList.toggle("lkl-iscut", cut);
      picture.replaceChildren(...drawCable(cut));
    }
    return { box, update };
  }

  const whose = (host) => (host == null ? "All cables are" : `The cable of ${host} is`);

  function drawCable(cut) {
    const line = (d, extra = "") => make("path", { d, class: `lkl-wire ${extra}` });
    const plugs = [
      make("rect", { x: 1, y: 7, width: 11, height: 10, rx: 2, class: "lkl-plug" }),
      make("rect", { x: 84, y: 7, width: 11, height: 10, rx: 2, class: "lkl-plug" }),
    ];
    if (!cut) return [line("M12 12 H84"), ...plugs];
    return [
      line("M12 12 H30 C34 12 35 9 38 6"), line("M66 18 C62 15 62 12 58 12", "lkl-none"), line("M84 12 H66 C62 12 61 15 58 18"),
      line("M38 6 l4 -1 M38 6 l3 3", "lkl-fray"), line("M58 18 l-4 1 M58 18 l-3 -3", "lkl-fray"), ...plugs,
    ];
  }

  // -- one condition: a slider for the usual values, a field for exact ones

  let ids = 0;
  function control(knob, host, name, here) {
    const id = `${view}-${++ids}-${knob.name}`;
    const slider = make("input", {
      type: "range", min: 0, max: knob.max, step: knob.step, id, "aria-label": `${knob.words} of ${name}`,
      oninput: () => {
        const value = knob.value(Number(slider.value));
        field.value = value ?? "";
        slider.setAttribute("aria-valuetext", value == null ? "no limit" : `${number(value)} ${knob.unit}`);
        later(value);
      },
    });
    const field = make("input", {
      type: "number", step: "any", class: "lkl-field", placeholder: knob.name === "rate_mbit" ? "no limit" : "",
      "aria-label": `${knob.words} of ${name}, ${knob.unit}`,
      oninput: () => (typing = true),
      onchange: () => commit(),
      onkeydown: (event) => event.key === "Enter" && commit(),
      onblur: () => {
        typing = false;
        update();
      },
    });
    let typing = false; // what a hand is writing is not written over
    function commit() {
      if (!typing) return;
      typing = false;
      const text = field.value.trim();
      if (field.validity.badInput || (text === "" && knob.name !== "rate_mbit")) {
        update();
        refuse(`${knob.words} is a number, such as ${knob.example}; it stays as it was.`);
      } else send(text === "" ? null : Number(text));
    }
    const element = make("div", { class: "lkl-knob" },
      make("label", { for: id }, knob.words, make("span", { class: "lkl-unit" }, ` (${knob.unit})`)), field, slider);

    function refuse(words) {
      field.setAttribute("aria-invalid", "true");
      setTimeout(() => field.removeAttribute("aria-invalid"), 2500);
      say(said, words);
    }
    // While one drags, a message every 50 ms at most, and the last value always.
    let pending, timer, last = 0;
    function later(value) {
      pending = { value };
      timer ??= setTimeout(() => {
        timer = undefined;
        const now = pending;
        pending = undefined;
        send(now.value);
      }, 50);
    }
    function send(value) {
      last = tell({ kind: "set", host, name: knob.name, value }, (refused) => {
        if (refused) {
          update();
          refuse(`Refused: ${refused}`);
        } else {
          const idle = element.classList.contains("lkl-idle") ? "; it acts where there is a rate" : "";
          say(said, `${knob.words} of ${name}: ${value == null ? "no limit" : `${number(value)} ${knob.unit}`}${idle}`);
        }
      });
    }
    function update() {
      if (pending || waiting.has(last)) return; // the answer is under way; until then, what the hand has set stands
      const values = here().map((each) => each[knob.name]);
      const same = values.every((value) => value === values[0]);
      slider.value = knob.place(values[0]);
      slider.setAttribute("aria-valuetext", same ? knob.said(values[0]) : `differs: ${values.map(knob.said).join(", ")}`);
      element.classList.toggle("lkl-mixed", !same);
      if (!typing) field.value = same ? knob.shown(values[0]) ?? "" : "";
      field.placeholder = same ? (knob.name === "rate_mbit" ? "no limit" : "") : "differ";
      if (knob.name === "queue_packets") {
        const idle = here().every((each) => each.rate_mbit == null);
        element.classList.toggle("lkl-idle", idle);
        element.title = idle ? "The queue acts where there is a rate: without one nothing waits." : "";
      }
    }
    return { element, update };
  }

  const cables = [cable(null), ...hosts.map(cable)];
  const boxes = cables.map((each) => each.box);
  const links = hosts.length <= 4 ? boxes
    : [boxes[0], make("details", {}, make("summary", {}, `The cable of each of the ${hosts.length} hosts`), ...boxes.slice(1))];

  // -- something to see

  const seconds = make("select", { "aria-label": "for how long" },
    ...[5, 10, 20, 60].map((each) => make("option", { value: each, selected: each === 10 }, `for ${each} s`)));
  const start = make("button", {
    type: "button",
    onclick: () => {
      const on = model.get("sending").on;
      tell(on ? { kind: "stop" } : { kind: "send", seconds: Number(seconds.value) }, (refused) => refused && say(said, `Refused: ${refused}`));
    },
  });
  const sent = make("span", { class: "lkl-sent" });
  function updateSending() {
    const { on, words } = model.get("sending");
    start.textContent = on ? "Stop sending" : "Send something";
    seconds.disabled = on;
    sent.textContent = words || `a bulk TCP transfer from ${hosts[0]} to ${hosts[1]}; nothing is sent before you press it`;
  }

  // -- the plots

  let samples = [];
  let cursor = null; // how many samples before the last one is pointed at
  let pointer = null; // where the mouse stands, while it does: time moves on under it
  const plots = make("svg", { class: "lkl-plots", tabindex: 0, role: "img" });
  const readout = make("div", { class: "lkl-readout", "aria-live": "polite" });
  const figures = make("table", { class: "lkl-figures" });

  plots.addEventListener("pointermove", (event) => {
    const box = plots.getBoundingClientRect();
    pointer = event.clientX - box.left;
    soon();
  });
  plots.addEventListener("pointerleave", () => {
    pointer = null;
    if (document.activeElement !== plots) point(null);
  });
  plots.addEventListener("focus", () => point(cursor ?? 0));
  plots.addEventListener("blur", () => point(null));
  plots.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: 1, ArrowRight: -1, Home: samples.length, End: -samples.length }[event.key];
    if (move == null) return;
    event.preventDefault();
    pointer = null;
    point(Math.max(0, Math.min(samples.length - 1, (cursor ?? 0) + move)));
  });
  function point(place) {
    cursor = samples.length ? place : null;
    soon();
  }

  const drawn = {};
  let asked = false;
  function soon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }

  function draw() {
    const width = Math.max(280, Math.floor(panel.clientWidth || 700));
    const now = samples.length ? samples.at(-1).t : 0;
    const shown = samples.filter((sample) => sample.t > now - SPAN);
    const left = 58, right = width < 520 ? 62 : 84, wide = width - left - right;
    const x = (t) => left + wide * (1 - (now - t) / SPAN);
    const lanes = Math.min(hosts.length, 6);
    const top = { rate: 22, lost: 0, queue: 0 }, high = { rate: 132, lost: 15 * lanes + 2, queue: 76 };
    top.lost = top.rate + high.rate + 22;
    top.queue = top.lost + high.lost + 24;
    const bottom = top.queue + high.queue, height = bottom + 34;
    const parts = [];
    const text = (where, role, words, extra = {}) => make("text", { x: where[0], y: where[1], class: role, ...extra }, words);

    const rates = shown.flatMap((sample) => sample.hosts.flatMap((host) => [host.sent, host.delivered]));
    const rateTop = nice(Math.max(1e-3, ...rates));
    const conditions = model.get("conditions");
    const most = Math.max(0, ...shown.flatMap((sample) => sample.hosts.map((host) => host.waiting)));
    const limits = conditions.map((each) => (each.rate_mbit == null ? null : each.queue_packets));
    const near = limits.filter((limit) => limit != null && most > 0 && limit <= most * 2);
    const queueTop = nice(Math.max(10, most, ...near));
    const yRate = (value) => top.rate + high.rate * (1 - value / rateTop);
    const yQueue = (value) => top.queue + high.queue * (1 - value / queueTop);

    // Ground: axes, hairlines, units. Time is one axis for all.
    for (let back = 0; back <= SPAN; back += 2) {
      const at = x(now - back);
      parts.push(make("line", { class: "lkl-hair", x1: at, x2: at, y1: top.rate, y2: bottom }));
      parts.push(text([at, bottom + 15], "tick", back ? `\u2212${back}` : "now", { "text-anchor": "middle" }));
    }
    parts.push(text([left + wide / 2, bottom + 30], "tick", "time (s)", { "text-anchor": "middle" }));
    for (const [y, topmost, unit, title, at] of [
      [yRate, rateTop, "Mbit/s", "throughput (Mbit/s)", top.rate],
      [yQueue, queueTop, "packets", "waiting in the queue (packets)", top.queue],
    ]) {
      for (const value of [0, topmost / 2, topmost]) {
        parts.push(make("line", { class: "lkl-hair", x1: left, x2: left + wide, y1: y(value), y2: y(value) }));
        if (Number.isInteger(value) || unit === "Mbit/s") parts.push(text([left - 6, y(value) + 3.5], "tick", number(value), { "text-anchor": "end" }));
      }
      parts.push(text([left, at - 8], "quiet", title));
    }
    const legend = left + wide;
    const key = (weight, from, words, end) => parts.push(
      make("line", { class: `lkl-key ${weight}`, x1: legend - from, x2: legend - from + 16, y1: top.rate - 12, y2: top.rate - 12 }),
      text([legend - end, top.rate - 8], "quiet", words, { "text-anchor": "end" }));
    key("lkl-thin", 122, "sent", 78);
    key("lkl-thick", 68, "delivered", 0);
    parts.push(text([left, top.lost - 8], "quiet", "lost (a cross: some were)"));

    const ends = [], queueEnds = [];
    hosts.forEach((host, h) => {
      const colour = `h${h % 6}`;
      const curve = (y, value) => {
        let d = "";
        for (const sample of shown) {
          const at = Math.max(left, x(sample.t - sample.dt)), level = y(value(sample.hosts[h])).toFixed(1);
          d += `${d ? "L" : "M"}${at.toFixed(1)} ${level}H${x(sample.t).toFixed(1)}`;
        }
        return d;
      };
      const delivered = curve(yRate, (each) => each.delivered);
      if (shown.length) {
        const from = Math.max(left, x(shown[0].t - shown[0].dt)).toFixed(1);
        parts.push(make("path", { class: `lkl-area a ${colour}`, d: `${delivered}V${yRate(0)}H${from}Z` }));
        parts.push(make("path", { class: `lkl-curve lkl-thick l ${colour}`, d: delivered }));
        parts.push(make("path", { class: `lkl-curve lkl-thin l ${colour}`, d: curve(yRate, (each) => each.sent) }));
        parts.push(make("path", { class: `lkl-curve lkl-mid l ${colour}`, d: curve(yQueue, (each) => each.waiting) }));
      }
      const last = shown.at(-1)?.hosts[h];
      ends.push({ h, host, y: yRate(last ? last.delivered : 0) });
      queueEnds.push({ h, host, y: yQueue(last ? last.waiting : 0) });
      const limit = limits[h];
      if (limit != null && limit <= queueTop && near.length) {
        parts.push(make("line", { class: `lkl-limit l ${colour}`, x1: left, x2: left + wide, y1: yQueue(limit), y2: yQueue(limit) }));
      }
      if (h < lanes) {
        const y = top.lost + 15 * h + 8;
        parts.push(make("line", { class: "lkl-hair", x1: left, x2: left + wide, y1: y, y2: y }));
        parts.push(text([left + wide + 8, y + 4], "lkl-name n " + colour, short(host)));
        for (const sample of shown) {
          if (!Object.keys(sample.hosts[h].lost).length) continue;
          const at = Math.max(left + 5, x(sample.t - sample.dt / 2));
          parts.push(make("path", { class: "lkl-cross", d: `M${at - 4} ${y - 4}l8 8M${at + 4} ${y - 4}l-8 8` }));
        }
      }
    });
    for (const list of [ends, queueEnds]) {
      for (const end of spread(list, 13, list === ends ? top.rate + high.rate : bottom)) {
        parts.push(text([left + wide + 8, end.at + 4], `lkl-name n h${end.h % 6}`, short(end.host)));
      }
    }
    drawn.nearest = (px) => {
      const t = now - SPAN * (1 - (px - left) / wide);
      let best = null;
      shown.forEach((sample, index) => {
        if (t > sample.t - sample.dt && t <= sample.t) best = shown.length - 1 - index;
      });
      return best;
    };
    if (pointer != null) cursor = drawn.nearest(pointer) ?? cursor;
    const marked = cursor == null ? null : shown[shown.length - 1 - cursor];
    if (marked) {
      const at = x(marked.t - marked.dt / 2);
      parts.push(make("line", { class: "lkl-cursor", x1: at, x2: at, y1: top.rate, y2: bottom }));
    }
    plots.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plots.setAttribute("width", width);
    plots.setAttribute("height", height);
    plots.setAttribute("aria-label", "Throughput, losses and queue of the last ten seconds; arrow keys walk through them. "
      + "The table below has the figures.");
    plots.replaceChildren(...parts);
    say(readout, marked ? `${number(now - marked.t)} s ago: ${marked.hosts.map((each, h) => told(hosts[h], each)).join("; ")}` : "");
    tabulate(shown);
  }

  const told = (host, each) => `${host} sent ${number(each.sent)}, delivered ${number(each.delivered)} Mbit/s, ${each.waiting} waiting`
    + (Object.keys(each.lost).length ? `, lost ${losses(each.lost)}` : "");

  // A cell for each figure, made once: what changes is its words.
  const cells = hosts.map(() => ["sent", "delivered", "waiting", "lost"].map(() => make("td")));
  figures.append(
    make("thead", {}, make("tr", {}, ...["host", "sends (Mbit/s)", "delivered (Mbit/s)", "waiting (packets)", "lost in 10 s (frames)"]
      .map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...hosts.map((host, h) => make("tr", { class: `h${h % 6}` },
      make("th", { scope: "row", class: "lkl-host" }, host), ...cells[h]))));
  function tabulate(shown) {
    const now = shown.at(-1);
    hosts.forEach((host, h) => {
      const lost = {};
      for (const sample of shown) for (const [fate, count] of Object.entries(sample.hosts[h].lost)) lost[fate] = (lost[fate] || 0) + count;
      const each = now?.hosts[h];
      const words = [each ? number(each.sent) : "0", each ? number(each.delivered) : "0", each ? String(each.waiting) : "0", losses(lost) || "0"];
      words.forEach((text, place) => say(cells[h][place], text));
    });
  }

  const losses = (lost) => Object.entries(lost).map(([fate, frames]) => `${frames} (${LOST[fate] || fate})`).join(", ");
  const short = (name) => (name.length > 10 ? `${name.slice(0, 9)}\u2026` : name);

  // -- put together

  const ended = make("div", { class: "lkl-ended", role: "alert" });
  panel.append(...links, make("div", { class: "lkp-row lkl-traffic" }, start, seconds, sent), said, plots, readout, figures, ended);
  el.append(panel);

  function update() {
    cables.forEach((each) => each.update());
    soon();
  }
  function updateEnd() {
    const words = model.get("ended");
    say(ended, words);
    if (words) for (const each of panel.querySelectorAll("button, input, select")) each.disabled = true;
  }
  function message(content) {
    if (content.kind === "sample") samples = [...samples.filter((sample) => sample.t > content.sample.t - SPAN - 2), content.sample];
    else if (content.kind === "history") samples = content.samples;
    else if (content.kind === "done") {
      const answered = waiting.get(content.n);
      waiting.delete(content.n);
      answered?.(content.refused);
      update();
      return;
    }
    soon();
  }
  const watched = [["msg:custom", message], ["change:conditions", update], ["change:sending", updateSending], ["change:ended", updateEnd]];
  for (const [event, handler] of watched) model.on(event, handler);
  update();
  updateSending();
  updateEnd();
  const resized = new ResizeObserver(soon);
  resized.observe(panel);
  let shownNow = null;
  const looked = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting === shownNow) return;
    shownNow = entry.isIntersecting;
    model.send({ kind: shownNow ? "hello" : "seen", view, on: shownNow, n: 0 });
  });
  looked.observe(panel);
  return () => {
    for (const [event, handler] of watched) model.off(event, handler);
    resized.disconnect();
    looked.disconnect();
    if (shownNow) model.send({ kind: "seen", view, on: false, n: 0 });
  };
}

// The next number of the kind 1, 2, 5, 10, 20 … that is not below.
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * size).find((each) => each >= value * 0.999);
}

// Labels at the ends of lines, at least `apart` pixels from each other, in their order, none below `lowest`.
function spread(list, apart, lowest) {
  const sorted = [...list].sort((a, b) => a.y - b.y);
  let last = -Infinity;
  for (const each of sorted) last = each.at = Math.max(each.y, last + apart);
  let next = lowest + apart;
  for (const each of sorted.reverse()) next = each.at = Math.min(each.at, next - apart);
  return sorted;
}

export default { render };
