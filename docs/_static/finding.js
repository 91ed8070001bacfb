// The glossary's field: entries that hold what is typed, and a line that says how many.

for (const place of document.querySelectorAll(".labkit-find")) {
  const field = place.querySelector("input"), said = place.querySelector("[role=status]");
  const letters = [...document.querySelectorAll("article section section")].filter((each) => each.querySelector("section"));
  const entries = letters.flatMap((letter) => [...letter.querySelectorAll("section")]);
  field.addEventListener("input", () => {
    const words = field.value.trim().toLowerCase();
    for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(words);
    for (const letter of letters) letter.hidden = ![...letter.querySelectorAll("section")].some((entry) => !entry.hidden);
    said.textContent = words ? `${entries.filter((entry) => !entry.hidden).length} of ${entries.length} terms` : "";
  });
}
