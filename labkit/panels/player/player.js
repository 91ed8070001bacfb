// The ladder player: a cursor through the ladder's time, by hand, by key, or by itself.

const ZOOMS = [0.5, 0.7, 1, 1.5, 2, 3, 4, 6];
const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];
const FLIGHT = 1500; // milliseconds that a typical frame flies on the screen
const IDLE = 700; // and that an idle time takes, which the axis folds
const STILL = 1000; // and between two steps for those who want no motion

function icon(...paths) {
  return make("svg", { viewBox: "0 0 16 16", class: "lkp-icon", "aria-hidden": "true" }, ...paths.map((d) => make("path", { d })));
}

const ICONS = {
  begin: () => icon("M2 2h2.5v12H2z", "M14 2v12L5.5 8z"),
  back: () => icon("M10 3v10L2.5 8z", "M11.5 3H14v10h-2.5z"),
  play: () => icon("M3.5 1.5v13L14 8z"),
  pause: () => icon("M3 2h3.8v12H3z", "M9.2 2H13v12H9.2z"),
  next: () => icon("M6 3v10l7.5-5z", "M2 3h2.5v10H2z"),
  end: () => icon("M11.5 2H14v12h-2.5z", "M2 2v12l8.5-6z"),
};

class Player {
  constructor(model) {
    this.model = model;
    this.y = 0;
    this.follow = true;
    this.playing = 0;
    this.held = -1;
    this.ladder = new Ladder((index, how) => this.pointed(index, how));
    this.details = new Details();
    this.ends = new Ends();
    this.said = speaker();
    this.controls();
    this.title = make("h3", { class: "lkp-heading" });
    const keys = make("div", { class: "lkp-hint" }, "Keys: ← → step · space plays · + − zoom · in the ladder ↑ ↓ go from frame to frame, Enter to its departure");
    this.root = make("div", { class: "lk lkp lkp-player", role: "group", "aria-label": "Ladder player" },
      this.title, this.bar, this.timeBar, this.said, this.ends.element, this.ladder.box, keys, this.details.element);
    this.root.addEventListener("keydown", (event) => this.key(event));
    keepKeys(this.root);
  }

