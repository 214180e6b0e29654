// Texts as Python counts, compares and shows them: by code points.

function utf8Length(text) {
  let length = 0;
  for (const one of text) {
    const code = one.codePointAt(0);
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

// A short string of AMQP.
function isShort(text) {
  return utf8Length(text) <= 255;
}

function shortened(text, longest) {
  const characters = Array.from(text);
  return characters.length <= longest ? text : characters.slice(0, longest - 3).join("") + "...";
}

// By code points: where two texts differ, of a pair of surrogates both halves count.
function sorted(texts) {
  return [...texts].sort((one, other) => {
    for (let at = 0; at < one.length && at < other.length; at += 1) {
      if (one[at] !== other[at]) return one.codePointAt(at) - other.codePointAt(at);
    }
    return one.length - other.length;
  });
}

// Fold case as filters do: each character by itself, and not where it would become several.
function lowered(text) {
  const fold = (one) => {
    const low = one.toLowerCase();
    return Array.from(low).length === 1 ? low : one;
  };
  return Array.from(text, fold).join("");
}

const PYTHON_NAMES = new Map([
  [null, "None"],
  [true, "True"],
  [false, "False"],
  [NaN, "nan"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
]);

// Show a value as Python's repr does.
function shownInPython(value) {
  if (PYTHON_NAMES.has(value)) return PYTHON_NAMES.get(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return floatText(value);
  if (Array.isArray(value)) return `[${value.map(shownInPython).join(", ")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, one]) => `${quoted(key)}: ${shownInPython(one)}`).join(", ")}}`;
  }
  return String(value);
}

function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escape = (one) => {
    const named = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: `\\${quote}` }[one];
    if (named) return named;
    if (one === " " || !/[\p{C}\p{Z}]/u.test(one)) return one;
    const code = one.codePointAt(0);
    const [mark, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${mark}${code.toString(16).padStart(width, "0")}`;
  };
  return quote + Array.from(text, escape).join("") + quote;
}

// Write a finite Number as Python does: with a point or an exponent, which begins at 1e16 and at 1e-5.
function floatText(value) {
  if (Object.is(value, -0)) return "-0.0";
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}
