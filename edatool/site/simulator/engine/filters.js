// Whether a filter matches a message: true, false, or null where a browser cannot tell.

function anyOf(list, holds) {
  let unknown = false;
  for (const one of list) {
    const answer = holds(one);
    if (answer === true) return true;
    unknown = unknown || answer === null;
  }
  return unknown ? null : false;
}

function not(answer) {
  return answer === null ? null : !answer;
}

function allOf(list, holds) {
  return not(anyOf(list, (one) => not(holds(one))));
}

// A field that is not there is undefined.

function isScalar(value) {
  return value !== undefined && !Array.isArray(value) && !(value instanceof Map);
}

function isNumber(value) {
  return typeof value === "number" || typeof value === "bigint";
}

// The value, or the elements of an array, those of arrays in it too.
function elements(value) {
  return Array.isArray(value) ? value.flatMap(elements) : [value];
}

function listed(value) {
  return Array.isArray(value) ? value : [value];
}

// What stands at a path, in every element of arrays on the way.
function found(value, path, leaf) {
  if (!path.length) return leaf ? elements(value) : [value];
  const [name, ...rest] = path;
  return elements(value)
    .filter((one) => one instanceof Map && one.has(name))
    .flatMap((one) => found(one.get(name), rest, leaf));
}

// BigInt and Number compare by what they are, however large.
const COMPARISONS = {
  "=": (value, bound) => value == bound,
  "!=": (value, bound) => value != bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

// Tests of one scalar, by their names in the data.
const LEAF_TESTS = {
  equal({ value }) {
    const wanted = parseJson(value);
    return (one) => (isNumber(wanted) ? isNumber(one) && wanted == one : wanted === one);
  },
  numeric({ comparisons, double }) {
    const bounds = comparisons.map(([sign, bound]) => [COMPARISONS[sign], parseJson(bound)]);
    return (one) => {
      if (!isNumber(one)) return false;
      const number = double ? Number(one) : one;
      const beyond = double && typeof one === "bigint" && !Number.isFinite(number);
      return !beyond && bounds.every(([holds, bound]) => holds(number, bound));
    };
  },
  "anything-but"({ tests }) {
    const excluded = tests.map(leafTest);
    return (one) => not(anyOf(excluded, (holds) => holds(one)));
  },
  prefix: ({ text, fold }) => ofText((one) => (fold ? lowered(one) : one).startsWith(text)),
  suffix: ({ text, fold }) => ofText((one) => (fold ? lowered(one) : one).endsWith(text)),
  "equals-ignore-case": ({ text }) => ofText((one) => lowered(one) === text),
  wildcard: ({ pieces }) => ofText((one) => fitsWildcard(pieces, one)),
  cidr({ version, first, last }) {
    const [low, high] = [BigInt(first), BigInt(last)];
    return ofText((one) => {
      const address = addressOf(one);
      return address !== null && address.version === version && low <= address.number && address.number <= high;
    });
  },
  regex({ source }) {
    const regex = source === null ? null : compiled(source);
    return ofText((one) => (regex === null ? null : regex.test(one)));
  },
};

function leafTest(one) {
  return LEAF_TESTS[one.test](one);
}

// Null for what browsers refuse, and edatool does not.
function compiled(source) {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

function ofText(holds) {
  return (value) => (typeof value === "string" ? holds(value) : false);
}

// Each piece as early as it can be: no other choice leaves more to the rest.
function fitsWildcard(pieces, value) {
  if (pieces.length === 1) return value === pieces[0];
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  let start = first.length;
  const end = value.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const place = value.indexOf(piece, start);
    if (place < 0 || place + piece.length > end) return false;
    start = place + piece.length;
  }
  return true;
}

// Tests of a field as a whole, and of any of its elements.
function readTest(one) {
  if (one.test === "exists") {
    const isThere = one.leaf ? (value) => elements(value).some(isScalar) : (value) => value !== undefined;
    return (value) => isThere(value) === one.wanted;
  }
  if (one.test === "all" || one.test === "none") {
    const node = readNode(one.node);
    const each = one.test === "all" ? (inner) => node.holds(inner) : (inner) => not(node.holds(inner));
    return (value) => (value === undefined ? false : allOf(listed(value), each));
  }
  const holds = leafTest(one);
  return (value) => anyOf(elements(value).filter(isScalar), holds);
}

function readNode(data) {
  return data.tests ? readValues(data) : readObject(data);
}

function readValues(data) {
  const tests = data.tests.map(readTest);
  return {
    holds: (value) => anyOf(tests, (holds) => holds(value)),
    why: (value, path) => [
      `${path.join(".")} is ${value === undefined ? "missing" : shortened(written(value), 60)}, not ${data.said}`,
    ],
  };
}

// All of an object is asked of the same element of an array, and of an empty one where there is none.
function readObject(data) {
  const conditions = [
    ...data.fields.map(([name, below]) => readField(name, readNode(below))),
    ...data.absent.map(readAbsent),
    ...data.combined.map(readCombined),
  ];
  const inside = (element) => allOf(conditions, (one) => one.holds(element));
  const whyInside = (element, path) =>
    conditions.filter((one) => one.holds(element) === false).flatMap((one) => one.why(element, path));
  const objectsOf = (value) => elements(value).filter((one) => one instanceof Map);
  return {
    inside,
    whyInside,
    holds(value) {
      const objects = objectsOf(value);
      return anyOf(objects.length ? objects : [new Map()], inside);
    },
    why(value, path) {
      const objects = objectsOf(value);
      if (objects.length < 2) return whyInside(objects[0] || new Map(), path);
      const numbered = (one, place) => prefixed(`object ${place + 1} of ${path.join(".")}`, whyInside(one, path));
      return objects.flatMap(numbered);
    },
  };
}

function readField(name, node) {
  return {
    holds: (element) => node.holds(element.get(name)),
    why: (element, path) => node.why(element.get(name), [...path, escapedName(name)]),
  };
}

function readAbsent({ path, leaf }) {
  return {
    holds: (element) => !found(element, path, leaf).some((one) => !leaf || isScalar(one)),
    why: (_, around) => [`${[...around, ...path.map(escapedName)].join(".")} is there`],
  };
}

function readCombined({ kind, options }) {
  const objects = options.map(readObject);
  if (kind === "not") {
    return { holds: (element) => not(objects[0].inside(element)), why: () => ["what $not excludes holds"] };
  }
  if (kind === "and") {
    return {
      holds: (element) => allOf(objects, (one) => one.inside(element)),
      why: (element, path) =>
        objects.filter((one) => one.inside(element) === false).flatMap((one) => one.whyInside(element, path)),
    };
  }
  return {
    holds: (element) => anyOf(objects, (one) => one.inside(element)),
    why: (element, path) =>
      objects.flatMap((one, place) => prefixed(`alternative ${place + 1} of $or`, one.whyInside(element, path))),
  };
}

function prefixed(where, reasons) {
  return reasons.map((why) => `${where}: ${why}`);
}

function escapedName(name) {
  return name.replace(/\./g, "\\.");
}

// A filter: whether it matches the content of a message, and which of its conditions keep it from that.
function readFilter({ pattern, eventbridge }) {
  const object = readObject(pattern);
  const seen = (content) => (eventbridge ? divided(content) : content);
  return {
    matches: (content) => object.inside(seen(content)),
    why: (content) => object.whyInside(seen(content), []),
  };
}

// What filters see of a message.
function contentOf(data, key, headers, type) {
  const content = new Map([["data", data], ["headers", headers], ["key", key]]);
  return type === null ? content : content.set("type", type);
}

// As EventBridge sees it: a name with dots is the names between them, one in the other.
function divided(value) {
  if (Array.isArray(value)) return value.map(divided);
  if (!(value instanceof Map)) return value;
  const whole = new Map();
  for (const [name, below] of value) {
    const [last, ...around] = name.split(".").reverse();
    let one = new Map([[last, divided(below)]]);
    for (const outer of around) one = new Map([[outer, one]]);
    addTo(whole, one);
  }
  return whole;
}

// What stands in both counts as one array.
function addTo(whole, more) {
  for (const [name, value] of more) {
    const there = whole.get(name);
    if (there instanceof Map && value instanceof Map) addTo(there, value);
    else whole.set(name, there === undefined ? value : [...listed(there), ...listed(value)]);
  }
}
