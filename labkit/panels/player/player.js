// The ladder player: a cursor through the ladder's time, by hand, by key, or by itself.

const ZOOMS = [0.5, 0.7, 1, 1.5, 2, 3, 4, 6];

class Player {
  constructor(model) {
    this.model = model;
    this.y = 0;
    this.follow = true;
    this.held = -1;
    this.ladder = new Ladder((index, how) => this.pointed(index, how));
    this.details = new Details();
    this.ends = new Ends();
    this.said = speaker();
    this.controls = new Controls({
      begin: () => this.go(0), back: () => this.step(-1), toggle: () => this.toggle(), forth: () => this.step(1), end: () => this.go(Infinity),
      zoom: (way) => this.zoom(way), follow: () => this.setFollow(!this.follow), show: (key) => this.show(key, true), move: (y) => this.move(y, true),
    });
    this.playing = new Playing(this, this.controls);
    this.packets = new Packets({ choose: (number, row) => this.choose(number, row), filtered: (shown) => this.ladder.fade(shown) });
    this.title = make("h3", { class: "lkp-heading" });
    const keys = make("div", { class: "lkp-hint" }, "Keys: ← → step · space plays · + − zoom · in the ladder ↑ ↓ go from frame to frame, Enter to its departure");
    this.root = make("div", { class: "lk lkp lkp-player", role: "group", "aria-label": "Ladder player" },
      this.title, this.controls.bar, this.controls.time, this.said, this.ends.element, this.ladder.box, keys, this.packets.element, this.details.element);
    this.root.addEventListener("keydown", (event) => playerKey(this, event));
    keepKeys(this.root);
    explain(this.root, model.get("meanings"));
  }

