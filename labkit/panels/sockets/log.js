// The changes in words: a log to be read, and a line that is spoken.

const SAID_MS = 1500; // between two announcements, which are then put together

class Log {
  constructor() {
    this.element = make("div", { class: "lkp-log", role: "log", "aria-live": "off", "aria-label": "Changes", tabindex: 0 });
    this.line = speaker();
    this.line.classList.add("lkp-unseen"); // the log shows the same
    this.heard = 0; // the number of the last line of the log
    this.waiting = [];
    this.speaking = null;
  }

  // all: [number, words], the newest last
  hear(all, first) {
    const { element } = this, lines = all.filter(([number]) => number > this.heard);
    if (!lines.length) return;
    this.heard = lines[lines.length - 1][0];
    const below = element.scrollTop + element.clientHeight >= element.scrollHeight - 4;
    for (const [, words] of lines) element.append(make("div", {}, words));
    while (element.children.length > 40) element.firstChild.remove();
    if (below) element.scrollTop = element.scrollHeight;
    if (first) return; // a page that was opened again: shown, not said
    this.waiting.push(...lines.map(([, words]) => words));
    this.speaking ??= setTimeout(() => this.speak(), SAID_MS);
  }

  speak() {
    this.speaking = null;
    const rest = this.waiting.length - 3;
    say(this.line, this.waiting.slice(0, 3).join("; ") + (rest > 0 ? `; and ${rest} more changes` : ""));
    this.waiting = [];
  }

  end() {
    clearTimeout(this.speaking);
  }
}
