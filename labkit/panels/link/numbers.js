// Numbers as the panel writes them, and those that an axis ends at.

function number(value) {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(size < 0.1 ? 2 : 3)));
}

// The next number of the kind 1, 2, 5, 10, 20 … that is not below.
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * size).find((each) => each >= value * 0.999);
}
