// Display filters, as Wireshark has them, a part: fields, comparisons, and, or, not, brackets, sets and ranges.

const OPERATORS = { "==": "==", eq: "==", "!=": "!=", ne: "!=", ">": ">", gt: ">", "<": "<", lt: "<", ">=": ">=", ge: ">=", "<=": "<=", le: "<=", contains: "contains", matches: "matches", "~": "matches", in: "in" };
const HOW = "A field by name, or compared: == != > < >= <= in {…}; bytes: contains, matches; joined: && || ! ( ). Wireshark's words, a part.";
const JOINS = { "||": "or", or: "or", "&&": "and", and: "and" };

// What the page knows of the frames: list as `listing` gives it, bytes of all frames.
class Frames {
  constructor(list, bytes) {
    this.list = list;
    this.bytes = bytes;
    this.fields = new Map(list.fields.map(([name, kind, words, where]) => [name, { name, kind, words, where }]));
  }

  column(name) {
    const column = this.list.columns[name];
    return Array.isArray(column) ? (row) => column[row] : () => column ?? null;
  }

  // Does a frame have this layer?
  has(name) {
    const layers = this.column("layers"), among = this.list.layers.map((each) => each.includes(name));
    return (row) => among[layers(row)];
  }

  // The values that a frame has of a field: a function from a frame's place to a list.
  values({ name, kind, where }) {
    if (kind === "protocol") {
      const has = this.has(name);
      return (row) => (has(row) ? [name] : []);
    }
    if (kind === "bytes") return this.content(where[0]);
    if (!where.length) {
      const column = this.column(name);
      return (row) => (column(row) === null ? [] : [column(row)]);
    }
    if (typeof where[1] === "number") {
      const column = this.column(where[0]), bit = where[1];
      return (row) => (column(row) === null ? [] : [column(row) & bit ? 1 : 0]);
    }
    const columns = where.map((each) => this.column(each));
    return (row) => columns.map((column) => column(row)).filter((value) => value !== null);
  }

  // The bytes of a frame, or of the data that a protocol carries in it.
  content(protocol) {
    if (!protocol) return (row) => (this.list.at[row] < 0 ? [] : [this.whole(row)]);
    const has = this.has(protocol), begin = this.column("payload.at"), size = this.column("payload.size");
    return (row) => (size(row) && has(row) && this.list.at[row] >= 0 ? [this.whole(row).subarray(begin(row), begin(row) + size(row))] : []);
  }

  whole(row) {
    const at = this.list.at[row];
    return at < 0 ? new Uint8Array() : this.bytes.subarray(at, at + this.list.kept[row]);
  }
}

// compile(text, frames): {test: is a frame shown?, remark}; throws Wrong.
function compile(text, frames) {
  return new Filter(text, frames).whole();
}

class Filter {
  constructor(text, frames) {
    this.text = text;
    this.frames = frames;
    this.tokens = tokens(text);
    this.place = 0;
    this.remark = "";
  }

  whole() {
    if (!this.tokens.length) return { test: () => true, remark: HOW };
    const test = this.either();
    if (this.token) this.stray();
    return { test, remark: this.remark };
  }

  get token() { return this.tokens[this.place]; }

  word() { return this.token && !this.token.quoted ? this.token.text.toLowerCase() : undefined; }

  stray() {
    const { text, from, to } = this.token;
    throw new Wrong(text === ")" ? "This bracket was not opened." : `Write && or || between two conditions (before ${text}).`, from, to);
  }

  missing(what) {
    const at = this.text.trimEnd().length;
    throw new Wrong(what, at, at + 1);
  }

  either() {
    const tests = [this.both()];
    while (JOINS[this.word()] === "or") { this.place += 1; tests.push(this.both()); }
    return tests.length === 1 ? tests[0] : (row) => tests.some((test) => test(row));
  }

  both() {
    const tests = [this.one()];
    while (JOINS[this.word()] === "and") { this.place += 1; tests.push(this.one()); }
    return tests.length === 1 ? tests[0] : (row) => tests.every((test) => test(row));
  }

  one() {
    const word = this.word();
    if (word === "!" || word === "not") {
      this.place += 1;
      const test = this.one();
      return (row) => !test(row);
    }
    if (word !== "(") return this.condition();
    const opened = this.token;
    this.place += 1;
    const test = this.either();
    if (this.word() !== ")") throw this.token ? new Wrong(`Write && or || or ) before ${this.token.text}.`, this.token.from, this.token.to) : new Wrong("This bracket is not closed.", opened.from, opened.to);
    this.place += 1;
    return test;
  }