  // The packet list, and the bytes of its frames.
  list() {
    const text = this.model.get("packets"), octets = this.model.get("octets");
    if (text) this.packets.load(JSON.parse(text), new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength));
  }

  // A frame by its number and its place in the packet list: where it is drawn, and what it holds.
  choose(number, row) {
    const drawn = (view) => view.frames.findIndex((frame) => frame.number === number || frame.members.includes(number));
    this.playing.stop();
    if (drawn(this.view) < 0 && drawn(this.data.views[0]) >= 0) this.show("all", true);
    const index = drawn(this.view), frame = this.view.frames[index];
    this.wanted = index < 0 && this.data.views[0].part ? number : undefined;
    if (frame) this.move(frame.ways[0]?.[1] ?? this.y, true), this.take(index);
    else this.take(-1);
    if (frame?.number !== number) this.foreign(number, row);
  }

  // What a frame holds that the ladder does not draw, or only as one of a run: its bytes, and its fields from the kernel.
  foreign(number, row) {
    const { frames } = this.packets;
    this.asked = { number, raw: frames.whole(row), length: frames.column("frame.len")(row), rows: [] };
    this.shown = this.asked;
    this.details.name(`frame ${number}: ${frames.list.text.info[row]}`, 0);
    this.details.show(this.asked);
    this.model.set("around", number);
    this.model.save_changes();
    this.told(); // one that is chosen once more changes nothing: its fields are here
  }

  told() {
    const detail = JSON.parse(this.model.get("detail") || "{}");
    if (this.asked?.number === detail.number && this.shown === this.asked) this.details.show(detail);
  }

  load() {
    const text = this.model.get("data");
    if (text) {
      const first = !this.view?.frames.length;
      this.data = JSON.parse(text);
      this.title.textContent = this.data.title ?? "";
      this.title.hidden = !this.data.title;
      const known = this.data.views.some((view) => view.key === this.view?.key);
      this.show(known ? this.view.key : "all", false);
      if (first) this.controls.setSpeed(this.view.frames.flatMap((frame) => frame.ways.map(([, y1, , y2]) => this.timeAt(y2) - this.timeAt(y1))));
    }
    this.ladder.fade(this.packets.only);
    if (this.wanted !== undefined) this.choose(this.wanted, this.packets.chosen);
    this.state();
  }

  state() {
    const running = this.model.get("running"), error = this.model.get("error");
    this.controls.follow.hidden = !running;
    this.root.classList.toggle("lkp-live", running);
    if (error) say(this.said, error);
    else if (running && !this.view?.moments.length) say(this.said, "The capture runs; no frame has left a host yet.");
  }

  show(key, chosenByHand) {
    const first = !this.view, opens = first && !this.model.get("running"), early = this.view && this.y < (this.heights[0] ?? 0), time = this.view && this.time();
    const ended = !this.view || this.ended() || (this.follow && this.model.get("running"));
    const kept = ended || chosenByHand ? 0 : this.view.frames[this.held]?.number;
    const focused = this.ladder.frames.includes(document.activeElement);
    if (chosenByHand) this.playing.stop();
    this.view = this.data.views.find((view) => view.key === key);
    this.heights = this.view.moments.map((moment) => moment[1]);
    this.ladder.show(this.view);
    this.held = -1;
    const last = this.heights.length ? this.heights[this.heights.length - 1] : this.view.top;
    this.controls.show(this.data.views, this.view, last);
    this.move(opens ? this.view.top : ended ? last : early ? this.view.top : Math.min(last, along(this.view.times, this.view.places, time)), chosenByHand);
    const index = kept ? this.view.frames.findIndex((frame) => frame.number === kept) : -1;
    if (index >= 0) this.take(index);
    if (opens && this.view.frames.length) this.take(0); // the story is there to be played: its beginning is shown
    if (focused) this.ladder.frames[this.held]?.focus({ preventScroll: true });
  }

  timeAt(y) { return along(this.view.places, this.view.times, y); }

  // At a step, the time of the last thing that happens in it; elsewhere what the axis says.
  time() {
    const at = place(this.heights, this.y + 0.01) - 1;
    if (at >= 0 && this.y - this.heights[at] < 0.02) return this.view.moments[at][0];
    return this.y < (this.heights[0] ?? 0) ? -Number.MAX_VALUE : this.timeAt(this.y);
  }

  ended() { return !this.heights.length || this.y >= this.heights[this.heights.length - 1] - 0.01; }

  // To a height of the layout; a step that is reached chooses the frame that it is about.
  move(y, byHand) {
    const { view } = this, { heights } = this;
    this.y = y;
    if (byHand && this.follow && !this.ended()) this.setFollow(false);
    const at = place(heights, y + 0.01) - 1, moment = view.moments[at];
    const time = heights.length ? this.time() : 0;
    this.ladder.paint(y, this.ended());
    const shown = heights.length ? `${(Math.max(time, view.moments[0][0]) / 1e6).toLocaleString("en-GB", { minimumFractionDigits: view.digits, maximumFractionDigits: view.digits })} ms` : "no frames";
    const words = moment ? moment[2] : heights.length ? "Before the first step." : "";
    this.controls.tell(y, heights.length ? `${shown} · step ${at + 1} of ${heights.length}` : shown, `${shown}: ${words}`);
    this.said.setAttribute("aria-live", this.playing.on ? "off" : "polite");
    if (!this.model.get("error")) say(this.said, words);
    if (moment && moment[3] >= 0) this.take(moment[3]);
    else if (!moment) this.take(-1);
    const flow = view.flow || view.frames[this.current]?.flow || Number(Object.keys(this.data.ends)[0]);
    this.ends.show(this.data.ends[flow]);
    this.ends.paint(time);
    this.ladder.reveal(y);
  }

  // The frame whose fields are shown.
  take(index) {
    this.held = index;
    this.describe(index);
  }

  describe(index) {
    this.ladder.mark(index);
    const frame = this.view.frames[index], shown = frame ? `${frame.number} ${frame.count}` : "";
    this.current = index;
    this.details.name(frame?.tip ?? "", frame?.count ?? 0);
    if (frame) this.packets.mark(frame);
    if (this.shown === shown) return; // a running capture sends all again: the chosen field stays chosen
    this.shown = shown;
    this.details.show(frame && this.data.frames[frame.number]);
  }

  pointed(index, how) {
    if (how === "leave") this.describe(this.held);
    else if (how === "hover") this.describe(index);
    else {
      this.take(index);
      const flow = this.view.flow || this.view.frames[index].flow;
      if (flow) this.ends.show(this.data.ends[flow]), this.ends.paint(this.time());
    }
  }

  step(way) {
    this.playing.stop();
    const { heights, y } = this;
    const next = way > 0 ? heights[place(heights, y + 0.01)] : heights[place(heights, y - 0.01) - 1];
    if (next !== undefined) this.move(next, true);
    else if (way < 0) this.move(this.view.top, true);
  }

  go(where) {
    this.playing.stop();
    const { heights } = this;
    this.move(where && heights.length ? heights[heights.length - 1] : this.view.top, true);
  }

  toggle() {
    if (this.playing.on) return this.playing.stop();
    if (!this.heights.length) return;
    if (this.ended()) this.move(this.view.top, true);
    this.setFollow(false);
    this.playing.start();
  }

  zoom(way) {
    const next = ZOOMS[ZOOMS.indexOf(this.ladder.zoom) + way];
    if (next === undefined) return;
    this.ladder.stretch(next);
    this.ladder.paint(this.y, this.ended());
    this.ladder.reveal(this.y);
    say(this.said, next < 1 ? `The ladder at ${next} of its size.` : `Time is stretched ${next} times.`);
  }

  setFollow(yes) {
    this.follow = yes;
    this.controls.follow.setAttribute("aria-pressed", String(yes));
    if (yes && this.model.get("running")) this.go(Infinity);
  }
}

export default {
  render({ model, el }) {
    const player = new Player(model);
    el.append(player.root);
    const load = () => player.load(), list = () => player.list(), told = () => player.told(), state = () => player.state();
    model.on("change:data", load);
    model.on("change:octets change:packets", list);
    model.on("change:detail", told);
    model.on("change:running change:error", state);
    player.list();
    player.load();
    return () => {
      player.playing.stop();
      for (const [names, heard] of [["change:data", load], ["change:octets change:packets", list], ["change:detail", told], ["change:running change:error", state]]) model.off(names, heard);
    };
  },
};
