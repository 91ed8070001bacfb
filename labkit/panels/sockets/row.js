// A socket as a row of its host's table: what stands in its cells, and a mark for some seconds when that has changed.

const STAYS_MS = 4000; // a mark at a row, and a closed socket's row

const KINDS = {
  listening: [["circle", { cx: 6, cy: 6, r: 4.6 }]],
  opening: [["circle", { cx: 6, cy: 6, r: 4.6 }], ["path", { class: "full", d: "M6 1.4A4.6 4.6 0 0 0 6 10.6Z" }]],
  open: [["circle", { class: "full", cx: 6, cy: 6, r: 5.4 }]],
  closing: [["circle", { cx: 6, cy: 6, r: 4.6 }], ["path", { class: "full", d: "M6 1.4A4.6 4.6 0 0 1 6 10.6Z" }]],
  waiting: [["circle", { class: "dots", cx: 6, cy: 6, r: 4.6 }]],
  bound: [["rect", { x: 1.8, y: 1.8, width: 8.4, height: 8.4 }]],
};
// The columns: what stands at their heads, and the class of those that hold numbers.
const HEADS = [["state"], ["local"], ["remote"], ["recv queue", "number"], ["send queue", "number"], ["owner"], ["change"], ["ladder"]];

class Row {
  // asked(): its ladder is asked for, or closed again
  constructor(facts, asked) {
    this.facts = facts;
    this.gone = false;
    this.timer = null;
    // The roles stay what they are where a narrow page lays the rows out as cards.
    const cells = HEADS.map(([, kind], at) => (at ? make("td", { role: "cell", class: kind }) : make("th", { role: "rowheader", scope: "row", tabindex: 0 })));
    const [state, local, remote, recv, send, owner, change, open] = cells;
    this.cells = { state, local, remote, recv, send, owner, change };
    for (const [name, cell] of Object.entries({ local, remote, recv, send, owner })) cell.classList.add(name);
    change.className = "change";
    open.className = "open";
    this.button = facts.flow ? make("button", {
      type: "button", "aria-pressed": "false", "aria-label": `Ladder of ${facts.local} and ${facts.remote}`, onclick: asked,
    }, "ladder") : null;
    if (this.button) open.append(this.button);
    this.element = make("tr", { role: "row" }, ...cells);
  }

  fill(facts) {
    const { state, local, remote, recv, send, owner } = this.cells;
    if (this.state !== facts.state) {
      state.replaceChildren(make("svg", { class: "kind", width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" },
        ...KINDS[facts.kind].map(([tag, attributes]) => make(tag, attributes))), facts.state);
    }
    this.state = state.dataset.term = facts.state;
    local.replaceChildren(facts.local, facts.protocol === "tcp" ? "" : make("span", { class: "quiet" }, ` ${facts.protocol}`));
    remote.textContent = facts.remote;
    recv.textContent = facts.recv;
    send.textContent = facts.send;
    owner.title = owner.textContent = facts.timer ? `${facts.owner && `${facts.owner}, `}timer ${facts.timer}` : facts.owner || "-";
    this.facts = facts;
  }

  // What has changed, in words; then() when they go.
  mark(words, then) {
    const { cells, element } = this;
    cells.change.textContent = words;
    element.classList.remove("flash");
    void element.offsetWidth; // begins the animation anew
    element.classList.add("flash");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      cells.change.textContent = "";
      element.classList.remove("flash");
      then?.();
    }, STAYS_MS);
  }
}

function changed(old, now) {
  if (old.state !== now.state) return `was ${old.state}`;
  if (old.queued && !now.queued) return "accepted";
  if (old.recv !== now.recv) return `recv queue was ${old.recv}`;
  if (old.send !== now.send) return `send queue was ${old.send}`;
  return old.owner !== now.owner ? "owner changed" : "";
}
