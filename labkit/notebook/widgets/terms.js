// What a name in a panel means, from the glossary: said where one points at it, or where the focus is.
//
// An element says what it shows in data-term, and the layer of a frame that it belongs to in data-of. All sentences come
// with the view, {layer or "": {name: sentence}}, so no kernel is asked.

function explain(root, meanings) {
  const box = make("div", { class: "lkp-term", "aria-hidden": "true", hidden: true });
  const sentence = (at) => meanings[at.dataset.of ?? ""]?.[at.dataset.term] ?? meanings[""]?.[at.dataset.term];
  const tell = (event) => {
    const at = event.target.closest?.("[data-term]"), words = at && sentence(at);
    box.hidden = !words;
    if (!words) return;
    at.setAttribute("aria-description", words);
    box.textContent = `${at.dataset.term}: ${words}`;
    const here = at.getBoundingClientRect(), whole = root.getBoundingClientRect();
    const left = Math.min(here.left - whole.left + 12, whole.width - box.offsetWidth - 4);
    const below = here.bottom - whole.top + 6; // where there is no room below, it stands above
    const above = here.top - whole.top - box.offsetHeight - 6;
    box.style.left = `${Math.max(0, left)}px`;
    box.style.top = `${below + box.offsetHeight > whole.height && above > 0 ? above : below}px`;
  };
  const hush = () => { box.hidden = true; };
  for (const kind of ["pointerover", "focusin"]) root.addEventListener(kind, tell);
  for (const kind of ["pointerleave", "focusout", "scroll"]) root.addEventListener(kind, hush, true);
  root.addEventListener("keydown", (event) => event.key === "Escape" && hush());
  root.classList.add("lkp-explained");
  root.append(box);
}
