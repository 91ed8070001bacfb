// Where the plots lie, what they show, and which place a value has in them.

// samples: all that there are, the oldest first;  the time of the last one is now
function measures({ hosts, facts, model }, samples, width) {
  const now = samples.length ? samples.at(-1).t : 0;
  const shown = samples.filter((sample) => sample.t > now - facts.span);
  const left = 58, right = width < 520 ? 62 : 84, wide = width - left - right;
  const lanes = Math.min(hosts.length, 6);
  const top = { rate: 22, lost: 0, queue: 0 }, high = { rate: 132, lost: 15 * lanes + 2, queue: 76 };
  top.lost = top.rate + high.rate + 22;
  top.queue = top.lost + high.lost + 24;
  const bottom = top.queue + high.queue;

  const rates = shown.flatMap((sample) => sample.hosts.flatMap((host) => [host.sent, host.delivered]));
  const rateTop = nice(Math.max(rates.some(Boolean) ? 1e-3 : 1, ...rates)); // 1 Mbit/s while nothing is sent
  const most = Math.max(0, ...shown.flatMap((sample) => sample.hosts.map((host) => host.waiting)));
  const limits = model.get("conditions").map((each) => (each.rate_mbit == null ? null : each.queue_packets));
  const near = limits.filter((limit) => limit != null && most > 0 && limit <= most * 2);
  const queueTop = nice(Math.max(10, most, ...near));
  return {
    hosts, span: facts.span, width, height: bottom + 34, now, shown, left, wide, end: left + wide, lanes, top, high, bottom, rateTop, queueTop,
    limits: limits.map((limit) => (near.length && limit <= queueTop ? limit : null)),
    x: (t) => left + wide * (1 - (now - t) / facts.span),
    yRate: (value) => top.rate + high.rate * (1 - value / rateTop),
    yQueue: (value) => top.queue + high.queue * (1 - value / queueTop),
  };
}

// How many samples before the last one the one lies that stands at px pixels from the left; null where none does.
function sampleAt({ now, shown, span, left, wide }, px) {
  const t = now - span * (1 - (px - left) / wide);
  const index = shown.findLastIndex((sample) => t > sample.t - sample.dt && t <= sample.t);
  return index < 0 ? null : shown.length - 1 - index;
}

// Labels at the ends of lines, at least `apart` pixels from each other, in their order, none below `lowest`.
function spread(list, apart, lowest) {
  const sorted = [...list].sort((a, b) => a.y - b.y);
  let last = -Infinity;
  for (const each of sorted) last = each.at = Math.max(each.y, last + apart);
  let next = lowest + apart;
  for (const each of sorted.reverse()) next = each.at = Math.min(each.at, next - apart);
  return sorted;
}
