// The state machine. Python has drawn it: here classes are changed in the drawing, and words are set beside it.

const STEP_MS = 1400; // between two steps while it plays
const TRAVEL_MS = 450; // of the dot along an arrow

function machine(model, el) {
  const journeys = model.get("journeys");
  const book = model.get("book");
  const root = make("div", { class: "lk lkp lkp-machine" });
  const picture = make("div", { class: "lkp-picture" });
  picture.innerHTML = model.get("drawing");
  const svg = picture.querySelector("svg");
  const line = speaker();
  const card = make("div", { class: "lkp-card" });
  const ways = new Map([...svg.querySelectorAll("[data-way]")].map((g) => [g.dataset.way, g]));
  const boxes = new Map([...svg.querySelectorAll("[data-box]")].map((g) => [g.dataset.box, g]));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const name = (box) => box.replace(" after", "");

  // view: {on: Map(way, ends), now: [[end, way]], lit: [box], reached: Set or null}
  function show(view) {
    for (const [key, g] of ways) {
      const ends = view.on.get(key) ?? new Set();
      for (const end of [0, 1]) {
        g.classList.toggle(`on${end}`, ends.has(end));
        g.classList.toggle(`now${end}`, view.now.some(([who, which]) => who === end && which === key));
      }
    }
    for (const [box, g] of boxes) {
      const here = view.lit.map((where) => where === box);
      here.forEach((is, end) => g.classList.toggle(`lit${end}`, is));
      g.classList.toggle("lit", here.some(Boolean));
      g.classList.toggle("both", here.filter(Boolean).length === 2);
      g.classList.toggle("apart", view.reached !== null && !view.reached.has(box));
      const who = here.map((is, end) => (is ? names[end] : null)).filter(Boolean);
      g.setAttribute("aria-label", `${name(box)}${who.length ? `: ${who.join(" and ")}` : ""}`);
    }
  }

  // Where the picture is wider than its place: bring a state into view.
  function scrollTo(box) {
    const [x] = middle(box);
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const wide = picture.clientWidth;
    if (picture.scrollWidth > wide) picture.scrollTo({ left: (x + 66) * scale - wide / 2, behavior: still ? "auto" : "smooth" });
  }

  // A dot that runs along the arrow that was taken last.
  function travel([end, key]) {
    const path = ways.get(key)?.querySelector(`.t${end} path`);
    if (still || !path) return;
    svg.querySelector(".lkp-token")?.remove();
    const dot = make("circle", { class: `lkp-token e${end}`, r: 6 });
    svg.append(dot);
    const begun = performance.now();
    const length = path.getTotalLength();
    const move = (now) => {
      const share = Math.min(1, (now - begun) / TRAVEL_MS);
      const at = path.getPointAtLength(length * share);
      dot.setAttribute("cx", at.x);
      dot.setAttribute("cy", at.y);
      if (share < 1 && dot.isConnected) requestAnimationFrame(move);
      else dot.remove();
    };
    move(begun);
  }

  // -- the states as buttons: one Tab stop, arrows walk to the next box that way

  let names = ["here"];
  let chosen = boxes.keys().next().value;
  const middle = (box) => {
    const rect = boxes.get(box).querySelector(".box");
    return [rect.x.baseVal.value, rect.y.baseVal.value];
  };
  function next(box, key) {
    const [x, y] = middle(box);
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    let best = null;
    for (const other of boxes.keys()) {
      const [ox, oy] = middle(other);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (ahead > 0 && (!best || ahead + 2 * aside < best.cost)) best = { other, cost: ahead + 2 * aside };
    }
    return best?.other ?? box;
  }
  function choose(box) {
    boxes.get(chosen).setAttribute("tabindex", "-1");
    chosen = box;
    boxes.get(box).setAttribute("tabindex", "0");
    describe(box);
  }
  for (const [box, g] of boxes) {
    g.setAttribute("role", "button");
    g.setAttribute("tabindex", box === chosen ? "0" : "-1");
    g.addEventListener("focus", () => choose(box));
    g.addEventListener("click", () => {
      g.focus();
      enter(box);
    });
    g.addEventListener("pointerenter", () => describe(box));
    g.addEventListener("pointerleave", () => describe(chosen));
    g.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") enter(box);
      else if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      if (event.key.startsWith("Arrow")) boxes.get(next(box, event.key)).focus();
    });
  }
  // On a walk: go there, if an arrow leads there from where one is.
  function enter(box) {
    const way = walker && book[name(walker.box)].out.find((each) => walker.leads(each) === box);
    if (way) walker.go(way);
  }
  function describe(box) {
    const state = book[name(box)];
    const out = state.out.map((way) => {
      const words = `${way.label} → ${way.after}`;
      const note = way.note ? make("span", { class: "lkp-quiet" }, ` (${way.note})`) : null;
      const go = walker && box === walker.box;
      return make("li", {}, go ? make("button", { type: "button", onclick: () => walker.go(way) }, words) : words, note);
    });
    card.replaceChildren(
      make("h4", {}, name(box), make("span", { class: "lkp-quiet" }, ` RFC 9293 section ${state.section}`)),
      make("div", {}, state.meaning),
      make("ul", { class: "lkp-ways", "aria-label": `Ways out of ${name(box)}` }, ...out),
    );
  }

  // -- with a trace: a journey that one steps through

  function traveller() {
    let journey, count, timer;
    const slider = make("input", { type: "range", min: 0, step: 1, class: "lkp-range", "aria-label": "Step" });
    const back = make("button", { type: "button", onclick: () => to(count - 1) }, "◀ Back");
    const forth = make("button", { type: "button", onclick: () => to(count + 1) }, "Next ▶");
    const play = make("button", { type: "button", "aria-pressed": "false", onclick: toggle }, "Play");
    const select = make("select", { "aria-label": "Connection" }, ...journeys.map((each, at) => make("option", { value: at }, each.title)));
    const where = make("div", { class: "lkp-columns" });
    const steps = make("ol", { class: "lkp-steps" });
    const remarks = make("div", { class: "lkp-quiet" });
    slider.addEventListener("input", () => to(Number(slider.value)));
    select.addEventListener("change", () => load(Number(select.value)));

    function load(at) {
      stop();
      journey = journeys[at];
      names = journey.hosts;
      journey.marks.forEach((mark, end) => {
        svg.style.setProperty(`--c${end}`, `var(--h${mark.colour})`);
        svg.style.setProperty(`--u${end}`, `var(--t${mark.colour})`);
        for (const text of svg.querySelectorAll(`.s${end} text`)) text.textContent = mark.sign;
        const [who, address] = svg.querySelectorAll(`.legend.e${end} tspan`);
        who.textContent = mark.name;
        address.textContent = mark.address;
      });
      slider.max = journey.steps.length;
      steps.replaceChildren(...journey.steps.map((step, at) => make("li", { onclick: () => to(at + 1) }, step.said)));
      remarks.replaceChildren(...journey.remarks.map((words) => make("p", {}, words)));
      count = -1;
      to(0);
    }
    function to(wanted) {
      const before = count;
      count = Math.max(0, Math.min(journey.steps.length, wanted));
      const on = new Map();
      const lit = [...journey.start];
      for (const step of journey.steps.slice(0, count)) {
        for (const way of step.ways) on.set(way, (on.get(way) ?? new Set()).add(step.end));
        lit[step.end] = step.box;
      }
      const last = journey.steps[count - 1];
      const now = last ? last.ways.map((way) => [last.end, way]) : [];
      show({ on, now, lit, reached: new Set(journey.reached) });
      if (count === before + 1 && now.length) travel(now[now.length - 1]);
      slider.value = count;
      const words = last ? `${count} of ${journey.steps.length}. ${last.said}` : `Before the first of ${journey.steps.length} steps.`;
      slider.setAttribute("aria-valuetext", words);
      say(line, words);
      back.disabled = count === 0;
      forth.disabled = count === journey.steps.length;
      if (forth.disabled) stop();
      [...steps.children].forEach((item, at) => {
        item.classList.toggle("later", at >= count);
        if (at === count - 1) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      });
      where.replaceChildren(
        ...lit.map((box, end) => {
          const state = box ? `${name(box)}. ${book[name(box)].meaning}` : "the trace does not tell.";
          return make("div", { class: "lkp-where" }, make("strong", {}, journey.hosts[end]), ": ", state);
        }),
      );
      if (!last) picture.scrollTo({ left: 0 });
      else if (last.box) {
        const box = last.box;
        scrollTo(box);
        if (document.activeElement?.closest?.("[data-box]") == null) choose(box);
      }
    }
    function toggle() {
      if (timer) return stop();
      if (count === journey.steps.length) to(0);
      play.setAttribute("aria-pressed", "true");
      play.textContent = "Pause";
      timer = setInterval(() => (root.isConnected ? to(count + 1) : stop()), STEP_MS);
    }
    function stop() {
      clearInterval(timer);
      timer = null;
      play.setAttribute("aria-pressed", "false");
      play.textContent = "Play";
    }

    const list = make("div", {}, make("h4", {}, "Steps"), steps, remarks);
    root.append(
      ...(journeys.length > 1 ? [make("div", { class: "lkp-row" }, make("label", {}, "Connection ", select))] : []),
      make("div", { class: "lkp-row" }, back, slider, forth, play),
      line,
      picture,
      where,
      make("div", { class: "lkp-columns" }, list, card),
    );
    load(0);
    return stop;
  }

  // -- without: a walk on one's own feet

  let walker = null;
  function walk() {
    const path = []; // [box before, way]
    const back = make("button", { type: "button", onclick: () => step(path.pop()[0]) }, "◀ Back");
    const again = make("button", { type: "button", onclick: () => { path.length = 0; step("CLOSED"); } }, "Start again");
    walker = {
      box: "CLOSED",
      leads({ key, after }) {
        const upper = key === "LISTEN>CLOSED" || key === "SYN-SENT>CLOSED";
        return after === "CLOSED" && !upper ? "CLOSED after" : after;
      },
      go(way) {
        const pressed = card.contains(document.activeElement);
        path.push([walker.box, way.key]);
        step(walker.leads(way));
        travel([0, way.key]);
        if (pressed) card.querySelector("button")?.focus();
      },
    };
    function step(box) {
      walker.box = box;
      const on = new Map(path.map(([, way]) => [way, new Set([0])]));
      const last = path[path.length - 1];
      show({ on, now: last ? [[0, last[1]]] : [], lit: [box], reached: null });
      choose(box);
      scrollTo(box);
      back.disabled = again.disabled = path.length === 0;
      say(line, `${name(box)}. ${book[name(box)].meaning}`);
    }
    root.append(make("div", { class: "lkp-row" }, back, again), line, card, picture);
    line.classList.add("lkp-unseen"); // the card shows the same
    card.classList.add("lkp-still");
    step("CLOSED");
  }

  let end = () => {};
  if (journeys.length) end = traveller();
  else walk();
  keepKeys(root);
  el.append(root);
  return () => end();
}

export default { render: ({ model, el }) => machine(model, el) };
