// Places in sorted lists.

// place(list, value): how many members of a sorted list are at most value.
function place(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1; else high = middle;
  }
  return low;
}

// The layout's own mapping between time and height, both ways: from[] and to[] rise together.
function along(from, to, value) {
  if (!from.length) return 0;
  const index = place(from, value);
  if (index === 0) return to[0];
  if (index === from.length) return to[to.length - 1];
  const a = from[index - 1], b = from[index];
  return to[index - 1] + (b > a ? (value - a) / (b - a) : 0) * (to[index] - to[index - 1]);
}
