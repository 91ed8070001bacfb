// The byte stream viewer. The picture is drawn here, from facts sent once; what decoders make of it comes from the
// kernel, later, and names the cuts that it is about.

const FOOT = 6, KNOB = 11, NEAR = 7, LETTER = 6.1, TABS = 20;
let views = 0;

function drawing(facts, id) {
  const { cell, high, track, gap } = facts, size = facts.bytes.length;
  const names = [...facts.tracks.map((each) => each.name), "recv"];
  const left = 22 + Math.max(...names.map((name) => 7.4 * name.length));
  const above = facts.tracks.length * track;
  const row = above + high + track + gap;
  let across = facts.across;

  const columns = (width) => {
    across = Math.max(8, Math.min(facts.across, Math.floor((width - left - 10) / cell)));
    return across;
  };
  const rows = () => Math.ceil(size / across);
  const corner = (place) => [left + (place % across) * cell, 8 + Math.floor(place / across) * row + above];
  // A boundary at the end of a row is drawn there, and not where the next row begins.
  const edge = (cut) => {
    const [x, y] = corner(cut - 1);
    return [x + cell, y];
  };
  const nearest = (x, y) => {
    const line = Math.max(0, Math.min(rows() - 1, Math.floor((y - 8 + gap / 2) / row)));
    const begin = line * across, end = Math.min(size, begin + across);
    return Math.max(begin, Math.min(end, begin + Math.round((x - left) / cell)));
  };

  function bracket(piece, begin, end, y, up, kind, words, number) {
    const whole = [piece.start >= begin, piece.end <= end];
    const aside = up ? 2 : NEAR;
    const x1 = left + (Math.max(piece.start, begin) - begin) * cell + (whole[0] ? (piece.start ? aside : 2) : 0);
    const x2 = left + (Math.min(piece.end, end) - begin) * cell - (whole[1] ? (piece.end < size ? aside : 2) : 0);
    const foot = up ? FOOT : -FOOT;
    const path = (whole[0] ? `M${x1} ${y + foot}V${y}` : `M${x1} ${y}`) + `H${x2}` + (whole[1] ? `V${y + foot}` : "");
    const room = x2 - x1 + (piece.named ? 10 : -2);
    let label = piece.labels.find((text) => LETTER * text.length <= room) ?? "";
    if (!whole[0]) label = room > 12 ? "…" : "";
    return make("g", {},
      make("title", {}, `${piece.labels[0]}, from byte ${piece.start}`),
      make("path", { class: kind, d: path }),
      label ? make("text", { class: words, x: (x1 + x2) / 2, y: up ? y - 5 : y + 14 }, label) : null);
  }

  function each(line, draw) {
    for (let begin = 0; begin < size; begin += across) draw(begin, Math.min(begin + across, size));
  }

  // What does not change while boundaries move: the bytes, and how they were sent.
  function ground() {
    const parts = [];
    const painted = facts.tracks[0]?.pieces ?? [];
    each(0, (begin, end) => {
      const top = 8 + (begin / across) * row;
      facts.tracks.forEach((one, place) => {
        const y = top + place * track + track - 7;
        parts.push(make("text", { class: "name", x: left - 12, y: y + 2 }, one.name));
        one.pieces.forEach((piece, number) => {
          if (piece.end <= begin || piece.start >= end) return;
          const hue = piece.hue == null ? "" : ` h${piece.hue}`;
          const kind = one.kind === "tie" ? `tie${hue}` : piece.named ? "lost" : "seg";
          parts.push(bracket(piece, begin, end, y, true, kind, one.kind === "tie" ? `w m t${hue}` : "w m quiet", number));
        });
      });
      for (let place = begin; place < end; place++) {
        const [x, y] = corner(place);
        const number = painted.findIndex((piece) => piece.start <= place && place < piece.end);
        const piece = painted[number];
        const l = piece?.start === place ? 1.5 : 0, r = piece?.end === place + 1 ? 1.5 : 0;
        const kind = piece ? `${number % 2 ? "odd" : "even"} h${piece.hue}` : "none";
        parts.push(make("rect", { class: kind, x: x + l, y, width: cell - l - r, height: high }));
      }
    });
    for (const [start, end, , kind] of facts.glyphs) {
      if (kind === "hex") continue;
      for (let place = start; place < end; place++) {
        const [x, y] = corner(place);
        const hex = facts.bytes[place].toString(16).toUpperCase().padStart(2, "0");
        parts.push(make("text", { class: "x", x: x + cell / 2, y: y + high - 5 }, hex));
      }
    }
    return parts;
  }

  // The characters, whole or cut, and the recvs below them.
  function cutting(cuts) {
    const parts = [], at = new Set(cuts);
    for (const [start, end, shown, kind] of facts.glyphs) {
      const names = { text: "g", space: "g s", escape: "e", hex: "e" }[kind];
      const [x, y] = corner(start), base = y + (kind === "hex" ? 22 : 17);
      const rowEnd = (Math.floor(start / across) + 1) * across, last = Math.min(end, rowEnd);
      for (let place = start; end - start > 1 && place < end; place++) {
        const [bx, by] = corner(place);
        const l = place === start || at.has(place) ? 4 : 0, r = place + 1 === end || at.has(place + 1) ? 4 : 0;
        parts.push(make("path", { class: "seg", d: `M${bx + l} ${by + high - 2.5}h${cell - l - r}` }));
      }
      const inside = cuts.filter((cut) => start < cut && cut < last);
      if (!inside.length) {
        parts.push(make("text", { class: names, x: x + (cell * (last - start)) / 2, y: base }, shown));
        continue;
      }
      const middle = x + cell * (inside[Math.floor(inside.length / 2)] - start);
      [start, ...inside].forEach((from, number) => {
        const to = [...inside, last][number], mark = `${id}-${from}`, apart = 2 * (2 * number - inside.length);
        const clip = document.createElementNS(SVG, "clipPath");
        clip.id = mark;
        clip.append(make("rect", { x: x + cell * (from - start), y: y - 6, width: cell * (to - from), height: high }));
        parts.push(make("g", { transform: `translate(${apart} ${apart / 2})` }, clip,
          make("g", { "clip-path": `url(#${mark})` }, make("text", { class: `${names} big`, x: middle, y: base + 3 }, shown))));
      });
    }
    const ends = [...cuts, size];
    each(0, (begin, end) => {
      const y = 8 + (begin / across) * row + above + high + 7;
      parts.push(make("text", { class: "name", x: left - 12, y: y + 8 }, "recv"));
      ends.forEach((to, number) => {
        const piece = { start: number ? ends[number - 1] : 0, end: to };
        if (piece.end <= begin || piece.start >= end) return;
        const count = `${to - piece.start} byte${to - piece.start === 1 ? "" : "s"}`;
        piece.labels = [`recv ${number + 1}: ${count}`, count, `${to - piece.start}`];
        parts.push(bracket(piece, begin, end, y, false, "got", "w m", number));
      });
    });
    return parts;
  }

  // The line of one boundary, from its own place (0, 0): a zigzag where it cuts a character.
  function line(cut) {
    const inside = facts.glyphs.some(([start, end]) => start < cut && cut < end);
    let zigzag = "";
    for (let n = 1; inside && n < 6; n++) zigzag += `L${n % 2 ? 2 : -2} ${(n * high) / 6}`;
    return `M0 -2${zigzag}L0 ${high + 3}`;
  }

  const width = () => left + cell * Math.min(across, Math.max(size, 16)) + 12;
  const height = () => 8 + rows() * row - gap + 10;
  return { columns, ground, cutting, line, edge, nearest, width, height, left, above, row, rows, size };
}

