// Panels without a kernel. A panel's script asks a model for its values and tells it what was changed, as in JupyterLab;
// here the model's values are those that stand in the page.

class Model {
  constructor(state, changed) {
    this.state = state;
    this.changed = changed; // changed(model, name): what follows from a change, without a kernel
    this.heard = new Map();
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    this.tell(`change:${name}`, this, value);
    this.changed(this, name);
  }

  save_changes() {} // there is nobody to save them for

  send(message) {
    if (message.ask === "worst") this.tell("msg:custom", this.state.worst);
  }

  on(names, hears) {
    for (const name of names.split(" ")) this.heard.set(name, [...(this.heard.get(name) ?? []), hears]);
  }

  off(names, hears) {
    for (const name of names.split(" ")) this.heard.set(name, (this.heard.get(name) ?? []).filter((each) => each !== hears));
  }

  tell(name, ...given) {
    for (const hears of this.heard.get(name) ?? []) hears(...given);
  }
}

// What the kernel would answer, by panel.
const ANSWERS = {
  player(model, name) {
    if (name === "around") model.set("detail", model.get("details")[model.get("around")] ?? "");
  },
  stream(model, name) {
    if (name === "cuts") model.set("answer", read(model.get("ways"), model.get("fed"), model.get("cuts"), model.get("facts").bytes.length));
  },
};

// What each decoder makes of the stream with these cuts: its way through the states that it can be in, which were
// gathered when the site was made.
function read(ways, fed, cuts, size) {
  return { cuts, readings: ways.map((way) => reading(way, fed, [0, ...cuts, size])) };
}

function reading({ name, broken, states }, fed, ends) {
  const rows = [];
  let state = 0, verdict = null;
  for (let n = 1; n < ends.length; n++) {
    const recv = `recv ${n}`, piece = fed[`${ends[n - 1]}-${ends[n]}`];
    if (verdict) {
      rows.push([recv, piece, [], "", "", false]);
      continue;
    }
    const step = states[state][ends[n]];
    rows.push([recv, piece, step.out, step.held, step.error, true]);
    state = step.then;
    if (step.why) verdict = { right: step.right, why: step.why.replace("{n}", n) };
  }
  return { name, broken, printed: "", rows, ...verdict };
}

function octets(text) {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function bring(place) {
  const { panel } = place.dataset, { render, style, meanings } = labkitPanels[panel];
  const state = { meanings, ...JSON.parse(place.querySelector("script").textContent) };
  if ("octets" in state) state.octets = octets(state.octets);
  if (!document.getElementById(`labkit-${panel}`)) {
    const sheet = document.createElement("style");
    sheet.id = `labkit-${panel}`;
    sheet.textContent = style;
    document.head.append(sheet);
  }
  const el = document.createElement("div");
  el.className = "labkit-live";
  place.append(el);
  place.classList.add("labkit-alive");
  render({ model: new Model(state, ANSWERS[panel] ?? (() => {})), el });
}

// The panels' scripts stand where the panels do, and have run by then.
addEventListener("DOMContentLoaded", () => document.querySelectorAll(".labkit-alone").forEach(bring));
