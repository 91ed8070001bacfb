// Every shape remembers where the layout put it; stretch(z) moves each as what it is: lines by their ends, heads and
// crosses as a whole, words along their arrow or beside their time.
function remember(node, ways) {
  const number = (name) => Number(node.getAttribute(name));
  if (node.tagName === "line") {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map(number);
    if (node.classList.contains("cross")) {
      const middle = (y1 + y2) / 2;
      return (at) => { node.setAttribute("y1", at(middle) + y1 - middle); node.setAttribute("y2", at(middle) + y2 - middle); };
    }
    return (at) => { node.setAttribute("y1", at(y1)); node.setAttribute("y2", at(y2)); };
  }
  if (node.tagName === "circle") {
    const y = number("cy");
    return (at) => node.setAttribute("cy", at(y));
  }
  if (node.tagName === "polygon") {
    const points = node.getAttribute("points").split(" ").map((pair) => pair.split(",").map(Number));
    const [tipX, tipY] = points[0];
    const way = node.classList.contains("tip") && nearest(ways, (w) => Math.abs(w[2] - tipX) + Math.abs(w[3] - tipY));
    if (way) return (at, z) => {
      const turn = Math.atan2((way[3] - way[1]) * z, way[2] - way[0]) - Math.atan2(way[3] - way[1], way[2] - way[0]);
      const c = Math.cos(turn), s = Math.sin(turn), top = at(tipY);
      node.setAttribute("points", points.map(([x, y]) =>
        `${tipX + c * (x - tipX) - s * (y - tipY)},${top + s * (x - tipX) + c * (y - tipY)}`).join(" "));
    };
    return (at) => node.setAttribute("points", points.map(([x, y]) => `${x},${at(y)}`).join(" "));
  }
  const x = number("x"), y = number("y");
  const angle = Number(/rotate\((\S+)/.exec(node.getAttribute("transform") ?? "")?.[1] ?? 0) * Math.PI / 180;
  const along = (w) => w[1] + (w[3] - w[1]) * (x - w[0]) / (w[2] - w[0] || 1);
  const way = ways.length && nearest(ways, (w) => Math.abs(along(w) - y));
  if (way) return (at, z) => {
    const turned = Math.atan(Math.tan(angle) * z), line = along(way);
    const top = at(line) + (y - line) * Math.cos(angle) / Math.cos(turned);
    node.setAttribute("y", top);
    node.setAttribute("transform", `rotate(${turned * 180 / Math.PI} ${x} ${top})`);
  };
  const time = node.dataset.at === undefined ? y : Number(node.dataset.at);
  return (at) => node.setAttribute("y", at(time) + y - time);
}

function nearest(all, distance) {
  return all.reduce((best, each) => (best === null || distance(each) < distance(best) ? each : best), null);
}
