// The Nagle explorer: how to write, a Run button, and this run beside the run before.

const NUMBERS = [
  ["size", "size", "bytes"], ["writes", "writes", ""], ["gap_ms", "gap", "ms"], ["round_trip_ms", "round trip", "ms"],
];
const SWITCHES = [["nodelay", "TCP_NODELAY", "client"], ["cork", "TCP_CORK", "client"], ["quickack", "quick ACKs", "server"]];

function render({ model, el }) {
  const panel = make("div", { class: "lk lkp lkp-nagle", role: "group", "aria-label": "Nagle explorer" });
  keepKeys(panel);
  const id = Math.random().toString(36).slice(2);
  const set = (name, value) => model.send({ kind: "set", name, value });
  const said = speaker();

  // -- how to write

  const patterns = model.get("patterns");
  const pattern = make("select", { id: `${id}-pattern`, onchange: () => set("pattern", pattern.value) },
    ...Object.entries(patterns).map(([name, words]) => make("option", { value: name, title: words }, name)));
  const numbers = NUMBERS.map(([name, words, unit]) => {
    const [low, high] = model.get("bounds")[name];
    let typing = false, timer;
    const slider = make("input", {
      type: "range", min: low, max: high, id: `${id}-${name}`, "aria-label": words,
      oninput: () => {
        field.value = slider.value;
        clearTimeout(timer);
        timer = setTimeout(() => {
          timer = undefined;
          set(name, Number(slider.value));
        }, 50);
      },
    });
    const commit = () => {
      if (!typing) return;
      typing = false;
      if (field.value.trim() === "" || field.validity.badInput) update();
      else set(name, Number(field.value));
    };
    const field = make("input", {
      type: "number", step: "any", "aria-label": unit ? `${words}, ${unit}` : words,
      oninput: () => (typing = true), onchange: commit,
      onkeydown: (event) => event.key === "Enter" && commit(),
    });
    const update = () => {
      if (typing || timer !== undefined) return;
      const value = model.get("plan")[name];
      field.value = value;
      slider.value = value;
      slider.setAttribute("aria-valuetext", unit ? `${value} ${unit}` : `${value}`);
    };
    const label = make("label", { for: `${id}-${name}` }, words, unit ? make("span", { class: "lkn-unit" }, ` (${unit})`) : "");
    return { element: make("div", { class: "lkn-number" }, label, field, slider), update, inputs: [slider, field] };
  });
  const switches = SWITCHES.map(([name, words, where]) => {
    const box = make("input", { type: "checkbox", id: `${id}-${name}`, onchange: () => set(name, box.checked) });
    return {
      element: make("span", { class: "lkn-switch" }, box, make("label", { for: box.id }, words, make("span", { class: "lkn-unit" }, ` (${where})`))),
      update: () => (box.checked = model.get("plan")[name]), inputs: [box],
    };
  });
  const run = make("button", { type: "button", class: "lkn-run", onclick: () => {
    run.disabled = true;
    late = setTimeout(() => say(said, "The kernel is busy with a cell: the run begins when the cell has ended."), 700);
    model.send({ kind: "run" });
  } }, "Run");
  let late;
  const text = make("div", { class: "lkn-text" });
  const refused = make("div", { class: "lkn-refused", role: "alert" });
  const result = make("div", { class: "lkn-result" });

  panel.append(
    make("div", { class: "lkn-form" },
      make("div", { class: "lkn-number" }, make("label", { for: `${id}-pattern` }, "pattern"), make("span"), pattern),
      ...numbers.map((each) => each.element)),
    make("div", { class: "lkp-row" }, ...switches.map((each) => each.element), run),
    text, said, refused, result);
  el.append(panel);

  // -- what came of it

  function updatePlan() {
    pattern.value = model.get("plan").pattern;
    for (const each of [...numbers, ...switches]) each.update();
    text.textContent = model.get("text");
  }
  let before = null;
  function updateRunning() {
    const running = model.get("running");
    clearTimeout(late);
    run.disabled = running;
    run.textContent = running ? "Running\u2026" : "Run";
    if (running) say(said, "Running: two hosts are made, the client writes, the server answers.");
    else if (before && !model.get("refused")) say(said, summary());
    else if (before) say(said, "");
    before = running;
  }
  function summary() {
    const { rows, runs = [] } = model.get("shown");
    if (!rows) return "";
    const found = rows.filter((row) => row.change).length;
    const change = runs.length < 2 ? "" : found ? `; of ${rows.length} answers ${found} changed` : "; nothing changed";
    return `Done: the last answer came ${rows[4].now} after the first write${change}.`;
  }
  function updateRefused() {
    say(refused, model.get("refused"));
  }
  function updateShown() {
    const { rows, changes = [], runs = [] } = model.get("shown");
    if (!rows) return result.replaceChildren();
    const two = runs.length > 1;
    const table = make("table", { class: "lkn-figures" },
      make("thead", {}, make("tr", {}, make("td"), make("th", { scope: "col" }, "this run"),
        ...(two ? [make("th", { scope: "col" }, "the run before"), make("th", { scope: "col" }, "change")] : []))),
      make("tbody", {}, ...rows.map((row) => make("tr", { class: row.change ? "lkn-changed" : "" },
        make("th", { scope: "row" }, row.what), make("td", {}, row.now),
        ...(two ? [make("td", {}, row.before), make("td", {}, row.change || "\u00a0")] : [])))));
    const columns = runs.map((each, place) => {
      const sequence = make("div", { class: "lkn-picture" }), ladder = make("div", { class: "lkn-picture" });
      sequence.innerHTML = each.sequence; // drawn by us, its words escaped
      ladder.innerHTML = each.ladder;
      return make("section", { class: "lkn-run-shown", "aria-label": place ? "The run before" : "This run" },
        make("h4", {}, place ? "The run before" : "This run"), make("p", {}, each.text), sequence, ladder,
        make("details", {}, make("summary", {}, "The ladder as text"), make("pre", { tabindex: 0 }, each.words)));
    });
    const changed = !two ? "" : changes.length ? `Between the two: ${changes.join("; ")}.` : "Between the two: nothing was set otherwise.";
    result.replaceChildren(table, make("p", { class: "lkn-changes" }, changed), make("div", { class: "lkn-columns" }, ...columns));
  }
  const watched = [["change:plan", updatePlan], ["change:text", updatePlan], ["msg:custom", updatePlan],
    ["change:shown", updateShown], ["change:refused", updateRefused], ["change:running", updateRunning]];
  for (const [event, handler] of watched) model.on(event, handler);
  updatePlan();
  updateRefused();
  updateShown();
  updateRunning();
  // ipykernel 7 hands a panel's messages to a subshell, a thread beside the cells, once it has answered one there.
  model.send({ kind: "hello" });
  return () => watched.forEach(([event, handler]) => model.off(event, handler));
}

export default { render };
