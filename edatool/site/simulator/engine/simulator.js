// The simulator of one spec.

// Read a version of RabbitMQ as edatool does: 3.12, 4.0.5, 4.2.0-rc.1; null for what is none.
function versionOf(text) {
  const parts = /^([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.([0-9]{1,3}))?(?![0-9.])/.exec(text);
  return parts && parts.slice(1).map((part) => Number(part || 0));
}

// Read headers as edatool route does, NAME=VALUE a line: a value is JSON, or else text.
function headersFrom(text) {
  const headers = new Map();
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const place = line.indexOf("=");
    if (place < 0) return { problem: `write a header as NAME=VALUE, not ${quoted(line)}` };
    headers.set(line.slice(0, place), jsonOrText(line.slice(place + 1)));
  }
  return { headers };
}

function jsonOrText(text) {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonFlaw)) throw error;
    return text;
  }
}

function simulatorOf(data) {
  const routers = new Map();
  const events = new Map(data.events.map((one) => [one.name, one]));
  const filters = data.stamps ? data.stamps.filters.map(readFilter) : [];
  const stamps = data.stamps && {
    ...data.stamps,
    ways: data.stamps.ways.map((one) => ({ ...one, filterNumber: one.filter, filter: filters[one.filter] })),
  };

  const withFilters = stamps && routerOf(data, data.newest, stamps.bindings);

  function laidOut(version) {
    const name = version.join(".");
    if (!routers.has(name)) routers.set(name, routerOf(data, version));
    return routers.get(name);
  }

  // Publish an event: { message, trace, tried }, or { violations } where its payload keeps it from being published,
  // or { untold }: the filters that only edatool itself can evaluate.
  function publish(name, text, version = data.newest) {
    const event = events.get(name);
    let payload;
    try {
      payload = parsePayload(text);
    } catch (error) {
      if (!(error instanceof JsonFlaw)) throw error;
      return { violations: [error.message] };
    }
    const addressed = address(event, payload);
    if (addressed.violations) return addressed;
    const plain = { exchange: event.exchange, ...addressed };
    const nothing = { keys: [], tried: [], untold: [] };
    const found = stamps ? stampsOf(stamps, withFilters, plain, payload, name) : nothing;
    if (found.untold.length) return { untold: found.untold };
    const headers = found.keys.length ? new Map([...plain.headers, ["BCC", found.keys]]) : plain.headers;
    return { ...send({ ...plain, headers }, version), tried: found.tried };
  }

  // Publish a message as any client could.
  function send(message, version = data.newest) {
    return { message, trace: route(laidOut(version), message) };
  }

  // The destinations of filters that a message may come to, for edatool's router to decide.
  function comingTo(message) {
    const { sure, maybe } = stamps ? filtersOnTheWay(withFilters, message) : { sure: [], maybe: [] };
    return [...sure, ...maybe].map((number) => stamps.ways[number].destination);
  }

  return { events, publish, send, comingTo };
}
