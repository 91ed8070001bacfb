// The link panel: a row of controls for each cable, and what crosses it in the last ten seconds.

function render({ model, el }) {
  const said = speaker();
  const panel = make("div", { class: "lk lkp lkp-link", role: "group", "aria-label": "Link panel" });
  keepKeys(panel);
  const view = Math.random().toString(36).slice(2), hosts = model.get("hosts"), talk = new Talk(model, said);
  const about = { model, facts: model.get("facts"), hosts, view, talk };

  const cables = [null, ...hosts].map((host, number) => cable(about, host, number));
  const boxes = cables.map((each) => each.box);
  const links = hosts.length <= 4 ? boxes
    : [boxes[0], make("details", {}, make("summary", {}, `The cable of each of the ${hosts.length} hosts`), ...boxes.slice(1))];
  const traffic = sending(about), plots = new Plots(about, panel);
  const ended = make("div", { class: "lkl-ended", role: "alert" });
  panel.append(...links, traffic.row, said, ended, ...plots.elements);
  el.append(panel);

  function update() {
    cables.forEach((each) => each.update());
    plots.soon();
  }
  function updateEnd() {
    const words = model.get("ended");
    say(ended, words);
    if (words) for (const each of panel.querySelectorAll("button, input, select")) each.disabled = true;
  }
  function message(content) {
    if (content.kind === "sample") plots.add(content.sample);
    else if (content.kind === "history") plots.load(content.samples);
    else if (content.kind === "done") {
      talk.done(content);
      update();
    }
  }
  const watched = [["msg:custom", message], ["change:conditions", update], ["change:sending", traffic.update], ["change:ended", updateEnd]];
  for (const [event, handler] of watched) model.on(event, handler);
  update();
  traffic.update();
  updateEnd();
  const unseen = watchSight(panel, model, view);
  const resized = new ResizeObserver(() => plots.soon());
  resized.observe(panel);
  return () => {
    for (const [event, handler] of watched) model.off(event, handler);
    resized.disconnect();
    unseen();
  };
}

// Tells the kernel whether anybody sees this view; gives what ends that.
function watchSight(panel, model, view) {
  let seen = null;
  const looked = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting === seen) return;
    seen = entry.isIntersecting;
    sent(model, { kind: seen ? "hello" : "seen", view, on: seen, n: 0 });
  });
  looked.observe(panel);
  return () => {
    looked.disconnect();
    if (seen) sent(model, { kind: "seen", view, on: false, n: 0 });
  };
}

export default { render };
