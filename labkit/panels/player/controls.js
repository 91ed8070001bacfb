// The player's controls: buttons, choices, and the slider that is its time.

const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];
const FLIGHT = 1500; // milliseconds that a typical frame flies on the screen

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

class Controls {
  // act: what they do: {begin, back, toggle, forth, end, zoom(way), follow, show(key), move(y)}
  constructor(act) {
    const button = (label, drawn, press, more = {}) => make("button", { type: "button", "aria-label": label, title: label, onclick: press, ...more }, drawn);
    this.play = button("Play", ICONS.play(), () => act.toggle());
    this.speed = make("select", { "aria-label": "Speed" });
    for (const factor of SPEEDS) this.speed.append(make("option", { value: factor }, factor === 1 ? "real time" : `1/${factor.toLocaleString("en-GB")}`));
    this.which = make("select", { "aria-label": "Show", onchange: () => act.show(this.which.value) });
    this.whichLabel = make("label", {}, "Show ", this.which);
    this.follow = button("Follow the capture", "Follow", () => act.follow(), { "aria-pressed": "true", class: "lkp-follow" });
    this.bar = make("div", { class: "lkp-row" },
      make("span", { class: "lkp-keys" },
        button("To the beginning", ICONS.begin(), () => act.begin()), button("Step back", ICONS.back(), () => act.back()),
        this.play,
        button("Step forward", ICONS.next(), () => act.forth()), button("To the end", ICONS.end(), () => act.end())),
      make("label", {}, "Speed ", this.speed), this.whichLabel,
      make("span", { class: "lkp-keys" }, button("Zoom out", "−", () => act.zoom(-1)), button("Zoom in", "+", () => act.zoom(1))),
      this.follow);
    this.slider = make("input", { type: "range", "aria-label": "Time", min: 0, max: 1000, step: "any", oninput: () => act.move(Number(this.slider.value)) });
    this.marks = make("svg", { class: "lk lkp-marks", "aria-hidden": "true", preserveAspectRatio: "none" });
    this.clock = make("output", { class: "lkp-clock" });
    this.time = make("div", { class: "lkp-time" }, make("div", { class: "lkp-slide" }, this.slider, this.marks), this.clock);
  }

  // The views that there are, and the one that is shown; last: the height at which its time ends.
  show(views, view, last) {
    const names = views.map((each) => each.label).join("\n");
    if (names !== this.names) this.which.replaceChildren(...views.map((each) => make("option", { value: each.key }, each.label)));
    this.names = names;
    this.which.value = view.key;
    this.whichLabel.hidden = views.length < 2;
    this.slider.min = view.top;
    this.slider.max = last;
    this.marks.setAttribute("viewBox", `${view.top} 0 ${Math.max(1, last - view.top)} 6`);
    this.marks.replaceChildren(...view.frames.flatMap((frame) => frame.ways.slice(0, 1).map(([, y1]) =>
      make("line", { class: `l h${frame.colour}`, x1: y1, x2: y1, y1: 0, y2: 6 }))));
  }

  // The speed at which a frame flies long enough to be seen; spans: nanoseconds of each flight.
  setSpeed(spans) {
    const flights = spans.filter((span) => span > 0).sort((a, b) => a - b);
    const typical = (flights[flights.length >> 1] ?? 1e7) / 1e6;
    this.speed.value = SPEEDS.reduce((best, each) => (Math.abs(Math.log(FLIGHT / typical / each)) < Math.abs(Math.log(FLIGHT / typical / best)) ? each : best));
  }

  showPlaying(yes) {
    const label = yes ? "Pause" : "Play";
    this.play.replaceChildren(yes ? ICONS.pause() : ICONS.play());
    this.play.setAttribute("aria-label", label);
    this.play.title = label;
  }

  tell(y, time, words) {
    this.slider.value = y;
    this.clock.textContent = time;
    this.slider.setAttribute("aria-valuetext", words);
  }
}
