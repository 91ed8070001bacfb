// "Send something": traffic to look at, for so many seconds.

function sending({ model, facts, hosts, talk }) {
  const seconds = make("select", { "aria-label": "for how long" },
    ...facts.spells.map((each) => make("option", { value: each, selected: each === facts.spell }, `for ${each} s`)));
  const start = make("button", {
    type: "button",
    onclick: () => {
      const { on } = model.get("sending");
      talk.tell(on ? { kind: "stop" } : { kind: "send", seconds: Number(seconds.value) },
        (refused) => refused && talk.say(`Refused: ${refused}`));
    },
  });
  const sent = make("span", { class: "lkl-sent" });
  function update() {
    const { on, words } = model.get("sending");
    start.textContent = on ? "Stop sending" : "Send something";
    seconds.disabled = on;
    sent.textContent = words || `a bulk TCP transfer from ${hosts[0]} to ${hosts[1]}; nothing is sent before you press it`;
  }
  return { row: make("div", { class: "lkp-row lkl-traffic" }, start, seconds, sent), update };
}
