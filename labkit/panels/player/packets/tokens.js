// A filter's text in words, and what its words stand for.

const EXAMPLES = {
  number: "a number, such as 8080 or 0x50", address: "an address, such as 10.0.0.1 or 10.0.0.0/24", mac: "an Ethernet address, such as 02:00:00:00:00:01",
  bytes: "text in quotes, such as \"hello\", or bytes, such as 68:65", flag: "1 or 0",
};

// What is wrong with a filter: from and to say where, words what would be right.
class Wrong extends Error {
  constructor(words, from, to = from + 1) {
    super(words);
    this.from = from;
    this.to = to;
  }
}

const TOKEN = /\s*(?:(&&|\|\||==|!=|>=|<=|\.\.|[><~!(){},])|("(?:[^"\\]|\\.)*")|((?:(?!\.\.)[\w.:\/-])+)|(\S))/gy;

// [{text, from, to, quoted}] of a filter.
function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const [, sign, quoted, word, other] = TOKEN.exec(text), to = TOKEN.lastIndex;
    const part = sign ?? quoted ?? word ?? other, from = to - part.length;
    if (other === "\"") throw new Wrong("A text ends with \" as it begins.", from, text.length);
    if (other === "=") throw new Wrong("Write == to compare.", from, to);
    if (other === "&" || other === "|") throw new Wrong(`Write ${other}${other} for ${other === "&" ? "and" : "or"}.`, from, to);
    if (other === "[") throw new Wrong("Parts of a field, field[0:3], are not in this part of the language; write contains.", from, to);
    if (other) throw new Wrong(`${other} has no meaning in a filter.`, from, to);
    found.push({ text: part, from, to, quoted: Boolean(quoted) });
  }
  return found;
}

const ESCAPES = { n: 10, r: 13, t: 9, 0: 0 };

// The bytes that a quoted text stands for: UTF-8, with \n \r \t \0 \xHH.
function quotedBytes(text) {
  const bytes = [];
  for (const [, escaped, plain] of text.slice(1, -1).matchAll(/\\(x[0-9a-fA-F]{2}|.)|([^\\]+)/g)) {
    if (plain) bytes.push(...new TextEncoder().encode(plain));
    else if (escaped.length === 3) bytes.push(parseInt(escaped.slice(1), 16));
    else bytes.push(...(escaped in ESCAPES ? [ESCAPES[escaped]] : new TextEncoder().encode(escaped)));
  }
  return Uint8Array.from(bytes);
}

// An IPv4 or IPv6 address as a number, with its bits: {value, bits}; null for what is none.
const known = new Map();
function addressNumber(text) {
  if (!known.has(text)) known.set(text, text.includes(":") ? sixNumber(text) : fourNumber(text));
  return known.get(text);
}

function fourNumber(text) {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function sixNumber(text) {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half ? half.split(":") : []));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array(tail ? missing : 0).fill("0"), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return { bits: 128, value: groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n) };
}

// What a token stands for beside a field of a kind.
function valueOf(token, field) {
  const { text } = token, refuse = () => {
    throw new Wrong(`${field.name} is compared with ${EXAMPLES[field.kind]}.`, token.from, token.to);
  };
  if (field.kind === "bytes") {
    if (token.quoted) return quotedBytes(text);
    if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2})*$/.test(text)) refuse();
    return Uint8Array.from(text.split(":"), (byte) => parseInt(byte, 16));
  }
  const plain = token.quoted ? text.slice(1, -1) : text;
  if (field.kind === "flag") {
    const value = { 1: 1, 0: 0, true: 1, false: 0 }[plain.toLowerCase()];
    return value ?? refuse();
  }
  if (field.kind === "number") return /^(0[xX][0-9a-fA-F]+|-?\d+(\.\d+)?)$/.test(plain) ? Number(plain) : refuse();
  if (field.kind === "mac") return /^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(plain) ? plain.toLowerCase().replaceAll("-", ":") : refuse();
  return networkOf(plain) ?? refuse();
}

// An address, or a network (10.0.0.0/24) as {value, bits, rest: bits that do not count}; null for what is neither.
function networkOf(text) {
  const [address, length, more] = text.split("/"), found = addressNumber(address);
  if (!found || more !== undefined || (length !== undefined && !(/^\d+$/.test(length) && Number(length) <= found.bits))) return null;
  return { ...found, rest: BigInt(found.bits - Number(length ?? found.bits)) };
}

// The end of a text that a field's name may be the beginning of.
function lastWord(text) {
  return /[\w.]*$/.exec(text)[0];
}
