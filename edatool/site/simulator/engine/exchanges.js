// How exchanges of each type route: which bindings match a letter, and why others do not.

// Versions of RabbitMQ from which on its routing differs, as in edatool/routing/version.py.
const TYPED_NUMBERS = [3, 13, 0];
const ERLANG_27_POSSIBLE = [4, 0, 0];
const ERLANG_27_NEEDED = [4, 3, 0];

function isBefore(version, other) {
  const place = [0, 1, 2].find((one) => version[one] !== other[one]);
  return place !== undefined && version[place] < other[place];
}

function hopOf(exchange, parts) {
  const nothing = { matched: [], missed: [], choices: [], undecided: [], alternate: null, delay: null };
  return { exchange: exchange.name, type: exchange.routes_as, ...nothing, ...parts };
}

// Direct

function layOutDirect(bindings) {
  const byKey = new Map();
  for (const one of bindings) byKey.set(one.key, [...(byKey.get(one.key) || []), one]);
  return (letter) => ({ matched: [...new Set(letter.keys.flatMap((key) => byKey.get(key) || []))] });
}

function otherKey(binding, letter) {
  return `the key is ${letter.keys.map(quoted).join(" or ")}, not ${quoted(binding.key)}`;
}

// Topic: a tree of all patterns. * is exactly one word, # any number of them.

function words(key) {
  return key ? key.split(".") : [];
}

function topicNode(repeats) {
  return { after: new Map(), bindings: [], repeats };
}

function topicTree(bindings) {
  const root = topicNode(false);
  for (const binding of bindings) {
    let node = root;
    for (const word of words(binding.key)) {
      if (!node.after.has(word)) node.after.set(word, topicNode(word === "#"));
      node = node.after.get(word);
    }
    node.bindings.push(binding);
  }
  return root;
}

function findInTree(root, key) {
  const reach = (places, node) => {
    while (node && !places.has(node)) {
      places.add(node);
      node = node.after.get("#");
    }
  };
  let places = new Set();
  reach(places, root);
  for (const word of words(key)) {
    const next = new Set();
    for (const node of places) {
      if (node.repeats) reach(next, node);
      reach(next, node.after.get(word));
      reach(next, node.after.get("*"));
    }
    places = next;
  }
  return [...places].flatMap((node) => node.bindings);
}

function layOutTopic(bindings) {
  const root = topicTree(bindings);
  return (letter) => ({ matched: [...new Set(letter.keys.flatMap((key) => findInTree(root, key)))] });
}

function whyNoKey(binding, letter) {
  if (binding.why_no_stamp !== null) return binding.why_no_stamp;
  const own = letter.keys.filter((key) => !key.startsWith("~"));
  const reasons = (own.length ? own : letter.keys).map((key) => whyNoPattern(binding.key, key));
  return [...new Set(reasons)].join("; ");
}

function whyNoPattern(pattern, key) {
  const wanted = words(pattern);
  const given = words(key);
  const other = `${quoted(key)} does not match ${quoted(pattern)}`;
  const start = wanted.indexOf("#");
  if (start < 0) {
    return wanted.length === given.length
      ? wordThatDiffers(wanted, given, 0) || other
      : `the key has ${countOfWords(given.length)}, not ${wanted.length}`;
  }
  const behind = wanted.length - 1 - wanted.lastIndexOf("#");
  if (given.length < wanted.filter((word) => word !== "#").length) {
    return `the key has ${countOfWords(given.length)}, too few for ${quoted(pattern)}`;
  }
  const skipped = given.length - behind;
  return (
    wordThatDiffers(wanted.slice(0, start), given.slice(0, start), 0) ||
    wordThatDiffers(wanted.slice(wanted.length - behind), given.slice(skipped), skipped) ||
    other
  );
}

function wordThatDiffers(wanted, given, skipped) {
  const place = wanted.findIndex((word, at) => word !== "*" && word !== given[at]);
  return place < 0 ? null : `word ${place + 1 + skipped} is ${quoted(given[place])}, not ${quoted(wanted[place])}`;
}

function countOfWords(number) {
  return number === 1 ? "1 word" : `${number} words`;
}

// Headers

function layOutHeaders(bindings, version) {
  return (letter) => {
    const answers = bindings.map((one) => [one, matchesHeaders(one, letter.headers, version)]);
    const why = "lists and tables in headers cannot be compared here";
    return {
      matched: answers.filter(([, answer]) => answer === true).map(([binding]) => binding),
      undecided: answers.filter(([, answer]) => answer === null).map(([binding]) => ({ binding, why })),
    };
  };
}

function matchesHeaders({ any, wanted }, headers, version) {
  const same = ([name, value]) => headers.has(name) && equalHeaders(value, headers.get(name), version);
  return any ? anyOf(wanted, same) : allOf(wanted, same);
}

// Compare values as the broker does; null for two filled lists or tables, whose AMQP types JSON does not tell.
function equalHeaders(wanted, given, version) {
  if (wanted === null) return true;
  if (!isScalar(wanted)) return equalNested(wanted, given);
  if (!isNumber(wanted) || !isNumber(given)) return wanted === given;
  const areFloats = typeof wanted === "number" && typeof given === "number";
  if (areFloats && wanted === 0 && given === 0 && !Object.is(wanted, given)) return equalZeros(version);
  if (!isBefore(version, TYPED_NUMBERS) && typeof wanted !== typeof given) return false;
  return wanted == given;
}

function equalZeros(version) {
  if (isBefore(version, ERLANG_27_POSSIBLE)) return true;
  return isBefore(version, ERLANG_27_NEEDED) ? null : false;
}

// To the broker lists and tables both are Erlang lists, so that empty ones are the same.
function equalNested(wanted, given) {
  if (isScalar(given)) return false;
  const size = (value) => (Array.isArray(value) ? value.length : value.size);
  if (!size(wanted) || !size(given)) return !size(wanted) && !size(given);
  return Array.isArray(wanted) === Array.isArray(given) ? null : false;
}

function whyNoHeaders({ any, wanted }, letter, version) {
  if (!wanted.length) return "it asks for any of no headers";
  const { headers } = letter;
  const reasons = wanted
    .filter(([name, value]) => !headers.has(name) || equalHeaders(value, headers.get(name), version) === false)
    .map(([name, value]) =>
      headers.has(name)
        ? `header ${name} is ${shownInPython(headers.get(name))}, not ${shownInPython(value)}`
        : `header ${name} is missing`,
    );
  return any ? reasons.join(", ") : reasons[0];
}

// All types

function layOutChoices(bindings) {
  return () => ({ choices: bindings });
}

const EXCHANGE_TYPES = new Map([
  ["direct", { layOut: layOutDirect, whyNot: otherKey }],
  ["fanout", { layOut: (bindings) => () => ({ matched: bindings }), whyNot: otherKey }],
  ["topic", { layOut: layOutTopic, whyNot: whyNoKey }],
  ["headers", { layOut: layOutHeaders, whyNot: whyNoHeaders }],
  ["x-consistent-hash", { layOut: layOutChoices, whyNot: otherKey }],
  ["x-random", { layOut: layOutChoices, whyNot: otherKey }],
]);

function notSimulated(name) {
  const why = `exchanges of type ${name} cannot be simulated`;
  const undecided = (bindings) => bindings.map((binding) => ({ binding, why }));
  return { layOut: (bindings) => () => ({ undecided: undecided(bindings) }), whyNot: otherKey };
}

function delayOf(letter) {
  const wanted = letter.headers.get("x-delay");
  return typeof wanted === "bigint" && wanted > 0n ? wanted : 0n;
}
