// Where the bytes stand: rows of cells, with brackets above and below.

class Grid {
  constructor(facts) {
    const { cell, high, track, gap, tracks } = facts;
    Object.assign(this, { facts, cell, high, gap });
    this.size = facts.bytes.length;
    const names = [...tracks.map((each) => each.name), "recv"];
    this.left = 22 + Math.max(...names.map((name) => 7.4 * name.length));
    this.above = tracks.length * track;
    this.row = this.above + high + track + gap;
    this.across = facts.across;
  }

  // Lay as many bytes in a row as there is room for.
  fit(width) {
    this.across = Math.max(8, Math.min(this.facts.across, Math.floor((width - this.left - 10) / this.cell)));
  }

  get rows() {
    return Math.ceil(this.size / this.across);
  }

  get width() {
    return this.left + this.cell * Math.min(this.across, Math.max(this.size, 16)) + 12;
  }

  get height() {
    return 8 + this.rows * this.row - this.gap + 10;
  }

  // Where a row that begins with this byte begins.
  top(begin) {
    return 8 + (begin / this.across) * this.row;
  }

  corner(place) {
    return [this.left + (place % this.across) * this.cell, 8 + Math.floor(place / this.across) * this.row + this.above];
  }

  // A boundary at the end of a row is drawn there, and not where the next row begins.
  edge(cut) {
    const [x, y] = this.corner(cut - 1);
    return [x + this.cell, y];
  }

  // The boundary that is nearest to a place of the picture.
  nearest(x, y) {
    const line = Math.max(0, Math.min(this.rows - 1, Math.floor((y - 8 + this.gap / 2) / this.row)));
    const begin = line * this.across, end = Math.min(this.size, begin + this.across);
    return Math.max(begin, Math.min(end, begin + Math.round((x - this.left) / this.cell)));
  }

  // draw(begin, end) for the bytes of each row.
  eachRow(draw) {
    for (let begin = 0; begin < this.size; begin += this.across) draw(begin, Math.min(begin + this.across, this.size));
  }

  // The character that a boundary cuts; undefined where it stands between two.
  cutGlyph(cut) {
    return this.facts.glyphs.find(([start, end]) => start < cut && cut < end);
  }
}
