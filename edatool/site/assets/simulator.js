"use strict";
// The form of the simulator. What is asked stands in the address, so that an answer can be sent to somebody.
(() => {
  const spec = window.edatoolSpec;
  const { simulatorOf, versionOf, headersFrom, written } = edatoolSimulator;
  const simulator = simulatorOf(spec);
  const pages = Object.fromEntries(Object.entries(spec.pages).map(([kind, names]) => [kind, new Map(names)]));
  const readers = new Map(spec.readers);
  const root = document.body.dataset.root;
  const [form, answer, ways] = ["ask", "answer", "ways"].map((id) => document.getElementById(id));
  const ids = ["event", "payload", "exchange", "key", "headers", "version"];
  const fields = Object.fromEntries(ids.map((id) => [id, document.getElementById(id)]));
  const newest = spec.newest.join(".");
  const MOST = 30;
  const UP_TO_THE_ROUTER = "edatool's router decides, by its filter";

  // Elements are made of texts, which stay texts.

  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children.filter((one) => one !== null));
    return made;
  };
  // Characters that are not seen, or turn others around, are escaped, as edatool does.
  const escaped = (one) => `\\u{${one.codePointAt(0).toString(16)}}`;
  const visible = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
  const code = (text) => make("code", {}, visible(text));
  const link = (kind, name) => {
    const shown = make("span", { className: "name" }, visible(name) || "(default exchange)");
    const page = pages[kind].get(name);
    return page === undefined ? shown : make("a", { href: root + page }, shown);
  };

  // What is asked, in the form and in the address

  const asked = () => {
    const ofEvent = fields.event.value !== "";
    const names = ofEvent ? ["event", "payload", "version"] : ["exchange", "key", "headers", "version"];
    return new URLSearchParams(names.map((name) => [name, fields[name].value]));
  };
  const exampleOf = (name) => (simulator.events.has(name) ? simulator.events.get(name).example : null) || "{}";
  const showFields = () => {
    const ofEvent = fields.event.value !== "";
    document.getElementById("of-event").hidden = !ofEvent;
    document.getElementById("of-message").hidden = ofEvent;
  };
  const fillIn = (given) => {
    const first = simulator.events.size && !given.has("exchange") ? [...simulator.events.keys()][0] : "";
    fields.event.value = simulator.events.has(given.get("event")) ? given.get("event") : first;
    fields.payload.value = given.has("payload") ? given.get("payload") : exampleOf(fields.event.value);
    fields.exchange.value = given.has("exchange") ? given.get("exchange") : [...pages.exchange.keys()][0] || "";
    for (const name of ["key", "headers"]) fields[name].value = given.get(name) || "";
    fields.version.value = given.get("version") || newest;
    showFields();
  };

  // The answer

  const result = () => {
    const version = versionOf(fields.version.value);
    const wrong = `Write the version of RabbitMQ like 3.12 or 4.0.5, not ${fields.version.value}.`;
    if (version === null) return { problem: wrong };
    if (fields.event.value !== "") return simulator.publish(fields.event.value, fields.payload.value, version);
    const { headers, problem } = headersFrom(fields.headers.value);
    if (problem) return { problem: `Headers: ${problem}.` };
    return simulator.send({ exchange: fields.exchange.value, key: fields.key.value, headers }, version);
  };
  const show = () => {
    const found = result();
    const problem = found.problem || problemOf(found);
    answer.classList.toggle("wrong", Boolean(problem) || !found.trace.queues.length);
    answer.textContent = visible(problem || ending(found.trace));
    ways.replaceChildren(...(problem ? [] : answered(found)));
  };
  const problemOf = ({ violations, untold }) => {
    if (violations) return `It is not published: ${violations.join("; ")}.`;
    if (!untold) return "";
    const names = untold.map((one) => one.destination.name).join(", ");
    return (
      `Cannot be told here: a filter of ${names} has a regular expression that browsers may read otherwise. ` +
      `Run: edatool route ${fields.event.value} payload.json`
    );
  };
  // In one sentence, as edatool route says it.
  const ending = (trace) => {
    if (trace.refused) return `Refused with ${trace.refused.code}: ${trace.refused.reason}.`;
    const parts = trace.queues.length ? [`Reaches ${trace.queues.join(", ")}.`] : [];
    const waiting = trace.hops.filter((hop) => hop.delay !== null && possible(hop).length);
    parts.push(...waiting.map((hop) => delayed(hop)));
    if (trace.maybe.length) parts.push(`Chance decides about ${trace.maybe.join(", ")}.`);
    if (trace.doubts.length) parts.push(`Not simulated: ${trace.doubts.join("; ")}.`);
    return parts.join(" ") || "Unroutable: it reaches no queue.";
  };
  const delayed = ({ delay, exchange }) =>
    delay ? `Delayed by ${delay} ms at ${exchange}.` : `Not delayed at ${exchange}, for it has no header x-delay.`;
  const possible = (hop) => [...hop.matched, ...hop.choices, ...hop.undecided.map((one) => one.binding)];

  // A list, of which the end is behind a line to open where it is long.
  const folded = (className, items) => {
    const list = (some) => make("ul", { className }, ...some);
    const rest = items.slice(MOST);
    const more = make("details", {}, make("summary", {}, `${rest.length} more`), list(rest));
    return [...(items.length ? [list(items.slice(0, MOST))] : []), ...(rest.length ? [more] : [])];
  };
  const section = (title, ...children) => make("section", {}, make("h2", {}, title), ...children);
  const answered = ({ message, trace, tried }) => {
    if (trace.refused) return [section("The message", published(message, tried))];
    const from = arrivals(trace);
    const reached = [...trace.queues, ...trace.maybe].map((name) => card(name, from, trace));
    const others = spec.queues.map((one) => one.name).filter((name) => pages.queue.has(name) && !from.queues.has(name));
    const undecided = trace.queues.includes(spec.intake) ? simulator.comingTo(message) : [];
    const missing = missingBindings(trace);
    const against = (name) => reasonsAgainst(name, tried || [], undecided, missing);
    const reasons = new Map(others.map((name) => [name, against(name)]));
    const missed = others.filter((name) => reasons.get(name).length).map((name) => missedCard(name, reasons.get(name)));
    const apart = others.filter((name) => !reasons.get(name).length).map((name) => make("li", {}, link("queue", name)));
    const steps = make("li", {}, exchangeOf(message.exchange, trace, new Set()));
    return [
      section("The message", published(message, tried)),
      section("Who gets it", ...(reached.length ? folded("cards", reached) : [make("p", {}, "No queue.")])),
      section(
        "Who does not, and why",
        ...folded("cards", missed),
        apart.length ? make("p", {}, "Nothing leads from where the message comes to:") : null,
        ...folded("", apart),
      ),
      section("Step by step", make("ul", { className: "way" }, steps)),
    ];
  };
  const published = ({ exchange, key, headers }, tried) => {
    // What publishers say of filters, in the header BCC, is told in words.
    const own = new Map([...headers].filter(([name]) => name !== "BCC" || !tried));
    const matching = (tried || []).filter((one) => one.answer).map((one) => one.destination.name);
    const rows = [
      ["Exchange", link("exchange", exchange)],
      ["Routing key", key ? code(key) : "(empty)"],
      ["Headers", own.size ? code(written(own)) : "none"],
    ];
    const names = visible([...new Set(matching)].join(", "));
    if (tried && tried.length) rows.push(["Matches the filters of", names || "nothing"]);
    const shown = rows.flatMap(([word, value]) => [make("dt", {}, word), make("dd", {}, value)]);
    return make("dl", { className: "facts" }, ...shown);
  };

  // From which exchange a message comes to each other one first, and by which bindings to each queue.
  const arrivals = (trace) => {
    const exchanges = new Map();
    const queues = new Map();
    for (const hop of trace.hops) {
      const after = (name) => exchanges.has(name) || exchanges.set(name, hop.exchange);
      for (const binding of possible(hop)) {
        const name = binding.destination;
        if (binding.to_exchange) after(name);
        else queues.set(name, [...(queues.get(name) || []), { hop, binding }]);
      }
      if (hop.alternate !== null) after(hop.alternate);
    }
    return { exchanges, queues };
  };
  const wayTo = (step, from, start) => {
    const way = [step.hop.exchange];
    while (way[0] !== start) way.unshift(from.exchanges.get(way[0]));
    return way;
  };
  const card = (name, from, trace) => {
    const sure = trace.queues.includes(name);
    const steps = from.queues.get(name).map((step) => {
      const declared = wayTo(step, from, trace.letter.exchange).filter((one) => !one.startsWith("edatool."));
      const way = declared.flatMap((one) => [link("exchange", one), " → "]);
      return make("li", {}, ...way, make("span", { className: "why" }, reasonOf(step.hop, step.binding)));
    });
    const badge = sure ? ["good", "gets it"] : ["warning", "perhaps"];
    return make("li", {}, titled(name, ...badge), read(name), make("ul", {}, ...steps));
  };
  const titled = (name, kind, text) =>
    make("p", { className: "title" }, link("queue", name), " ", make("span", { className: `badge ${kind}` }, text));
  const read = (name) => {
    const by = readers.has(name) ? `read by ${readers.get(name).join(", ")}` : "";
    const said = name === spec.intake ? "edatool's router takes it here, and evaluates filters" : by;
    return said ? make("p", { className: "why" }, visible(said)) : null;
  };
  const reasonOf = (hop, binding) => {
    const undecided = hop.undecided.find((one) => one.binding === binding);
    if (undecided) return visible(`perhaps: ${undecided.why}`);
    const all = hop.choices.reduce((sum, one) => sum + one.weight, 0);
    if (hop.choices.includes(binding)) return `one of ${hop.choices.length}, with a share of ${binding.weight}/${all}`;
    if (binding.source.startsWith("edatool.")) {
      // As in edatool/routing/lowering/stamps.py: ~filters, or ~filters~queue~name.
      const parts = binding.key.split(".")[0].split("~");
      if (parts.length === 4) return "its filter matches";
      if (parts.length === 2 && parts[1] !== "router") return "its publisher evaluated the filters";
    }
    if (hop.type === "fanout") return "always";
    if (hop.type === "headers") return visible(`its headers fit ${binding.label}`);
    return visible(`its key fits ${binding.label || "the empty key"}`);
  };

  // Why a queue does not get it: what filters said, and each binding on the way of the message that leads there.
  const missingBindings = (trace) => {
    const found = new Map();
    for (const hop of trace.hops) {
      for (const { binding, why } of hop.missed) {
        const name = binding.destination;
        const isPlain = !binding.to_exchange && binding.why_no_stamp === null;
        if (isPlain && !found.has(name)) found.set(name, []);
        if (isPlain) found.get(name).push(`${hop.exchange} → ${binding.label}: ${why}`);
      }
    }
    return found;
  };
  const reasonsAgainst = (name, tried, undecided, missing) => {
    const isHere = (destination) => destination.name === name && !destination.to_exchange;
    if (undecided.some(isHere)) return [UP_TO_THE_ROUTER];
    const failed = tried.filter((one) => isHere(one.destination)).flatMap((one) => one.why);
    return [...failed.map((why) => `its filter: ${why}`), ...(missing.get(name) || [])];
  };
  const missedCard = (name, reasons) => {
    const badge = reasons[0] === UP_TO_THE_ROUTER ? ["warning", "perhaps"] : ["", "does not get it"];
    const items = reasons.map((why) => make("li", { className: "why" }, visible(why)));
    return make("li", {}, titled(name, ...badge), read(name), make("ul", {}, ...items));
  };

  // The tree that edatool route --why-not shows.
  const exchangeOf = (name, trace, seen) => {
    const hop = trace.hops.find((one) => one.exchange === name);
    const kind = hop ? visible(hop.type) : "there is none";
    const head = make("span", {}, "exchange ", link("exchange", name), ` (${kind})`);
    const again = "shown above; an exchange routes a message once";
    if (!hop) return head;
    if (seen.has(name)) return make("span", {}, head, make("span", { className: "why" }, again));
    seen.add(name);
    const steps = possible(hop).map((binding) => {
      const why = make("span", { className: "why" }, reasonOf(hop, binding));
      const to = binding.to_exchange ? exchangeOf(binding.destination, trace, seen) : queueOf(binding.destination);
      return make("li", {}, why, to);
    });
    if (hop.alternate !== null) {
      const why = make("span", { className: "why" }, "nothing matched, so it goes to the alternate exchange");
      steps.push(make("li", {}, why, exchangeOf(hop.alternate, trace, seen)));
    }
    const missed = hop.missed.map(({ binding, why }) => {
      const to = `${binding.to_exchange ? "exchange" : "queue"} ${binding.destination}`;
      const by = binding.label && binding.why_no_stamp === null ? ` by ${binding.label}` : "";
      return make("li", { className: "missed" }, visible(`not to ${to}${by}: ${why}`));
    });
    return make("span", {}, head, ...folded("", [...steps, ...missed]));
  };
  const queueOf = (name) => make("span", { className: "end" }, "queue ", link("queue", name));

  // The form

  const option = (value, label) => make("option", { value }, visible(label));
  fields.event.append(...Array.from(simulator.events.keys(), (name) => option(name, name)));
  fields.event.append(option("", "a message to an exchange"));
  form.hidden = false;
  const fromAddress = () => {
    fillIn(new URLSearchParams(location.hash.slice(1)));
    show();
  };
  fields.event.addEventListener("change", () => {
    fields.payload.value = exampleOf(fields.event.value);
    showFields();
  });
  document.getElementById("example").addEventListener("click", () => {
    fields.payload.value = exampleOf(fields.event.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const hash = `#${asked()}`;
    if (location.hash === hash) show();
    else location.hash = hash;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
