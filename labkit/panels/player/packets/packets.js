// All frames in a list, with a filter, the next finding, the words of a conversation, and a file of what is shown.

class Packets {
  // act: {choose(number), filtered(shown: a set of numbers, null for all)}
  constructor(act) {
    this.act = act;
    this.chosen = -1;
    this.shown = []; // places of the frames that the filter leaves
    this.only = null; // and their numbers, where there is a filter
    this.list = new PacketList((row) => { say(this.said, ""); this.take(row); this.act.choose(this.number(row), row); });
    this.filter = new FilterBox((test, text) => this.apply(test, text));
    this.following = new Following(() => this.list.box.focus({ preventScroll: true }));
    const button = (words, press, more = {}) => make("button", { type: "button", onclick: press, ...more }, words);
    this.count = make("output", { class: "lkp-count" });
    this.before = button("◂ finding", () => this.find(-1), { title: "To the finding before: a loss, a repetition, a duplicate ACK, a reset" });
    this.after = button("finding ▸", () => this.find(1), { title: "To the next finding: a loss, a repetition, a duplicate ACK, a reset" });
    this.follow = button("Follow stream", () => this.followed());
    this.save = button("Save shown", () => download("shown.pcapng", pcapng(this.frames, this.shown)), { title: "Save the frames that are shown as a file for Wireshark (pcapng)" });
    this.said = speaker();
    this.said.className = "lkp-list-said";
    this.summary = make("summary", {});
    this.element = make("details", { class: "lkp-packets" }, this.summary, this.filter.element, this.filter.said,
      this.list.element, make("div", { class: "lkp-row" }, this.count, this.before, this.after, this.follow, this.save), this.said, this.following.element);
    this.element.addEventListener("toggle", () => this.list.paint());
  }

  load(list, bytes) {
    this.frames = new Frames(list, bytes);
    this.numbers = this.frames.column("frame.number");
    const more = list.left_out ? `, the first of ${(list.rows + list.left_out).toLocaleString("en-GB")}` : "";
    this.summary.textContent = `Packets: ${list.rows.toLocaleString("en-GB")} frame${list.rows === 1 ? "" : "s"}${more}, in a list with a filter`;
    this.findings = list.text.finding.flatMap((finding, row) => (finding ? [row] : []));
    this.before.hidden = this.after.hidden = !this.findings.length;
    this.filter.load(this.frames);
  }

  number(row) { return this.numbers(row); }

  apply(test, text) {
    const { rows } = this.frames.list;
    this.shown = [];
    for (let row = 0; row < rows; row += 1) if (test(row)) this.shown.push(row);
    this.list.show(this.frames.list, this.shown, this.chosen);
    this.count.textContent = `${this.shown.length.toLocaleString("en-GB")} of ${rows.toLocaleString("en-GB")} frames shown`;
    this.save.disabled = !this.shown.length;
    this.tools();
    this.only = text.trim() ? new Set(this.shown.map((row) => this.number(row))) : null;
    this.act.filtered(this.only);
  }

  // A frame was chosen in the ladder; of a run there, the one that is chosen here may stay so.
  mark({ number, members }) {
    const row = this.frames ? this.row(number) : -1;
    if (row === this.chosen || (this.chosen >= 0 && members.includes(this.number(this.chosen)))) return;
    this.take(row);
    this.list.mark(row);
  }

  row(number) {
    if (number === undefined) return -1;
    const guess = number - 1;
    if (this.number(guess) === number) return guess;
    for (let row = 0; row < this.frames.list.rows; row += 1) if (this.number(row) === number) return row;
    return -1;
  }

  take(row) {
    this.chosen = row;
    this.tools();
  }

  // The conversation of the chosen frame, as {protocol, number, talk}; undefined for none.
  talk() {
    if (this.chosen < 0) return undefined;
    return ["tcp", "udp"].map((protocol) => {
      const number = this.frames.column(`${protocol}.stream`)(this.chosen);
      return { protocol, number, talk: this.frames.list.talks[`${protocol} ${number}`] };
    }).find(({ talk }) => talk);
  }

  tools() {
    this.follow.disabled = !this.talk();
    this.follow.title = this.follow.disabled ? "Choose a frame of a conversation in which something was said" : "What both ends said";
  }

  followed() {
    const { protocol, number, talk } = this.talk();
    this.filter.set(`${protocol}.stream == ${number}`); // as Wireshark does
    this.following.show(protocol === "tcp" ? "Connection" : "Datagrams", talk, this.frames);
  }

  // To the next finding among the frames shown, from the chosen one.
  find(way) {
    const shown = new Set(this.shown), there = this.findings.filter((row) => shown.has(row) && (way > 0 ? row > this.chosen : row < this.chosen));
    const row = way > 0 ? there[0] : there[there.length - 1];
    if (row === undefined) return say(this.said, `No finding ${way > 0 ? "after" : "before"} this frame among those shown.`);
    this.list.mark(row);
    this.take(row);
    this.act.choose(this.number(row), row);
    return say(this.said, `Frame ${this.number(row)}: ${this.frames.list.text.finding[row]}.`);
  }
}
