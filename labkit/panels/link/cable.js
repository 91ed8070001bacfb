// The controls of one cable, or of all: its conditions, and a switch that cuts it.

// number: of the cable on the page, for ids;  host: null for all cables
function cable({ model, facts, hosts, view, talk }, host, number) {
  const here = () => {
    const all = model.get("conditions");
    return host == null ? all : [all[hosts.indexOf(host)]];
  };
  const name = host ?? "all cables", whose = host == null ? "All cables are" : `The cable of ${host} is`;
  const knobs = facts.knobs.map((each) => new Knob(each, { host, name, here }, `${view}-${number}-${each.name}`, talk));
  const picture = make("svg", { class: "lkl-cable", viewBox: "0 0 96 24", "aria-hidden": "true" });
  const state = make("span", { class: "lkl-state" });
  const toggle = make("button", {
    type: "button", role: "switch", class: "lkl-switch", "aria-checked": "false",
    "aria-label": host == null ? "Cut all cables" : `Cut the cable of ${host}`,
    onclick: () => {
      const cut = toggle.getAttribute("aria-checked") !== "true";
      talk.tell({ kind: "cut", host, value: cut }, (refused) => talk.say(refused || `${whose} ${cut ? "cut" : "joined"}.`));
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