function words(facts, cuts, number) {
  const cut = cuts[number], glyph = facts.glyphs.find(([start, end]) => start < cut && cut < end);
  const inside = glyph ? `, inside the character ${glyph[2]}` : "";
  return `recv ${number + 1} ends after byte ${cut}${inside}`;
}

function render({ model, el }) {
  const facts = model.get("facts"), draw = drawing(facts, `lks${++views}`), size = draw.size, cell = facts.cell;
  const svg = make("svg", { class: "lk lkb", role: "group", "aria-label": `Byte stream ${facts.title}`.trim() });
  const ground = make("g", { "aria-hidden": "true" }), upper = make("g", { "aria-hidden": "true" }), handles = make("g");
  const spots = make("g");
  svg.append(ground, upper, spots, handles);
  const told = speaker(), found = speaker(), readings = make("div", { class: "lkp-readings" });
  let chosen = null, focusing = null, answered = "";

  const cuts = () => model.get("cuts");
  const put = (next, focus = null) => {
    focusing = focus;
    model.set("cuts", next); // which draws it, as what the kernel sets does
    model.save_changes();
  };
  const bounds = (number) => [(cuts()[number - 1] ?? 0) + 1, (cuts()[number + 1] ?? size) - 1];
  const move = (number, to) => {
    const [least, most] = bounds(number), next = cuts().slice();
    next[number] = Math.max(least, Math.min(most, to));
    if (next[number] !== cuts()[number]) put(next);
  };
  const remove = (number) => {
    const next = cuts().filter((_, place) => place !== number);
    if (next.length) put(next, Math.min(number, next.length - 1));
    else {
      put(next);
      more.focus();
    }
  };
  const insert = (cut) => {
    const next = [...cuts(), cut].sort((a, b) => a - b);
    put(next, next.indexOf(cut));
  };

  function choose(number) {
    chosen = number;
    [...handles.children].forEach((one, place) => {
      one.classList.toggle("chosen", place === number);
      // So many stops of the Tab key would keep a reader from what stands below: then one of them stands for all.
      one.setAttribute("tabindex", handles.children.length <= TABS || place === (number ?? 0) ? 0 : -1);
    });
    less.disabled = number == null;
  }

  function handle() {
    const one = make("g", { class: "handle", role: "slider", tabindex: 0, "aria-orientation": "horizontal" },
      make("rect", { class: "reach", x: -cell / 2, y: -4, width: cell, height: facts.high + KNOB + 12 }),
      make("path", { class: "cut" }),
      make("rect", { class: "knob", x: -4.5, y: facts.high + 2, width: 9, height: KNOB + 3, rx: 3 }),
      make("path", { class: "grip", d: `M-1.5 ${facts.high + 6}v6M1.5 ${facts.high + 6}v6` }));
    const number = () => [...handles.children].indexOf(one);
    let drags = false;
    one.addEventListener("focus", () => choose(number()));
    one.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      one.setPointerCapture(event.pointerId);
      one.focus();
      drags = true;
    });
    one.addEventListener("pointermove", (event) => {
      if (!drags) return;
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      move(number(), draw.nearest(place.x, place.y));
    });
    for (const name of ["pointerup", "pointercancel"]) one.addEventListener(name, () => (drags = false));
    one.addEventListener("keydown", (event) => {
      const here = number(), at = cuts()[here], [least, most] = bounds(here);
      const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: least, End: most }[event.key];
      if (to != null) move(here, to);
      else if (event.key === "PageUp") handles.children[here - 1]?.focus();
      else if (event.key === "PageDown") handles.children[here + 1]?.focus();
      else if (event.key === "Delete" || event.key === "Backspace") remove(here);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return one;
  }

  function show(focus = null) {
    const now = cuts();
    upper.replaceChildren(...draw.cutting(now));
    while (handles.children.length < now.length) handles.append(handle());
    while (handles.children.length > now.length) handles.lastChild.remove();
    now.forEach((cut, number) => {
      const one = handles.children[number], [x, y] = draw.edge(cut), [least, most] = bounds(number);
      one.setAttribute("transform", `translate(${x} ${y})`);
      one.children[1].setAttribute("d", draw.line(cut));
      one.setAttribute("aria-label", `End of recv ${number + 1}`);
      one.setAttribute("aria-valuemin", least);
      one.setAttribute("aria-valuemax", most);
      one.setAttribute("aria-valuenow", cut);
      one.setAttribute("aria-valuetext", words(facts, now, number));
    });
    if (focus != null) handles.children[focus].focus();
    const active = [...handles.children].indexOf(svg.getRootNode().activeElement);
    choose(active >= 0 ? active : chosen != null && chosen < now.length ? chosen : null);
    presets.forEach(([button, wanted]) => button.setAttribute("aria-pressed", String(wanted.join() === now.join())));
    more.disabled = now.length >= size - 1;
    waiting();
  }

  function waiting() {
    const late = model.get("answer").cuts?.join() !== cuts().join();
    readings.setAttribute("aria-busy", String(late));
    pending.textContent = late ? "The decoders are reading …" : "";
  }

  const add = () => {
    const ends = [0, ...cuts(), size];
    let best = 0;
    for (let n = 0; n + 1 < ends.length; n++) if (ends[n + 1] - ends[n] > ends[best + 1] - ends[best]) best = n;
    insert(ends[best] + Math.floor((ends[best + 1] - ends[best]) / 2));
  };
  const more = make("button", { type: "button", onclick: add }, "Add a boundary");
  const less = make("button", { type: "button", disabled: true, onclick: () => chosen != null && remove(chosen) }, "Remove boundary");
  less.title = "Remove the boundary that was chosen last (or press Delete on it)";
  const presets = facts.presets.map(([name, wanted]) => {
    const press = () => {
      say(found, "");
      put(wanted.slice());
    };
    return [make("button", { type: "button", onclick: press }, name), wanted];
  });
  const worst = make("button", { type: "button", onclick: () => {
    say(found, "Searching …");
    model.send({ ask: "worst" });
  } }, "The worst cut");
  const pending = make("span", { class: "waiting" });

  function spotted(event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const cut = draw.nearest(place.x, place.y);
    if (cut > 0 && cut < size && !cuts().includes(cut)) insert(cut);
  }

  function lay() {
    wide = root.clientWidth;
    draw.columns(wide || 700);
    svg.setAttribute("width", draw.width());
    svg.setAttribute("height", draw.height());
    svg.setAttribute("viewBox", `0 0 ${draw.width()} ${draw.height()}`);
    ground.replaceChildren(...draw.ground());
    spots.replaceChildren(...Array.from({ length: draw.rows() }, (_, number) => make("rect", {
      class: "spot", x: draw.left, y: 8 + number * draw.row + draw.above, onclick: spotted,
      width: cell * Math.min(facts.across, size), height: facts.high + facts.track,
    }, make("title", {}, "Click: a recv ends here"))));
    show();
  }

  function table(reading) {
    const code = (text) => make("code", {}, text);
    const listed = (texts) => texts.flatMap((text, n) => (n ? [", ", code(text)] : [code(text)]));
    const rows = reading.rows.map(([recv, fed, out, held, error, reached]) => {
      const came = make("td", { class: out.length || error ? null : "quiet", colspan: error || !reached ? 2 : null });
      if (!reached) came.append("not read any more");
      else {
        came.append(...listed(out));
        if (error) came.append(out.length ? ", " : "", make("span", { class: "error" }, `✗ ${error}`));
        if (!out.length && !error) came.append("nothing yet");
      }
      return make("tr", {}, make("th", { scope: "row" }, recv), make("td", {}, code(fed)), came,
        error || !reached ? null : make("td", {}, held ? code(held) : ""));
    });
    const heads = ["", "fed", "messages out", "still held"];
    return make("table", {},
      make("colgroup", {}, ...["recv", "fed", "out", "held"].map((name) => make("col", { class: name }))),
      make("thead", {}, make("tr", {}, ...heads.map((head, n) => (n ? make("th", { scope: "col" }, head) : make("td"))))),
      make("tbody", {}, ...rows));
  }

  function answer() {
    const all = model.get("answer").readings ?? [];
    readings.replaceChildren(...all.map((reading) => {
      return make("section", { class: reading.right ? "right" : "wrong", "aria-label": reading.name },
        make("h4", {}, reading.name, reading.broken ? make("small", {}, ` broken: ${reading.broken}`) : null),
        make("p", { class: "verdict" }, make("b", {}, reading.right ? "✓ right" : "✗ wrong"), `: ${reading.why}`),
        table(reading),
        reading.printed ? make("pre", {}, `it printed:\n${reading.printed}`) : null);
    }));
    const said = all.map((reading) => `${reading.name}: ${reading.right ? "✓ right" : "✗ wrong"}`).join("; ");
    if (answered) say(told, said);
    else told.textContent = said;
    answered = said;
    waiting();
  }

  const help = "Drag the end of a recv, or click between two bytes to add one. By keyboard: Tab to a boundary, Left and " +
    "Right move it, PageUp and PageDown go to the one before or after, Delete removes it.";
  const root = make("div", { class: "lk lkp lkp-stream" },
    make("div", { class: "lkp-row", role: "group", "aria-label": "Where the recvs end" },
      ...presets.map(([button]) => button), worst, more, less),
    svg, make("p", { class: "lkp-help" }, help), found, told, pending, readings);
  keepKeys(root);
  el.append(root);
  const moved = () => {
    show(focusing);
    focusing = null;
  };
  const worstTold = (message) => {
    if (message.cuts) put(message.cuts);
    say(found, message.said);
  };
  model.on("change:cuts", moved);
  model.on("change:answer", answer);
  model.on("msg:custom", worstTold);
  let wide = 0;
  const sized = new ResizeObserver(() => {
    if (root.clientWidth !== wide) lay();
  });
  sized.observe(root);
  lay();
  answer();
  return () => {
    sized.disconnect();
    model.off("change:cuts", moved);
    model.off("change:answer", answer);
    model.off("msg:custom", worstTold);
  };
}

export default { render };
