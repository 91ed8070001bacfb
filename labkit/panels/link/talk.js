// Talking to the kernel: each message has a number, and is answered with it.

class Talk {
  constructor(model, line) {
    this.model = model;
    this.line = line; // where it is said
    this.count = 0;
    this.waiting = new Map();
  }

  // answered("" or why it was refused) is called when the kernel has done it; gives the message's number.
  tell(message, answered = () => {}) {
    const n = ++this.count;
    const late = ask(this.model, { ...message, n }, (words) => this.say(words));
    this.waiting.set(n, (refused) => {
      clearTimeout(late);
      answered(refused);
    });
    return n;
  }

  waits(n) {
    return this.waiting.has(n);
  }

  done({ n, refused }) {
    const answered = this.waiting.get(n);
    this.waiting.delete(n);
    answered?.(refused);
  }

  say(words) {
    say(this.line, words);
  }
}
