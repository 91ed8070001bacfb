// What changes with the boundaries: the characters, whole or cut, and the recvs below them.

// id: of this view, for the ids of what clips
function cutting(grid, cuts, id) {
  return [...grid.facts.glyphs.flatMap((glyph) => [...underlined(grid, glyph, new Set(cuts)), ...drawn(grid, glyph, cuts, id)]),
    ...recvs(grid, cuts)];
}

// A line under the bytes that are one character, parted where a boundary is.
function underlined(grid, [start, end], cuts) {
  const parts = [], { cell, high } = grid;
  for (let place = start; end - start > 1 && place < end; place++) {
    const [x, y] = grid.corner(place);
    const l = place === start || cuts.has(place) ? 4 : 0, r = place + 1 === end || cuts.has(place + 1) ? 4 : 0;
    parts.push(make("path", { class: "seg", d: `M${x + l} ${y + high - 2.5}h${cell - l - r}` }));
  }
  return parts;
}

function drawn(grid, [start, end, shown, kind], cuts, id) {
  const { cell, high, across } = grid, names = { text: "g", space: "g s", escape: "e", hex: "e" }[kind];
  const [x, y] = grid.corner(start), base = y + (kind === "hex" ? 22 : 17);
  const rowEnd = (Math.floor(start / across) + 1) * across, last = Math.min(end, rowEnd);
  const inside = cuts.filter((cut) => start < cut && cut < last);
  if (!inside.length) return [make("text", { class: names, x: x + (cell * (last - start)) / 2, y: base }, shown)];
  // Centred on a cut, which otherwise would miss it: a character is narrower than its bytes.
  const middle = x + cell * (inside[Math.floor(inside.length / 2)] - start);
  return [start, ...inside].map((from, number) => {
    const to = [...inside, last][number], mark = `${id}-${from}`, apart = 2 * (2 * number - inside.length);
    const clip = document.createElementNS(SVG, "clipPath");
    clip.id = mark;
    clip.append(make("rect", { x: x + cell * (from - start), y: y - 6, width: cell * (to - from), height: high }));
    return make("g", { transform: `translate(${apart} ${apart / 2})` }, clip,
      make("g", { "clip-path": `url(#${mark})` }, make("text", { class: `${names} big`, x: middle, y: base + 3 }, shown)));
  });
}

function recvs(grid, cuts) {
  const parts = [], ends = [...cuts, grid.size];
  const pieces = ends.map((end, number) => {
    const start = number ? ends[number - 1] : 0, size = end - start;
    const count = `${size} byte${size === 1 ? "" : "s"}`;
    return { start, end, labels: [`recv ${number + 1}: ${count}`, count, `${size}`] };
  });
  grid.eachRow((begin, end) => {
    const y = grid.top(begin) + grid.above + grid.high + 7;
    parts.push(make("text", { class: "name", x: grid.left - 12, y: y + 8 }, "recv"));
    for (const piece of pieces) if (piece.end > begin && piece.start < end) parts.push(bracket(grid, piece, [begin, end], y, false, "got", "w m"));
  });
  return parts;
}

// The line of one boundary, from its own place (0, 0): a zigzag where it cuts a character.
function cutLine(grid, cut) {
  let zigzag = "";
  for (let n = 1; grid.cutGlyph(cut) && n < 6; n++) zigzag += `L${n % 2 ? 2 : -2} ${(n * grid.high) / 6}`;
  return `M0 -2${zigzag}L0 ${grid.high + 3}`;
}
