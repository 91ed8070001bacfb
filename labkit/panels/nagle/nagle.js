// The Nagle explorer: how to write, a Run button, and this run beside the run before.

class Explorer {
  constructor(model) {
    this.model = model;
    this.form = new Form(model);
    this.said = speaker();
    this.run = make("button", { type: "button", class: "lkn-run", onclick: () => this.start() }, "Run");
    this.text = make("div", { class: "lkn-text" });
    this.refused = make("div", { class: "lkn-refused", role: "alert" });
    this.result = make("div", { class: "lkn-result" });
    this.late = null; // the timer of what is said of a busy kernel
    this.before = null; // was it running, when the page heard last?
    this.root = make("div", { class: "lk lkp lkp-nagle", role: "group", "aria-label": "Nagle explorer" },
      this.form.element, make("div", { class: "lkp-row" }, ...this.form.switches.map((each) => each.element), this.run),
      this.text, this.said, this.refused, this.result);
    keepKeys(this.root);
  }

  start() {
    this.run.disabled = true;
    this.late = ask(this.model, { kind: "run" }, (words) => say(this.said, words));
  }

  updatePlan() {
    this.form.update();
    this.text.textContent = this.model.get("text");
  }

  updateRunning() {
    const running = this.model.get("running");
    clearTimeout(this.late);
    this.run.disabled = running;
    this.run.textContent = running ? "Running\u2026" : "Run";
    if (running) say(this.said, "Running: two hosts are made, the client writes, the server answers.");
    else if (this.before) say(this.said, this.model.get("refused") ? "" : summary(this.model.get("shown")));
    this.before = running;
  }

  updateRefused() {
    say(this.refused, this.model.get("refused"));
  }

  updateShown() {
    this.result.replaceChildren(...comparison(this.model.get("shown")));
  }
}

function render({ model, el }) {
  const explorer = new Explorer(model), plan = () => explorer.updatePlan();
  el.append(explorer.root);
  const watched = [["change:plan", plan], ["change:text", plan], ["msg:custom", plan], ["change:shown", () => explorer.updateShown()],
    ["change:refused", () => explorer.updateRefused()], ["change:running", () => explorer.updateRunning()]];
  for (const [event, handler] of watched) model.on(event, handler);
  explorer.updatePlan();
  explorer.updateRefused();
  explorer.updateShown();
  explorer.updateRunning();
  return () => watched.forEach(([event, handler]) => model.off(event, handler));
}

export default { render };
