// What does not change while boundaries move: the bytes, and brackets around those that were sent together.

const FOOT = 6, NEAR = 7, LETTER = 6.1;

// A bracket around what a row, from begin to end, shows of a piece.  up: it stands above the bytes.
function bracket({ left, cell, size }, piece, [begin, end], y, up, kind, words) {
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

function ground(grid) {
  const parts = [];
  grid.eachRow((begin, end) => parts.push(...tracks(grid, begin, end), ...cells(grid, begin, end)));
  return [...parts, ...values(grid)];
}

function tracks(grid, begin, end) {
  const { facts, left } = grid;
  return facts.tracks.flatMap((one, place) => {
    const y = grid.top(begin) + place * facts.track + facts.track - 7, tie = one.kind === "tie";
    const seen = one.pieces.filter((piece) => piece.end > begin && piece.start < end);
    return [make("text", { class: "name", x: left - 12, y: y + 2 }, one.name), ...seen.map((piece) => {
      const hue = piece.hue == null ? "" : ` h${piece.hue}`;
      const kind = tie ? `tie${hue}` : piece.named ? "lost" : "seg";
      return bracket(grid, piece, [begin, end], y, true, kind, tie ? `w m t${hue}` : "w m quiet");
    })];
  });
}

// A cell for each byte, in the colour of the piece that sent it.
function cells(grid, begin, end) {
  const painted = grid.facts.tracks[0]?.pieces ?? [], parts = [];
  for (let place = begin; place < end; place++) {
    const [x, y] = grid.corner(place);
    const number = painted.findIndex((piece) => piece.start <= place && place < piece.end);
    const piece = painted[number];
    const l = piece?.start === place ? 1.5 : 0, r = piece?.end === place + 1 ? 1.5 : 0;
    const kind = piece ? `${number % 2 ? "odd" : "even"} h${piece.hue}` : "none";
    parts.push(make("rect", { class: kind, x: x + l, y, width: grid.cell - l - r, height: grid.high }));
  }
  return parts;
}

// The bytes in hex below their characters; those that are no character stand there in hex already.
function values(grid) {
  const parts = [];
  for (const [start, end, , kind] of grid.facts.glyphs) {
    if (kind === "hex") continue;
    for (let place = start; place < end; place++) {
      const [x, y] = grid.corner(place);
      const hex = grid.facts.bytes[place].toString(16).toUpperCase().padStart(2, "0");
      parts.push(make("text", { class: "x", x: x + grid.cell / 2, y: y + grid.high - 5 }, hex));
    }
  }
  return parts;
}
