// The three plots, one below the other: throughput, losses, queue.  m: what `measures` gives.

const plotted = (x, y, role, words, extra = {}) => make("text", { x, y, class: role, ...extra }, words);
const hair = (x1, x2, y1, y2) => make("line", { class: "lkl-hair", x1, x2, y1, y2 });
const short = (name) => (name.length > 10 ? `${name.slice(0, 9)}\u2026` : name);

function drawPlots(m) {
  return [...ground(m), ...key(m), ...m.hosts.flatMap((host, h) => [...curves(m, h), ...limit(m, h), ...lane(m, host, h)]), ...names(m)];
}

// Axes, hairlines, units.  Time is one axis for all.
function ground({ left, wide, end, top, bottom, span, now, x, yRate, yQueue, rateTop, queueTop }) {
  const parts = [];
  for (let back = 0; back <= span; back += 2) {
    const at = x(now - back);
    parts.push(hair(at, at, top.rate, bottom));
    parts.push(plotted(at, bottom + 15, "tick", back ? `\u2212${back}` : "now", { "text-anchor": "middle" }));
  }
  parts.push(plotted(left + wide / 2, bottom + 30, "tick", "time (s)", { "text-anchor": "middle" }));
  for (const [y, topmost, whole, title, at] of [
    [yRate, rateTop, false, "throughput (Mbit/s)", top.rate],
    [yQueue, queueTop, true, "waiting in the queue (packets)", top.queue],
  ]) {
    for (const value of [0, topmost / 2, topmost]) {
      parts.push(hair(left, end, y(value), y(value)));
      if (Number.isInteger(value) || !whole) parts.push(plotted(left - 6, y(value) + 3.5, "tick", number(value), { "text-anchor": "end" }));
    }
    parts.push(plotted(left, at - 8, "quiet", title));
  }
  return parts;
}

function key({ left, end, top }) {
  const entry = (weight, from, words, to) => [
    make("line", { class: `lkl-key ${weight}`, x1: end - from, x2: end - from + 16, y1: top.rate - 12, y2: top.rate - 12 }),
    plotted(end - to, top.rate - 8, "quiet", words, { "text-anchor": "end" }),
  ];
  return [...entry("lkl-thin", 122, "sent", 78), ...entry("lkl-thick", 68, "delivered", 0),
    plotted(left, top.lost - 8, "quiet", "lost (a cross: some were)")];
}

// What a host sent and what of it was delivered, and the packets that wait at its end.
function curves({ left, shown, x, yRate, yQueue }, h) {
  if (!shown.length) return [];
  const steps = (y, value) => {
    let d = "";
    for (const sample of shown) {
      const at = Math.max(left, x(sample.t - sample.dt)), level = y(value(sample.hosts[h])).toFixed(1);
      d += `${d ? "L" : "M"}${at.toFixed(1)} ${level}H${x(sample.t).toFixed(1)}`;
    }
    return d;
  };
  const delivered = steps(yRate, (each) => each.delivered), colour = `h${h % 6}`;
  const from = Math.max(left, x(shown[0].t - shown[0].dt)).toFixed(1);
  const curve = (weight, d) => make("path", { class: `lkl-curve ${weight} l ${colour}`, d });
  return [make("path", { class: `lkl-area a ${colour}`, d: `${delivered}V${yRate(0)}H${from}Z` }), curve("lkl-thick", delivered),
    curve("lkl-thin", steps(yRate, (each) => each.sent)), curve("lkl-mid", steps(yQueue, (each) => each.waiting))];
}

function limit({ left, end, limits, yQueue }, h) {
  if (limits[h] == null) return [];
  return [make("line", { class: `lkl-limit l h${h % 6}`, x1: left, x2: end, y1: yQueue(limits[h]), y2: yQueue(limits[h]) })];
}

// A host's line of losses: a cross for each sample that has some.
function lane({ left, end, top, lanes, shown, x }, host, h) {
  if (h >= lanes) return [];
  const y = top.lost + 15 * h + 8;
  const crosses = shown.filter((sample) => Object.keys(sample.hosts[h].lost).length).map((sample) => {
    const at = Math.max(left + 5, x(sample.t - sample.dt / 2));
    return make("path", { class: "lkl-cross", d: `M${at - 4} ${y - 4}l8 8M${at + 4} ${y - 4}l-8 8` });
  });
  return [hair(left, end, y, y), plotted(end + 8, y + 4, `lkl-name n h${h % 6}`, short(host)), ...crosses];
}

// The hosts' names at the ends of their curves.
function names({ hosts, shown, end, top, high, bottom, yRate, yQueue }) {
  const last = shown.at(-1)?.hosts;
  const ends = (y, value, lowest) => spread(hosts.map((host, h) => ({ h, host, y: y(last ? value(last[h]) : 0) })), 13, lowest);
  return [...ends(yRate, (each) => each.delivered, top.rate + high.rate), ...ends(yQueue, (each) => each.waiting, bottom)]
    .map(({ h, host, at }) => plotted(end + 8, at + 4, `lkl-name n h${h % 6}`, short(host)));
}
