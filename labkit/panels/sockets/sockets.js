// The hosts' socket tables. The kernel sends whole tables when something has changed: what came, changed and went is
// found here, row by row, so that a row's elements stay (and a button keeps its focus).

const STAYS_MS = 4000; // a mark at a row, and a closed socket's row
const SAID_MS = 1500; // between two announcements, which are then put together

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

function sockets(model, el) {
  const root = make("div", { class: "lk lkp lkp-sockets" });
  const pause = make("button", { type: "button", "aria-pressed": "false", onclick: toggle }, "Pause");
  const status = make("span", { class: "quiet lkp-status" });
  const tables = make("div", {});
  const log = make("div", { class: "lkp-log", role: "log", "aria-live": "off", "aria-label": "Changes", tabindex: 0 });
  const line = speaker();
  const ladder = make("div", { class: "lkp-ladder", role: "region", "aria-label": "Ladder", tabindex: 0, hidden: true });
  const sections = new Map(); // host: {body, rows: Map(key, row), empty}
  let paused = false;
  let open = null; // the key of the row whose ladder is open
  let heard = 0; // the number of the last line of the log
  let waiting = [];
  let speaking = null;

  line.classList.add("lkp-unseen"); // the log shows the same

  // -- the tables

  function section(host) {
    const body = make("tbody", { role: "rowgroup" });
    const empty = make("p", { class: "quiet" }, "no sockets");
    const head = make("tr", { role: "row" }, ...HEADS.map(([words, kind]) => make("th", { role: "columnheader", scope: "col", class: kind }, words)));
    const table = make("table", { role: "table", "aria-label": `Sockets of ${host.name}` }, make("thead", { role: "rowgroup" }, head), body);
    tables.append(make("section", { class: `h${host.colour % 6}`, tabindex: 0, role: "region", "aria-label": host.name }, make("h4", {}, host.name, make("span", {}, host.address)), table, empty));
    return { body, table, empty, rows: new Map() };
  }

  function picture(kind) {
    return make("svg", { class: "kind", width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" }, ...KINDS[kind].map(([tag, attributes]) => make(tag, attributes)));
  }

  function fresh(row, host) {
    // The roles stay what they are where a narrow page lays the rows out as cards.
    const cells = HEADS.map(([, kind], at) => (at ? make("td", { role: "cell", class: kind }) : make("th", { role: "rowheader", scope: "row" })));
    const line = make("tr", { role: "row" }, ...cells);
    const [, local, remote, recv, send, owner, mark, last] = cells;
    Object.entries({ local, remote, recv, send, owner }).forEach(([name, cell]) => cell.classList.add(name));
    mark.className = "change";
    last.className = "open";
    const made = { line, cells, row, host, timer: null };
    if (row.flow) last.append(make("button", { type: "button", "aria-pressed": "false", "aria-label": `Ladder of ${row.local} and ${row.remote}`, onclick: () => show(made) }, "ladder"));
    return made;
  }

  function fill(made, row) {
    const [state, local, remote, recv, send, owner] = made.cells;
    if (made.state !== row.state) state.replaceChildren(picture(row.kind), row.state);
    made.state = row.state;
    local.replaceChildren(row.local, row.protocol === "tcp" ? "" : make("span", { class: "quiet" }, ` ${row.protocol}`));
    remote.textContent = row.remote;
    recv.textContent = row.recv;
    send.textContent = row.send;
    owner.title = owner.textContent = row.timer ? `${row.owner && `${row.owner}, `}timer ${row.timer}` : row.owner || "-";
    made.row = row;
  }

  function mark(made, words, then) {
    made.cells[6].textContent = words;
    made.line.classList.remove("flash");
    void made.line.offsetWidth; // begins the animation anew
    made.line.classList.add("flash");
    clearTimeout(made.timer);
    made.timer = setTimeout(() => {
      made.cells[6].textContent = "";
      made.line.classList.remove("flash");
      then?.();
    }, STAYS_MS);
  }

  function changed(old, row) {
    if (old.state !== row.state) return `was ${old.state}`;
    if (old.queued && !row.queued) return "accepted";
    if (old.recv !== row.recv) return `recv queue was ${old.recv}`;
    if (old.send !== row.send) return `send queue was ${old.send}`;
    return old.owner !== row.owner ? "owner changed" : "";
  }

  function update(first) {
    for (const host of model.get("hosts")) {
      if (!sections.has(host.name)) sections.set(host.name, section(host));
      const place = sections.get(host.name);
      const now = new Set(host.rows.map((row) => row.key));
      host.rows.forEach((row) => {
        let made = place.rows.get(row.key);
        const old = made && !made.gone ? made.row : null;
        if (!made) place.rows.set(row.key, (made = fresh(row, host)));
        const words = old ? changed(old, row) : "new";
        made.gone = false;
        made.line.classList.remove("gone");
        fill(made, row);
        if (words && !first) mark(made, words);
      });
      for (const [key, made] of place.rows) {
        if (now.has(key) || made.gone) continue;
        made.gone = true;
        made.line.classList.add("gone");
        mark(made, "closed", () => {
          made.line.remove();
          place.rows.delete(key);
          place.empty.hidden = place.rows.size > 0;
          place.table.hidden = place.rows.size === 0;
        });
      }
      order(place, host.rows);
      place.empty.hidden = place.rows.size > 0;
      place.table.hidden = place.rows.size === 0;
    }
  }

  // The kernel's order; what is gone stays behind the row that it followed. Nothing is moved that stands right, since
  // an element that is moved loses the focus.
  function order(place, rows) {
    const standing = [...place.body.children];
    const wanted = rows.map((row) => place.rows.get(row.key).line);
    for (const made of place.rows.values()) {
      if (!made.gone) continue;
      const before = standing.slice(0, standing.indexOf(made.line)).reverse().find((other) => wanted.includes(other));
      wanted.splice(before ? wanted.indexOf(before) + 1 : 0, 0, made.line);
    }
    wanted.forEach((element, at) => {
      if (place.body.children[at] !== element) place.body.insertBefore(element, place.body.children[at] ?? null);
    });
  }

  // -- the changes in words

  function hear(first) {
    const lines = model.get("log").filter(([number]) => number > heard);
    if (!lines.length) return;
    heard = lines[lines.length - 1][0];
    const below = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    for (const [, words] of lines) log.append(make("div", {}, words));
    while (log.children.length > 40) log.firstChild.remove();
    if (below) log.scrollTop = log.scrollHeight;
    if (first) return; // a page that was opened again: shown, not said
    waiting.push(...lines.map(([, words]) => words));
    speaking ??= setTimeout(speak, SAID_MS);
  }
  function speak() {
    speaking = null;
    const rest = waiting.length - 3;
    say(line, waiting.slice(0, 3).join("; ") + (rest > 0 ? `; and ${rest} more changes` : ""));
    waiting = [];
  }

  // -- pause, ladders, the end

  function toggle() {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    model.send({ kind: "pause", on: paused });
    tell();
    if (!paused) redraw();
  }
  function tell() {
    const ended = model.get("ended");
    status.textContent = ended || (paused ? "paused" : ""); // not "live": of a kernel that has gone the page hears nothing
    status.classList.toggle("lkp-ended", ended !== "");
    pause.disabled = ended !== "";
    if (ended) for (const button of root.querySelectorAll("td button")) button.disabled = true;
  }
  function redraw(first = false) {
    if (paused) return;
    update(first);
    hear(first);
    tell();
  }
  function show(made) {
    const same = open === made.row.key;
    open = same ? null : made.row.key;
    ladder.hidden = same;
    ladder.replaceChildren(make("p", { class: "quiet" }, "The ladder is being drawn …"));
    model.send({ kind: "ladder", row: same ? null : made.row });
    press();
  }
  function press() {
    for (const { rows } of sections.values())
      for (const made of rows.values()) made.cells[7].firstChild?.setAttribute("aria-pressed", made.row.key === open);
  }
  function drawn() {
    const { key, title, words, note, svg } = model.get("ladder");
    if (open === null || key !== open) return;
    const picture = make("div", {});
    picture.innerHTML = svg;
    const close = make("button", { type: "button", onclick: shut }, "Close the ladder");
    const head = make("div", { class: "lkp-row" }, make("strong", {}, title), close);
    const said = make("p", { class: "quiet" }, [words, note].filter(Boolean).join(" "));
    const held = ladder.contains(document.activeElement) && document.activeElement !== ladder;
    ladder.replaceChildren(head, said, picture);
    if (held) close.focus({ preventScroll: true });
  }
  function shut() {
    const made = [...sections.values()].flatMap(({ rows }) => [...rows.values()]).find((each) => each.row.key === open);
    if (made) show(made);
    else {
      open = null;
      ladder.hidden = true;
      model.send({ kind: "ladder", row: null });
    }
    made?.cells[7].firstChild?.focus();
  }

  root.append(make("div", { class: "lkp-row" }, pause, status), tables, log, line, ladder);
  redraw(true);
  const watched = { "change:hosts": () => redraw(), "change:log": () => redraw(), "change:ladder": drawn, "change:ended": tell };
  for (const [name, act] of Object.entries(watched)) model.on(name, act);
  keepKeys(root);
  el.append(root);
  return () => {
    for (const [name, act] of Object.entries(watched)) model.off(name, act);
    clearTimeout(speaking);
  };
}

export default { render: ({ model, el }) => sockets(model, el) };
