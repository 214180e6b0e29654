// JSON as Python reads it: integers of any size are BigInt, all other numbers Number, and objects are Map.

const MAX_DEPTH = 64;
const MAX_BYTES = 1048576;
const MAX_DIGITS = 4300; // Python's own limit of what it reads as an integer
const HALF = "half a character stands alone: surrogates come in pairs";
const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class JsonFlaw extends Error {
  constructor(what, text, offset) {
    const lines = text.slice(0, offset).split("\n");
    super(`line ${lines.length}, column ${Array.from(lines[lines.length - 1]).length + 1}: ${what}`);
  }
}

// A payload: refused is what edatool refuses in payloads.
function parsePayload(text) {
  if (utf8Length(text) > MAX_BYTES) throw new JsonFlaw(`over the limit of ${MAX_BYTES} bytes: send less`, text, 0);
  const half = text.search(/[\ud800-\udfff]/u);
  if (half >= 0) throw new JsonFlaw(HALF, text, half);
  if (text.startsWith("\ufeff")) throw new JsonFlaw("it begins with a byte order mark: leave it out", text, 0);
  return readJson(text, true);
}

// A value as Python's json.loads takes it: of a key that stands twice the last value counts, and NaN is a number.
function parseJson(text) {
  return readJson(text, false);
}

function readJson(text, strict) {
  let at = 0;

  function fail(what, offset = at) {
    throw new JsonFlaw(what, text, offset);
  }

  function skipSpace() {
    while (" \t\n\r".includes(text[at] || "-")) at += 1;
  }

  function taken(word) {
    if (!text.startsWith(word, at)) return false;
    at += word.length;
    return true;
  }

  function value(depth) {
    skipSpace();
    const start = at;
    if (text[at] === "{" || text[at] === "[") {
      if (strict && depth === MAX_DEPTH) fail(`nested deeper than ${MAX_DEPTH} levels: flatten it`);
      at += 1;
      return text[start] === "{" ? object(depth + 1) : array(depth + 1);
    }
    if (text[at] === '"') return string();
    for (const [word, meant] of [["null", null], ["true", true], ["false", false]]) if (taken(word)) return meant;
    for (const [word, meant] of [["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]]) {
      if (taken(word)) return strict ? fail(`JSON has no ${word}: use null or leave it out`, start) : meant;
    }
    return number();
  }

  function number() {
    const start = at;
    const digits = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
    digits.lastIndex = at;
    const [whole, fraction] = digits.exec(text) || fail("not JSON: a value is needed here");
    at += whole.length;
    const isInteger = fraction === "";
    const found = isInteger ? integer(whole) : Number(whole);
    if (found === null || (strict && !isInteger && !Number.isFinite(found))) {
      fail("the number is too large: send it as a string", start);
    }
    return found;
  }

  function integer(digits) {
    return digits.replace("-", "").length > MAX_DIGITS ? null : BigInt(digits);
  }

  function string() {
    const start = at;
    let found = "";
    for (at += 1; text[at] !== '"'; ) {
      const end = /["\\\u0000-\u001f]|$/g;
      end.lastIndex = at;
      const stop = end.exec(text).index;
      found += text.slice(at, stop);
      at = stop;
      if (at === text.length) fail("not JSON: a string has no end", start);
      if (text[at] < " ") fail("not JSON: a control character in a string: escape it");
      if (text[at] === "\\") found += escaped();
    }
    at += 1;
    if (strict && /[\ud800-\udfff]/u.test(found)) fail(HALF, start);
    return found;
  }

  function escaped() {
    const start = at;
    const mark = text[at + 1];
    at += 2;
    if (ESCAPES.has(mark)) return ESCAPES.get(mark);
    const code = text.slice(at, at + 4);
    if (mark !== "u" || !/^[0-9a-fA-F]{4}$/.test(code)) fail("not JSON: an escape that JSON does not have", start);
    at += 4;
    return String.fromCharCode(parseInt(code, 16));
  }

  function array(depth) {
    const found = [];
    skipSpace();
    if (taken("]")) return found;
    for (;;) {
      found.push(value(depth));
      skipSpace();
      if (taken("]")) return found;
      if (!taken(",")) fail("not JSON: a comma or ] is needed here");
    }
  }

  function object(depth) {
    const found = new Map();
    skipSpace();
    if (taken("}")) return found;
    for (;;) {
      skipSpace();
      const start = at;
      if (text[at] !== '"') fail("not JSON: a key in double quotes is needed here");
      const key = string();
      if (strict && found.has(key)) fail(`the key ${written(key)} stands here again: keep one`, start);
      skipSpace();
      if (!taken(":")) fail("not JSON: a colon is needed here");
      found.set(key, value(depth));
      skipSpace();
      if (taken("}")) return found;
      if (!taken(",")) fail("not JSON: a comma or } is needed here");
    }
  }

  const found = value(0);
  skipSpace();
  if (at < text.length) fail("not JSON: there is more behind its end");
  return found;
}

// Write a value as Python's json.dumps(..., ensure_ascii=False) does.
function written(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value instanceof Map) return `{${[...value].map(([key, one]) => `${written(key)}: ${written(one)}`).join(", ")}}`;
  return typeof value === "number" && Number.isFinite(value) ? floatText(value) : String(value);
}
