// What ipywidgets' own controls lack in a form: keys of their own, names of the groups of radio buttons, lines that a
// screen reader speaks when their words change, and buttons that find what the learner sees.

function render({ model, el, host }) {
  const form = () => el.closest(".labkit-form");
  const over = new AbortController();
  el.classList.add("labkit-form-helper");

  // On the document: when this is drawn, the form around it may not be on the page yet, and lists are drawn anew at
  // any time. Lumino leaves alone an element with this attribute, if it stands on the very one that has the focus.
  const keep = (event) => {
    if (form()?.contains(event.target)) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  document.addEventListener("focusin", keep, { signal: over.signal });

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
  const look = () => {
    drawn.disconnect();
    if (form()) name();
    drawn.observe(form() ?? document.body, { childList: true, subtree: true });
  };
  const drawn = new MutationObserver(look);
  look();
  over.signal.addEventListener("abort", () => drawn.disconnect());

  // ipywidgets sends a click at once but holds a choice back while an earlier one is under way. What the fields show
  // goes ahead of the click, if the learner has touched one since the last: only then does the page know better than
  // the kernel, which may be about to draw a list anew.
  const fields = [];
  Promise.all(model.get("fields").map((field) => host.getModel(field))).then((models) => fields.push(...models));
  let touched = true; // what was touched before this was drawn is not known
  const touch = (event) => {
    if (form()?.contains(event.target)) touched = true;
  };
  for (const kind of ["input", "change"]) document.addEventListener(kind, touch, { signal: over.signal });
  const ahead = (event) => {
    if (!touched || !fields.length || !form()?.contains(event.target) || !event.target.closest("button")) return;
    touched = false;
    model.send({ values: fields.map((field, number) => field.get(model.get("names")[number])) });
  };
  document.addEventListener("click", ahead, { capture: true, signal: over.signal });
  return () => over.abort();
}

export default { render };
