// The glossary: entries that hold what is typed, a line that says how many, and links from entry to entry.

function render({ model, el }) {
  const field = make("input", { type: "search", "aria-label": "Search the glossary", placeholder: "Search: segment, FIN, port …" });
  const said = speaker();
  const list = make("div", { class: "lkp-entries", tabindex: 0, role: "region", "aria-label": "Entries" });
  list.innerHTML = model.get("html");
  const entries = [...list.querySelectorAll("dl > div")];

  // A term of that very name stands first, then names that have it, then those that speak of it.
  const rank = (name, words) => (name === words ? 0 : name.startsWith(words) ? 1 : name.includes(words) ? 2 : 3);
  const search = () => {
    const words = field.value.trim().toLowerCase();
    const found = entries.filter((entry) => entry.textContent.toLowerCase().includes(words));
    const name = (entry) => entry.querySelector("dt").textContent.toLowerCase();
    const places = words ? [...found].sort((a, b) => rank(name(a), words) - rank(name(b), words)) : found;
    list.firstElementChild.replaceChildren(...places);
    say(said, words && !found.length ? "No entry has this." : `${found.length} of ${entries.length} terms`);
  };
  field.addEventListener("input", search);
  list.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#term-"]');
    if (!link) return;
    event.preventDefault(); // JupyterLab would look for a heading of this name
    event.stopPropagation();
    field.value = "";
    search();
    const entry = entries.find((each) => `#${each.id}` === link.getAttribute("href"));
    entry.tabIndex = -1;
    entry.scrollIntoView({ block: "nearest" });
    entry.focus();
  });
  search();
  const root = make("div", { class: "lk lkp lkp-glossary" }, make("div", { class: "lkp-row" }, field, said), list);
  keepKeys(root);
  el.append(root);
}

export default { render };
