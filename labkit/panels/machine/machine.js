// The state machine. Python has drawn it: here classes are changed in the drawing, and words are set beside it.

function render({ model, el }) {
  const root = make("div", { class: "lk lkp lkp-machine" }), line = speaker();
  const diagram = new Diagram(model.get("drawing"), model.get("book")), card = new Card(diagram);
  const journeys = model.get("journeys"), traveller = journeys.length ? new Traveller(journeys, diagram, card, line) : null;
  const walk = traveller ? null : new Walk(diagram, card, line);
  root.append(...(traveller ?? walk).parts);
  traveller?.load(0);
  walk?.step(walk.start);
  keepKeys(root);
  el.append(root);
  return () => traveller?.stop();
}

export default { render };