  controls() {
    const button = (label, drawn, press, more = {}) => make("button", { type: "button", "aria-label": label, title: label, onclick: press, ...more }, drawn);
    this.playButton = button("Play", ICONS.play(), () => this.toggle());
    this.speed = make("select", { "aria-label": "Speed" });
    for (const factor of SPEEDS) this.speed.append(make("option", { value: factor }, factor === 1 ? "real time" : `1/${factor.toLocaleString("en-GB")}`));
    this.which = make("select", { "aria-label": "Show" });
    this.which.addEventListener("change", () => this.show(this.which.value, true));
    this.whichLabel = make("label", {}, "Show ", this.which);
    this.followButton = button("Follow the capture", "Follow", () => this.setFollow(!this.follow), { "aria-pressed": "true", class: "lkp-follow" });
    this.bar = make("div", { class: "lkp-row" },
      make("span", { class: "lkp-keys" },
        button("To the beginning", ICONS.begin(), () => this.go(0)), button("Step back", ICONS.back(), () => this.step(-1)),
        this.playButton,
        button("Step forward", ICONS.next(), () => this.step(1)), button("To the end", ICONS.end(), () => this.go(Infinity))),
      make("label", {}, "Speed ", this.speed), this.whichLabel,
      make("span", { class: "lkp-keys" }, button("Zoom out", "−", () => this.zoom(-1)), button("Zoom in", "+", () => this.zoom(1))),
      this.followButton);
    this.slider = make("input", { type: "range", "aria-label": "Time", min: 0, max: 1000, step: "any" });
    this.slider.addEventListener("input", () => this.move(Number(this.slider.value), true));
    this.marks = make("svg", { class: "lk lkp-marks", "aria-hidden": "true", preserveAspectRatio: "none" });
    this.clock = make("output", { class: "lkp-clock" });
    this.timeBar = make("div", { class: "lkp-time" }, make("div", { class: "lkp-slide" }, this.slider, this.marks), this.clock);
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
      if (first) this.setSpeed();
    }
    this.state();
  }

  state() {
    const running = this.model.get("running"), error = this.model.get("error");
    this.followButton.hidden = !running;
    this.root.classList.toggle("lkp-live", running);
    if (error) say(this.said, error);
    else if (running && !this.view?.moments.length) say(this.said, "The capture runs; no frame has left a host yet.");
  }

  show(key, chosenByHand) {
    const first = !this.view, early = this.view && this.y < (this.heights[0] ?? 0), time = this.view && this.time();
    const ended = !this.view || this.ended() || (this.follow && this.model.get("running"));
    const kept = ended || chosenByHand ? 0 : this.view.frames[this.held]?.number;
    const focused = this.ladder.frames.includes(document.activeElement);
    if (chosenByHand) this.stop();
    this.view = this.data.views.find((view) => view.key === key);
    this.heights = this.view.moments.map((moment) => moment[1]);
    const names = this.data.views.map((view) => view.label).join("\n");
    if (names !== this.names) this.which.replaceChildren(...this.data.views.map((view) => make("option", { value: view.key }, view.label)));
    this.names = names;
    this.which.value = key;
    this.whichLabel.hidden = this.data.views.length < 2;
    this.ladder.show(this.view);
    this.held = -1;
    const last = this.heights.length ? this.heights[this.heights.length - 1] : this.view.top;
    this.slider.min = this.view.top;
    this.slider.max = last;
    this.drawMarks(last);
    this.move(ended ? last : early ? this.view.top : Math.min(last, along(this.view.times, this.view.places, time)), chosenByHand);
    const index = kept ? this.view.frames.findIndex((frame) => frame.number === kept) : -1;
    if (index >= 0) this.take(index);
    if (first && !this.model.get("running")) {
      if (this.view.frames.length) this.take(0);
      this.ladder.box.scrollTop = 0; // the whole story, from its beginning
    }
    if (focused) this.ladder.frames[this.held]?.focus({ preventScroll: true });
  }

  drawMarks(last) {
    const { top, frames } = this.view;
    this.marks.setAttribute("viewBox", `${top} 0 ${Math.max(1, last - top)} 6`);
    this.marks.replaceChildren(...frames.flatMap((frame) => frame.ways.slice(0, 1).map(([, y1]) =>
      make("line", { class: `l h${frame.colour}`, x1: y1, x2: y1, y1: 0, y2: 6 }))));
  }

  setSpeed() {
    const flights = this.view.frames.flatMap((frame) => frame.ways.map(([, y1, , y2]) => this.timeAt(y2) - this.timeAt(y1))).filter((span) => span > 0).sort((a, b) => a - b);
    const typical = (flights[flights.length >> 1] ?? 1e7) / 1e6;
    this.speed.value = SPEEDS.reduce((best, each) => (Math.abs(Math.log(FLIGHT / typical / each)) < Math.abs(Math.log(FLIGHT / typical / best)) ? each : best));
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
    this.slider.value = y;
    const shown = heights.length ? `${(Math.max(time, view.moments[0][0]) / 1e6).toLocaleString("en-GB", { minimumFractionDigits: view.digits, maximumFractionDigits: view.digits })} ms` : "no frames";
    this.clock.textContent = heights.length ? `${shown} · step ${at + 1} of ${heights.length}` : shown;
    const words = moment ? moment[2] : heights.length ? "Before the first step." : "";
    this.slider.setAttribute("aria-valuetext", `${shown}: ${words}`);
    this.said.setAttribute("aria-live", this.playing ? "off" : "polite");
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
    this.stop();
    const { heights, y } = this;
    const next = way > 0 ? heights[place(heights, y + 0.01)] : heights[place(heights, y - 0.01) - 1];
    if (next !== undefined) this.move(next, true);
    else if (way < 0) this.move(this.view.top, true);
  }

  go(where) {
    this.stop();
    const { heights } = this;
    this.move(where && heights.length ? heights[heights.length - 1] : this.view.top, true);
  }

  toggle() {
    if (this.playing) return this.stop();
    if (!this.heights.length) return;
    if (this.ended()) this.move(this.view.top, true);
    this.setFollow(false);
    this.playButton.replaceChildren(ICONS.pause());
    this.playButton.setAttribute("aria-label", "Pause");
    this.playButton.title = "Pause";
    this.playTime = this.timeAt(this.y);
    let before = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tick = (now) => {
      this.playing = requestAnimationFrame(tick);
      const passed = Math.max(0, now - before);
      if (still && passed < STILL) return;
      before = now;
      this.move(still ? this.heights[place(this.heights, this.y + 0.01)] : this.ahead(passed), true);
      if (this.ended()) this.stop();
    };
    this.playing = requestAnimationFrame(tick);
  }

  // Where the cursor is some milliseconds later: as fast as the axis goes, but never long where nothing happens.
  ahead(passed) {
    const { y, heights, view } = this, fold = view.folds.find(([top, bottom]) => y >= top - 0.01 && y < bottom - 0.01);
    if (y < heights[0] || fold) {
      const next = fold ? Math.min(fold[1], y + (fold[1] - fold[0]) * passed / IDLE) : Math.min(heights[0], y + passed / 20);
      this.playTime = this.timeAt(next);
      return next;
    }
    this.playTime += passed * 1e6 / Number(this.speed.value);
    const next = Math.min(along(view.times, view.places, this.playTime), heights[heights.length - 1]);
    const into = view.folds.find(([top]) => top > y && top < next);
    return into ? into[0] : Math.max(y, next);
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.playButton.replaceChildren(ICONS.play());
    this.playButton.setAttribute("aria-label", "Play");
    this.playButton.title = "Play";
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
    this.followButton.setAttribute("aria-pressed", String(yes));
    if (yes && this.model.get("running")) this.go(Infinity);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "SELECT") return;
    const onSlider = event.target === this.slider, inLadder = this.ladder.box.contains(event.target);
    const walk = (way) => {
      const index = Math.min(Math.max((this.held < 0 && way < 0 ? 0 : this.held) + way, 0), this.ladder.frames.length - 1);
      const frame = this.ladder.frames[index];
      frame?.focus({ preventScroll: true });
      if (frame) this.ladder.reveal(this.view.frames[index].ways[0]?.[1] ?? this.y);
    };
    const keys = {
      ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), Home: () => this.go(0), End: () => this.go(Infinity),
      "+": () => this.zoom(1), "=": () => this.zoom(1), "-": () => this.zoom(-1),
      ...(onSlider && { ArrowDown: () => this.step(-1), ArrowUp: () => this.step(1), " ": () => this.toggle() }),
      ...(inLadder && { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), " ": () => this.toggle(),
        Enter: () => this.held >= 0 && this.move(this.view.frames[this.held].ways[0]?.[1] ?? this.y, true) }),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

export default {
  render({ model, el }) {
    const player = new Player(model);
    el.append(player.root);
    const load = () => player.load(), state = () => player.state();
    model.on("change:data", load);
    model.on("change:running change:error", state);
    player.load();
    return () => { player.stop(); model.off("change:data", load); model.off("change:running change:error", state); };
  },
};
