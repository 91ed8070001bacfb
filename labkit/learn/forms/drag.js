// Lines of a list dragged to another place, in the same list or in the one beside it; and Alt with an arrow moves the
// chosen line as the buttons do.

const MOVES = { ArrowUp: ".labkit-up", ArrowDown: ".labkit-down", ArrowRight: ".labkit-out", ArrowLeft: ".labkit-in" };

// dropped([list, place, list, place]): a line was dragged from a place of a list, each counted from 0, to another
function dragLines(form, dropped) {
  const lists = () => [...form.querySelectorAll("select")];
  form.addEventListener("mousedown", (event) => {
    const option = event.target.closest("option"), list = option?.closest("select");
    if (!list || list.disabled || event.button) return;
    event.preventDefault(); // or the browser would choose each line that the pointer passes
    choose(list, option.index);
    follow(lists(), list, option, dropped);
  });
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.target.matches("select") || !MOVES[event.key]) return;
    event.preventDefault();
    form.querySelector(MOVES[event.key])?.click();
  }, { capture: true });
}

function choose(list, place) {
  list.focus();
  list.selectedIndex = place;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

// Until the button is let go: mark where the line would come to stand.
function follow(lists, from, option, dropped) {
  const over = new AbortController(), at = option.index;
  let target = null;
  const unmark = () => lists.forEach((list) => {
    list.classList.remove("labkit-over");
    for (const each of list.options) each.classList.remove("labkit-before", "labkit-after");
  });
  const end = () => {
    unmark();
    over.abort();
  };
  document.addEventListener("mousemove", (event) => {
    unmark();
    target = placeUnder(lists, option, event);
    if (!target) return;
    const rest = [...target.list.options].filter((each) => each !== option);
    target.list.classList.add("labkit-over");
    rest[target.to]?.classList.add("labkit-before");
    if (rest.length && target.to === rest.length) rest[rest.length - 1].classList.add("labkit-after");
  }, { signal: over.signal });
  document.addEventListener("mouseup", () => {
    end();
    if (target && (target.list !== from || target.to !== at)) dropped([lists.indexOf(from), at, lists.indexOf(target.list), target.to]);
  }, { signal: over.signal });
  window.addEventListener("blur", end, { signal: over.signal });
}

// The list under the pointer, and before which of its other lines; null where there is none.
function placeUnder(lists, option, { clientX, clientY }) {
  const list = lists.find((each) => {
    const box = each.getBoundingClientRect();
    return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  });
  if (!list) return null;
  const above = [...list.options].filter((each) => {
    const box = each.getBoundingClientRect();
    return each !== option && box.top + box.height / 2 < clientY;
  });
  return { list, to: above.length };
}
