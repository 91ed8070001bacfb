// The figures of the plots as a table, for those who would rather read them.

function figures({ hosts, facts }, losses) {
  // A cell for each figure, made once: what changes is its words.
  const cells = hosts.map(() => ["sent", "delivered", "waiting", "lost"].map(() => make("td")));
  const heads = ["host", "sends (Mbit/s)", "delivered (Mbit/s)", "waiting (packets)", `lost in ${facts.span} s (frames)`];
  const element = make("table", { class: "lkl-figures" },
    make("thead", {}, make("tr", {}, ...heads.map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...hosts.map((host, h) => make("tr", { class: `h${h % 6}` },
      make("th", { scope: "row", class: "lkl-host" }, host), ...cells[h]))));

  function update(shown) {
    const now = shown.at(-1);
    hosts.forEach((_, h) => {
      const lost = {};
      for (const sample of shown) for (const [fate, count] of Object.entries(sample.hosts[h].lost)) lost[fate] = (lost[fate] || 0) + count;
      const each = now?.hosts[h];
      const words = [each ? number(each.sent) : "0", each ? number(each.delivered) : "0", each ? String(each.waiting) : "0", losses(lost) || "0"];
      words.forEach((text, place) => say(cells[h][place], text));
    });
  }
  return { element, update };
}
