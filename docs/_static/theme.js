// Pictures and panels know JupyterLab's way to say that a page is dark: say it of this one, too.

const dark = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  const { theme } = document.body.dataset;
  document.body.dataset.jpThemeLight = String(!(theme === "dark" || (theme !== "light" && dark.matches)));
}

new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
dark.addEventListener("change", follow);
follow();

// What is wider than the page scrolls in a box of its own, by keys, too.
function reachable() {
  for (const box of document.querySelectorAll("pre, .table-wrapper, .cell_output .output, .labkit-wide")) {
    if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    else if (box.getAttribute("tabindex") === "0") box.removeAttribute("tabindex");
  }
}

addEventListener("resize", reachable);
addEventListener("load", reachable);
reachable();