  condition() {
    const { token } = this;
    if (!token) this.missing(this.place ? `A condition is missing after ${this.tokens[this.place - 1].text}.` : "A condition is missing.");
    const field = !token.quoted && this.frames.fields.get(token.text);
    if (!field) throw new Wrong(notAField(token, [...this.frames.fields.keys()]), token.from, token.to);
    this.place += 1;
    const values = this.frames.values(field), operator = OPERATORS[this.word()];
    if (!operator) return this.alone(field, values);
    const sign = this.token.text;
    if (field.kind === "protocol") throw new Wrong(`${field.name} is a protocol: its name alone is the condition.`, this.token.from, this.token.to);
    if ((operator === "contains" || operator === "matches") && field.kind !== "bytes") throw new Wrong(`${sign} asks for bytes in frame, tcp.payload or udp.payload; compare ${field.name} with ==.`, this.token.from, this.token.to);
    this.place += 1;
    if (operator === "in") return this.within(field, values);
    const test = comparison(operator, this.value(field, sign, operator), field);
    if (operator === "!=") return (row) => { const all = values(row); return all.length > 0 && all.every(test); };
    return (row) => values(row).some(test);
  }

  alone(field, values) {
    if (typeof field.where[1] === "number" || field.name.startsWith("ip.flags."))
      this.remark = `Every frame of this protocol has ${field.name}, set or not: write ${field.name} == 1.`;
    return (row) => values(row).length > 0;
  }

  value(field, after, operator) {
    if (!this.token) this.missing(`After ${after} comes ${EXAMPLES[field.kind]}.`);
    const { token } = this;
    this.place += 1;
    if (operator !== "matches") return valueOf(token, field);
    try {
      return new RegExp(token.quoted ? token.text.slice(1, -1) : token.text, "is");
    } catch (error) {
      throw new Wrong(`This is not a regular expression: ${error.message}`, token.from, token.to);
    }
  }

  // field in {80, 443, 8000..8080}
  within(field, values) {
    if (this.word() !== "{") this.missing(`After in comes a set in braces, such as ${field.name} in {…, …}.`);
    this.place += 1;
    const tests = [];
    while (true) {
      const low = this.value(field, "{", "in");
      if (this.word() === "..") {
        this.place += 1;
        const above = comparison(">=", low, field), below = comparison("<=", this.value(field, "..", "in"), field);
        tests.push((value) => above(value) && below(value));
      } else tests.push(comparison("==", low, field));
      if (this.word() === ",") this.place += 1;
      else if (this.word() === "}") break;
      else if (this.token) throw new Wrong("Write , between the members of a set, and } behind the last.", this.token.from, this.token.to);
      else this.missing("A set ends with }.");
    }
    this.place += 1;
    return (row) => values(row).some((value) => tests.some((test) => test(value)));
  }
}

// Does a frame's value stand in this relation to the wanted one?
function comparison(operator, wanted, { kind }) {
  if (operator === "matches") return (bytes) => wanted.test(String.fromCharCode(...bytes));
  if (operator === "contains") return (bytes) => holds(bytes, wanted);
  const order = kind === "bytes" ? byteOrder : kind === "address" ? addressOrder : (a, b) => (a < b ? -1 : Number(a > b));
  const right = { "==": (n) => n === 0, "!=": (n) => n !== 0, ">": (n) => n > 0, "<": (n) => n < 0, ">=": (n) => n >= 0, "<=": (n) => n <= 0 }[operator];
  return (value) => right(order(value, wanted));
}

function addressOrder(text, wanted) {
  const { value, bits } = addressNumber(text), { rest } = wanted;
  if (bits !== wanted.bits) return NaN;
  const mine = value >> rest, other = wanted.value >> rest;
  return mine < other ? -1 : Number(mine > other);
}

function byteOrder(a, b) {
  const differs = a.findIndex((byte, at) => byte !== b[at]);
  return differs < 0 ? a.length - b.length : b[differs] === undefined ? 1 : a[differs] - b[differs];
}

function holds(bytes, wanted) {
  if (!wanted.length) return true;
  for (let at = bytes.indexOf(wanted[0]); at >= 0 && at + wanted.length <= bytes.length; at = bytes.indexOf(wanted[0], at + 1))
    if (wanted.every((byte, place) => bytes[at + place] === byte)) return true;
  return false;
}

// What would be right where no field stands.
function notAField({ text, quoted }, names) {
  if (quoted) return `A text is looked for with contains: frame contains ${text}.`;
  if (networkOf(text)) return `Say which field: ip${text.includes(":") ? "v6" : ""}.addr == ${text}.`;
  if (/^\d+$/.test(text)) return `Say which field: tcp.port == ${text}.`;
  if (/^[&|=<>!~(){},.]/.test(text)) return `A condition is missing before ${text}.`;
  const near = nearestName(text.toLowerCase(), names);
  return `There is no field ${text} here${near ? `; ${near}?` : "; the list below the box opens with ↓."}`;
}

function nearestName(text, names) {
  const begun = names.filter((name) => name.startsWith(text) || `${name}.`.includes(`.${text}.`));
  if (begun.length) return begun[0];
  const [best, away] = names.map((name) => [name, distance(text, name)]).reduce((a, b) => (b[1] < a[1] ? b : a), ["", Infinity]);
  return away <= Math.max(2, text.length / 3) ? best : "";
}

// How many letters must be put in, left out or changed (Levenshtein).
function distance(a, b) {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = now;
  }
  return before[b.length];
}
