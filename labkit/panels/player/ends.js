// Both ends of a connection, beside the ladder: state, buffers, numbers.

const AMOUNT = (bytes) => `${bytes.toLocaleString("en-GB")} byte${bytes === 1 ? "" : "s"}`;

class Ends {
  constructor() {
    this.element = make("div", { class: "lkp-ends", hidden: true });
    this.ends = [];
  }

  show(ends) {
    if (ends === this.shown) return;
    this.shown = ends;
    const most = Math.max(1, ...(ends ?? []).flatMap((end) => end.steps.flatMap((step) => [step[2], step[3] + step[4]])));
    this.ends = (ends ?? []).map((end) => {
      const state = make("strong", { class: "lkp-state", tabindex: 0 });
      const bar = (name) => {
        const full = make("rect", { class: "a", height: 10 }), more = make("rect", { class: "lkp-early", height: 10 });
        const words = make("span", { class: "lkp-words" });
        const picture = make("svg", { class: `lk lkp-bar h${end.colour}`, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
          make("rect", { class: "lkp-empty", width: 100, height: 10 }), full, more);
        return { row: make("div", { class: "lkp-buffer" }, make("span", { class: "lkp-label", tabindex: 0, "data-term": name }, name), picture, words), full, more, words };
      };
      const send = bar("send buffer"), receive = bar("receive buffer");
      const numbers = make("div", { class: "lkp-numbers" });
      const card = make("section", { class: `lkp-end h${end.colour}`, "aria-label": `${end.host}'s end` },
        make("div", { class: "lkp-who" }, make("span", { class: "lkp-host" }, end.host), make("span", { class: "lkp-where" }, end.address), state),
        send.row, receive.row, numbers);
      return { end, times: end.steps.map((step) => step[0]), state, send, receive, numbers, card, at: -1, most };
    });
    this.element.replaceChildren(...this.ends.map((each) => each.card));
    this.element.hidden = !this.ends.length;
  }

  paint(time) {
    for (const each of this.ends) {
      const at = Math.max(0, place(each.times, time) - 1);
      if (at === each.at) continue;
      each.at = at;
      const [, state, unacked, waiting, early, next, acked, expects, writing] = each.end.steps[at];
      const known = each.end.known, share = (bytes) => 100 * bytes / each.most;
      each.state.textContent = each.state.dataset.term = state;
      each.send.full.setAttribute("width", share(unacked));
      each.receive.full.setAttribute("width", share(waiting));
      each.receive.more.setAttribute("x", share(waiting));
      each.receive.more.setAttribute("width", share(early));
      each.send.words.textContent = AMOUNT(unacked) + (writing ? ` · a call of ${AMOUNT(writing)} goes on` : "");
      each.receive.words.textContent = (known ? AMOUNT(waiting) : "not known") + (early ? `, ${AMOUNT(early)} out of order` : "");
      each.numbers.replaceChildren(...[`sends next seq ${next}`, `acknowledged up to ${acked}`, `expects seq ${expects}`]
        .map((words) => make("span", {}, words)));
    }
  }
}
