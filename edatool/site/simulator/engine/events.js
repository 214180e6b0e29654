// An event and its payload to the message that is published, or to what keeps it from that.

const LEAST_HEADER = -(2n ** 63n);
const GREATEST_HEADER = 2n ** 63n - 1n;

// The routing key and the headers of an event: { key, headers }, or { violations }.
function address(event, payload) {
  const violations = [];
  const key = keyOf(event.key, payload, violations);
  const headers = headersOf(event.headers, payload, violations);
  return violations.length ? { violations } : { key, headers };
}

function fieldOf(path, payload) {
  let value = payload;
  for (const name of path) value = value instanceof Map ? value.get(name) : undefined;
  return value;
}

function pointer(path) {
  return path.map((name) => `/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

function keyOf(parts, payload, violations) {
  const texts = [];
  for (const part of parts) {
    const word = typeof part === "string" ? part : wordOf(part, payload, violations);
    if (word === null) return null;
    texts.push(word);
  }
  const key = texts.join("");
  if (isShort(key)) return key;
  violations.push(`the routing key would be over 255 bytes: ${quoted(Array.from(key).slice(0, 40).join(""))}...`);
  return null;
}

function wordOf(path, payload, violations) {
  const value = fieldOf(path, payload);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string" && value && !value.includes(".")) return value;
  const what =
    value === undefined
      ? "the routing key needs this field, and it is missing"
      : `the routing key needs one word without dots here, not ${brief(value)}`;
  violations.push(`${pointer(path)}: ${what}`);
  return null;
}

function headersOf(promoted, payload, violations) {
  const headers = new Map();
  for (const [name, path] of promoted) {
    const value = fieldOf(path, payload);
    const around = value === undefined ? listOnTheWay(path, payload) : null;
    if (isHeader(value)) {
      headers.set(name, value);
    } else if (around !== null) {
      const what = "is promoted from a field in here, and this is a list";
      violations.push(located(around, `the header ${quoted(name)} ${what}`));
      return null;
    } else if (value !== undefined && value !== null) {
      const what = `takes a string, a whole number of 64 bits or a boolean, not ${brief(value)}`;
      violations.push(located(path, `the header ${quoted(name)} ${what}`));
      return null;
    }
  }
  return headers;
}

function isHeader(value) {
  if (typeof value === "bigint") return LEAST_HEADER <= value && value <= GREATEST_HEADER;
  return typeof value === "string" || typeof value === "boolean";
}

function located(path, what) {
  return path.length ? `${pointer(path)}: ${what}` : what;
}

function listOnTheWay(path, payload) {
  let value = payload;
  for (const [depth, name] of path.entries()) {
    if (Array.isArray(value)) return path.slice(0, depth);
    if (!(value instanceof Map) || !value.has(name)) return null;
    value = value.get(name);
  }
  return null;
}

function brief(value) {
  return shortened(shownInPython(value), 40);
}

// The filters that a message comes to, by the numbers of their bindings: those for certain, and those perhaps.
function filtersOnTheWay(router, message) {
  const trace = route(router, message);
  const numbers = (names) => names.filter((one) => one.startsWith("\0")).map((one) => Number(one.slice(1)));
  return { sure: numbers(trace.queues).sort((one, other) => one - other), maybe: numbers(trace.maybe) };
}

// What publishers say of filters. Returns the keys that say so, what each filter said, and those that are not told.
function stampsOf(stamps, router, message, payload, event) {
  const coming = filtersOnTheWay(router, message);
  const content = contentOf(payload, message.key, message.headers, event);
  const tried = coming.sure.map((number) => {
    const { destination, filter } = stamps.ways[number];
    const answer = filter.matches(content);
    return { destination, number, answer, why: answer === false ? filter.why(content) : [] };
  });
  // By chance or by what is not simulated it may come to more filters: then the router looks at it.
  if (!tried.length || coming.maybe.length || !message.key) return { keys: [], tried: [], untold: [] };
  const untold = tried.filter((one) => one.answer === null);
  const matched = inOrder(stamps, tried).filter((one) => one.answer);
  const destinations = new Map(matched.map((one) => [placeOf(one.destination), one.destination]));
  const stamped = [stamps.mark, ...[...destinations.values()].map((one) => one.stamp)];
  const more = ".~".repeat(message.key.split(".").length - 1);
  const keys = stamped.map((word) => word + more);
  return { keys: keys.every((key) => Array.from(key).length <= 255) ? keys : [], tried, untold };
}

// The same filter of several bindings counts where it stands first; of many, the order is that of all filters.
function inOrder(stamps, tried) {
  const filters = [...new Set(tried.map((one) => stamps.ways[one.number].filterNumber))];
  if (filters.length > stamps.few) filters.sort((one, other) => one - other);
  return filters.flatMap((filter) => tried.filter((one) => stamps.ways[one.number].filterNumber === filter));
}

function placeOf({ name, to_exchange }) {
  return `${to_exchange} ${name}`;
}
