// Where RabbitMQ routes a message, and why: the same as edatool/routing/simulate.py, step by step.

// Lay out a topology; further bindings lead to queues of filters.
function routerOf(data, version, further = []) {
  const bindings = new Map();
  for (const one of [...data.bindings, ...further].map(readBinding)) {
    bindings.set(one.source, [...(bindings.get(one.source) || []), one]);
  }
  const sources = new Map();
  for (const exchange of data.exchanges) {
    const type = EXCHANGE_TYPES.get(exchange.routes_as) || notSimulated(exchange.routes_as);
    const own = bindings.get(exchange.name) || [];
    sources.set(exchange.name, { exchange, type, bindings: own, match: type.layOut(own, version) });
  }
  return { data, version, sources, queues: new Set(data.queues.map((one) => one.name)), doubts: data.doubts };
}

function readBinding(one) {
  return { ...one, wanted: one.wanted.map(([name, value]) => [name, parseJson(value)]) };
}

// Route a message as any client could publish it.
function route(router, message) {
  const letter = refusal(router, message.exchange) || accept(message);
  if (letter.code) return traceOf(null, { refused: letter });
  const hops = walk(router, letter);
  const all = [...hops.values()];
  const possible = queuesOf(all.flatMap(possibleOf));
  if (!all.some((hop) => hop.choices.length || hop.undecided.length)) {
    return traceOf(letter, { hops: all, queues: sorted(possible), doubts: router.doubts });
  }
  const sure = queuesOf(certain(hops, letter.exchange));
  const reasons = new Set(all.flatMap((hop) => hop.undecided.map((one) => one.why)));
  return traceOf(letter, {
    hops: all,
    queues: sorted(sure),
    maybe: sorted([...possible].filter((name) => !sure.has(name))),
    doubts: [...router.doubts, ...reasons],
  });
}

function traceOf(letter, parts) {
  const trace = { letter, hops: [], queues: [], maybe: [], doubts: [], refused: null, ...parts };
  return { ...trace, unroutable: !(trace.queues.length || trace.maybe.length || trace.refused) };
}

function refusal(router, exchange) {
  const source = router.sources.get(exchange);
  if (!source && exchange) return { code: 404, reason: `there is no exchange ${quoted(exchange)}` };
  if (source && source.exchange.internal) return { code: 403, reason: `exchange ${quoted(exchange)} is internal` };
  return null;
}

// Read the keys of a message. BCC is gone before an exchange sees the headers, but its keys stay.
function accept({ exchange, key, headers }) {
  const lists = ["CC", "BCC"].map((name) => [name, headers.has(name) ? headers.get(name) : []]);
  const wrong = lists.find(([, keys]) => !Array.isArray(keys));
  if (wrong) return { code: 406, reason: `header ${wrong[0]} is not a list of keys` };
  const further = lists.flatMap(([, keys]) => keys.filter((one) => typeof one === "string"));
  return { exchange, keys: [key, ...further], headers: new Map([...headers].filter(([name]) => name !== "BCC")) };
}

// Visit every exchange that the message may come to, each once.
function walk(router, letter) {
  if (letter.exchange === "") return new Map([["", defaultHop(router, letter)]]);
  const hops = new Map();
  const waiting = [letter.exchange];
  for (const name of waiting) {
    if (hops.has(name) || !router.sources.has(name)) continue;
    const hop = visit(router, name, letter);
    hops.set(name, hop);
    waiting.push(...possibleOf(hop).filter((one) => one.to_exchange).map((one) => one.destination));
    if (hop.alternate !== null) waiting.push(hop.alternate);
  }
  return hops;
}

// The queues that are named by the keys, as if each were bound by its name.
function defaultHop(router, letter) {
  const names = [...new Set(letter.keys)].filter((key) => router.queues.has(key));
  const bound = (name) => ({ source: "", destination: name, to_exchange: false, key: name, label: name });
  return hopOf({ name: "", routes_as: "direct" }, { matched: names.map(bound) });
}

function visit(router, name, letter) {
  const { exchange, type, bindings, match } = router.sources.get(name);
  const hop = hopOf(exchange, match(letter));
  if (exchange.type === "x-delayed-message") hop.delay = delayOf(letter);
  if (!hop.matched.length && !hop.choices.length) hop.alternate = exchange.alternate;
  const possible = new Set(possibleOf(hop));
  const others = bindings.filter((one) => !possible.has(one));
  hop.missed = others.map((binding) => ({ binding, why: type.whyNot(binding, letter, router.version) }));
  return hop;
}

function possibleOf(hop) {
  return [...hop.matched, ...hop.choices, ...hop.undecided.map((one) => one.binding)];
}

// The bindings that the message takes for certain: a choice is none where all choices lead to one place.
function sureOf(hop) {
  const places = new Set(hop.choices.map((one) => `${one.to_exchange} ${one.destination}`));
  return [...hop.matched, ...(places.size === 1 ? hop.choices : [])];
}

function queuesOf(bindings) {
  return new Set(bindings.filter((one) => !one.to_exchange).map((one) => one.destination));
}

// Walk again, only along what is sure.
function certain(hops, start) {
  const bindings = [];
  const waiting = [start];
  const seen = new Set();
  for (const name of waiting) {
    const hop = hops.get(name);
    if (seen.has(name) || !hop) continue;
    seen.add(name);
    const sure = sureOf(hop);
    bindings.push(...sure);
    waiting.push(...sure.filter((one) => one.to_exchange).map((one) => one.destination));
    if (hop.alternate && !hop.undecided.length) waiting.push(hop.alternate);
  }
  return bindings;
}
