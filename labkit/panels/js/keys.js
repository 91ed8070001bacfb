// What ipywidgets' own controls lack in a form: keys of their own, names of the groups of radio buttons, and lines
// that a screen reader speaks when their words change.

function render({ model, el }) {
  const form = () => el.closest(".labkit-form");
  const over = new AbortController();
  el.classList.add("labkit-keys");

  // On the document: when this is drawn, the form around it may not be on the page yet, and lists are drawn anew at
  // any time. Lumino leaves alone an element with this attribute, if it stands on the very one that has the focus.
  const keep = (event) => {
    if (form()?.contains(event.target)) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  document.addEventListener("focusin", keep, { signal: over.signal });

  const name = () => {
    const groups = form()?.querySelectorAll(".widget-radio-box") ?? [];
    groups.forEach((group, number) => {
      group.setAttribute("role", "radiogroup");
      group.setAttribute("aria-label", model.get("groups")[number] ?? "");
    });
    form()?.querySelectorAll(".labkit-said").forEach((line) => {
      line.setAttribute("role", "status");
      line.setAttribute("aria-live", "polite");
    });
    const found = groups.length >= model.get("groups").length;
    return form() && found;
  };
  if (!name()) {
    const drawn = new MutationObserver(() => {
      if (name()) drawn.disconnect();
    });
    drawn.observe(document.body, { childList: true, subtree: true });
    over.signal.addEventListener("abort", () => drawn.disconnect());
  }
  return () => over.abort();
}

export default { render };
