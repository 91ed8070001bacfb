// What all panels share. anywidget takes one module for a widget: this text stands in front of each panel's own.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "g", "line", "path", "rect", "circle", "polygon", "polyline", "text", "tspan", "title", "desc", "use", "defs", "marker"]);

// make("button", {class: "lkp-button", "aria-label": "Play", onclick: play}, "▶"): an element with its parts.
function make(tag, attributes = {}, ...parts) {
  const element = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...parts.filter((part) => part != null));
  return element;
}

// A line that a screen reader speaks when its words change; say(line, "cut").
function speaker() {
  return make("div", { class: "lkp-said", role: "status", "aria-live": "polite" });
}

function say(line, words) {
  if (line.textContent !== words) line.textContent = words;
}

const BUSY_MS = 700; // without an answer, after which the learner is told why nothing happens

// Send a message to the kernel; can it be heard? What was made before the kernel was started anew has no way to it.
function sent(model, message) {
  try {
    model.send(message);
    return true;
  } catch {
    return false;
  }
}

// Send one that is answered, and tell(words) why nothing happens, unless clearTimeout(what this gives) comes before.
function ask(model, message, tell) {
  if (!sent(model, message)) {
    tell("The kernel was started anew since this was made, and nothing hears it: run its cell again (Shift+Enter).");
    return null;
  }
  return setTimeout(tell, BUSY_MS, "The kernel is busy with a cell: this acts when the cell has ended.");
}
