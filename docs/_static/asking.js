// Predictions and quizzes answer in the page: what is said to each choice stands beside it, in a template.

const chosenIn = (fieldset) => fieldset.querySelector("input:checked");

// Show what is said to the choice that was taken; gives whether there is one.
function tell(fieldset) {
  const told = fieldset.nextElementSibling, chosen = chosenIn(fieldset);
  if (!chosen) return told.replaceChildren(), false;
  told.replaceChildren(fieldset.querySelector(`template[data-for="${chosen.value}"]`).content.cloneNode(true));
  return true;
}

// A prediction is made once.
function committed(form) {
  for (const part of form.querySelectorAll("input, button")) part.disabled = true;
}

function scored(form, fieldsets) {
  const right = fieldsets.filter((each) => chosenIn(each)?.value === each.dataset.right).length;
  const again = right < fieldsets.length ? ` ${form.dataset.again}` : "";
  return form.dataset.score.replace("#", right) + again;
}

for (const form of document.querySelectorAll("form.labkit-ask")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fieldsets = [...form.querySelectorAll("fieldset")], said = form.querySelector(".said");
    if (!fieldsets.some(chosenIn)) return void (said.textContent = form.dataset.empty);
    said.textContent = form.dataset.ask === "quiz" ? scored(form, fieldsets) : "";
    fieldsets.forEach(tell);
    if (form.dataset.ask === "predict") committed(form);
  });
}
