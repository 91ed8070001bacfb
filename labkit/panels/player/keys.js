// The keys of the player.

function playerKey(player, event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "SELECT" || player.packets.element.contains(event.target)) return;
  const { ladder, view } = player;
  const onSlider = event.target === player.controls.slider, inLadder = ladder.box.contains(event.target);
  const departure = (index) => view.frames[index].ways[0]?.[1] ?? player.y;
  const walk = (way) => {
    const index = Math.min(Math.max((player.held < 0 && way < 0 ? 0 : player.held) + way, 0), ladder.frames.length - 1);
    const frame = ladder.frames[index];
    frame?.focus({ preventScroll: true });
    if (frame) ladder.reveal(departure(index));
  };
  const keys = {
    ArrowRight: () => player.step(1), ArrowLeft: () => player.step(-1), Home: () => player.go(0), End: () => player.go(Infinity),
    "+": () => player.zoom(1), "=": () => player.zoom(1), "-": () => player.zoom(-1),
    ...(onSlider && { ArrowDown: () => player.step(-1), ArrowUp: () => player.step(1), " ": () => player.toggle() }),
    ...(inLadder && { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), " ": () => player.toggle(),
      Enter: () => player.held >= 0 && player.move(departure(player.held), true) }),
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
