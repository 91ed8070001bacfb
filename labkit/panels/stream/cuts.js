// The boundaries as the widget holds them, and the ways to move, to add and to remove one.

class Cuts {
  constructor(model, size) {
    this.model = model;
    this.size = size;
    this.focusing = null; // the number of the boundary that has the focus once they are drawn again
  }

  get all() {
    return this.model.get("cuts");
  }

  put(next, focus = null) {
    this.focusing = focus;
    this.model.set("cuts", next); // which draws it, as what the kernel sets does
    this.model.save_changes();
  }

  // Between which places a boundary may be moved.
  bounds(number) {
    return [(this.all[number - 1] ?? 0) + 1, (this.all[number + 1] ?? this.size) - 1];
  }

  move(number, to) {
    const [least, most] = this.bounds(number), next = this.all.slice();
    next[number] = Math.max(least, Math.min(most, to));
    if (next[number] !== this.all[number]) this.put(next);
  }

  remove(number) {
    const next = this.all.filter((_, place) => place !== number);
    this.put(next, next.length ? Math.min(number, next.length - 1) : null);
  }

  insert(cut) {
    const next = [...this.all, cut].sort((a, b) => a - b);
    this.put(next, next.indexOf(cut));
  }

  // In the middle of the longest recv, the first of them.
  add() {
    const ends = [0, ...this.all, this.size];
    let best = 0;
    for (let n = 0; n + 1 < ends.length; n++) if (ends[n + 1] - ends[n] > ends[best + 1] - ends[best]) best = n;
    this.insert(ends[best] + Math.floor((ends[best + 1] - ends[best]) / 2));
  }
}
