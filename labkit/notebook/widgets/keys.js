// Which keys belong to a control and which to the notebook around it, and where the focus goes.

// JupyterLab takes arrow keys and letters wherever the focus is in a notebook's output, to move between cells and
// to cut them. Lumino leaves alone an element with this attribute, if it stands on the very one that has the focus.
function keepKeys(root) {
  root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  root.addEventListener("keydown", (event) => handOver(root, event), { capture: true });
  keepFocus(root);
  letGo(root);
}

// What is the notebook's also here: to run, to leave, to save.
const isNotebooks = (event) => event.key === "Escape"
  || (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey))
  || (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey));

// Give JupyterLab such a key. The cell that shows these controls has run, and running it again would draw them anew:
// so Shift+Enter goes on with the cell below.
function handOver(root, event) {
  const cell = root.closest(".jp-Cell");
  if (!cell || !isNotebooks(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const to = event.key === "Enter" && event.shiftKey ? below(cell) ?? cell : cell;
  to.focus();
  to.dispatchEvent(new KeyboardEvent(event.type, event));
}

// The next cell that is not folded away; undefined after the last.
function below(cell) {
  for (let next = cell.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches(".jp-Cell") && next.checkVisibility()) return next;
  }
}

// JupyterLab chooses a cell whose margin is pressed, but takes the focus from no control: the keys would be the control's.
function letGo(root) {
  const pressed = (event) => {
    if (!root.isConnected) return document.removeEventListener("mousedown", pressed);
    const cell = event.target.closest(".jp-Notebook .jp-Cell");
    if (cell && !root.contains(event.target)) setTimeout(() => root.contains(document.activeElement) && cell.focus());
  };
  root.addEventListener("focusin", () => document.addEventListener("mousedown", pressed));
  root.addEventListener("focusout", () => document.removeEventListener("mousedown", pressed));
}

// A control that has the focus while it is disabled or taken away leaves it with nobody, and no key leads anywhere: the
// root has it then, until the control can be used again.
function keepFocus(root) {
  let last = null;
  const usable = () => last.isConnected && !last.disabled;
  root.addEventListener("focusin", (event) => {
    if (event.target !== root) last = event.target;
  });
  // Whether it was left or lost is known when what takes it away has ended.
  root.addEventListener("focusout", () => queueMicrotask(() => {
    if (last && usable()) last = null;
    if (document.activeElement !== root) root.removeAttribute("tabindex");
  }));
  const look = () => {
    if (!last || !root.isConnected) return;
    const active = document.activeElement;
    if (!usable() && (active === document.body || active === last)) {
      root.setAttribute("tabindex", "-1");
      root.focus({ preventScroll: true });
    } else if (usable() && active === root) last.focus({ preventScroll: true });
  };
  new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
}
