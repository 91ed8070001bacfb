// What ipywidgets' own controls lack in a form: keys of their own, names of the groups of radio buttons, lines that a
// screen reader speaks when their words change, buttons that find what the learner sees, and a way on.

function render({ model, el }) {
  const form = () => el.closest(".labkit-form");
  const over = new AbortController();
  el.classList.add("labkit-form-helper");

  // The parts of the form are drawn one by one, in no order.
  const name = () => {
    form().querySelectorAll(".widget-radio-box").forEach((group, number) => {
      group.setAttribute("role", "radiogroup");
      group.setAttribute("aria-label", model.get("groups")[number] ?? "");
    });
    form().querySelectorAll(".labkit-said").forEach((line) => {
      line.setAttribute("role", "status");
      line.setAttribute("aria-live", "polite");
    });
  };
  let kept = null; // when this is drawn, the form around it may not be on the page yet
  const look = () => {
    drawn.disconnect();
    if (form()) name();
    if (form() && !kept) {
      keepKeys((kept = form()));
      leads(model, kept, over.signal);
      dragLines(kept, (drag) => {
        nothingHeld();
        sent(model, { drag });
      });
      kept.classList.toggle("labkit-above-changed", changedAbove(kept));
    }
    drawn.observe(form() ?? document.body, { childList: true, subtree: true });
  };
  const drawn = new MutationObserver(look);
  look();
  over.signal.addEventListener("abort", () => drawn.disconnect());

  // A press goes to the kernel with what the fields show, in one message: ipywidgets would send a click at once but hold
  // a choice back while an earlier one is under way. Of a list the page knows better only if the learner has touched it
  // since the last press: the kernel may be about to draw it anew. What ipywidgets holds back has come with the press
  // then, and would undo it: a line was moved, and the late choice of its old place moved another.
  // (The manager's own models: what anywidget's host gives stands for them, and what is set on it reaches nothing.)
  const fields = [];
  Promise.all(model.get("fields").map((id) => model.widget_manager.get_model(id))).then((models) => fields.push(...models));
  let touched = true; // what was touched before this was drawn is not known
  const touch = (event) => {
    if (form()?.contains(event.target)) touched = true;
  };
  for (const kind of ["input", "change"]) document.addEventListener(kind, touch, { signal: over.signal });
  const nothingHeld = () => fields.forEach((field) => (field._msg_buffer = null));
  const names = model.get("names"), isList = (field) => field.get("_model_name") === "SelectModel";
  const waits = speaker(); // says why a press does nothing yet
  let late = null;
  const answered = () => {
    clearTimeout(late);
    waits.remove();
  };
  model.on("msg:custom", answered);
  const press = (event) => {
    const button = event.target.closest("button[class*=labkit-press-]");
    if (!button || !form()?.contains(button) || fields.length < names.length) return;
    event.stopPropagation(); // ipywidgets does not hear of it
    const values = fields.map((field, number) => [number, field.get(names[number])])
      .filter(([number]) => touched || !isList(fields[number]));
    nothingHeld();
    touched = false;
    let number = 0;
    while (!button.matches(`.labkit-press-${number}`)) number++;
    clearTimeout(late);
    late = ask(model, { press: number, values }, (words) => {
      form()?.append(waits);
      say(waits, words);
    });
  };
  document.addEventListener("click", press, { capture: true, signal: over.signal });
  return () => {
    over.abort();
    answered();
    model.off("msg:custom", answered);
  };
}

// Enter answers, and once the answer stands the focus goes to what is to be done next.
function leads(model, form, signal) {
  let pressed = false;
  document.addEventListener("click", (event) => {
    if (form.contains(event.target)) pressed = !!event.target.closest("button");
  }, { capture: true, signal });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    form.querySelector(".labkit-answer").click();
  }, { capture: true }); // a text field of ipywidgets tells nobody else of its keys
  const goOn = () => {
    const active = document.activeElement;
    if (!model.get("done") || !pressed || (active !== document.body && !form.contains(active))) return;
    const cell = form.closest(".jp-Cell"), to = cell && (openBelow(cell, form) ?? below(cell));
    to?.focus();
  };
  model.on("change:done", goOn);
  signal.addEventListener("abort", () => model.off("change:done", goOn));
}

// Was the cell above the one that shows this form changed since it ran, or has it not run at all?  JupyterLab marks it.
function changedAbove(form) {
  let above = form.closest(".jp-Cell")?.previousElementSibling;
  while (above && !above.matches(".jp-CodeCell")) above = above.previousElementSibling;
  return !!above && (above.matches(".jp-mod-dirty") || !/\d/.test(above.querySelector(".jp-InputPrompt").textContent));
}

// The first control of the next form of the same cell that can still be answered.
function openBelow(cell, form) {
  const forms = [...cell.querySelectorAll(".labkit-form")];
  return forms.slice(forms.indexOf(form) + 1)
    .map((each) => each.querySelector("input:not(:disabled), select:not(:disabled)")).find(Boolean);
}

export default { render };
