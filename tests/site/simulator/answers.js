// Answers the questions of tests as plain values: one JSON text of each case, one of its answers.

function answersOf(text) {
  const { data, questions } = JSON.parse(text);
  const simulator = edatoolSimulator.simulatorOf(data);
  return JSON.stringify(questions.map((one) => answerOf(simulator, one)));
}

function answerOf(simulator, { publish, send, version }) {
  const on = edatoolSimulator.versionOf(version);
  const result = publish ? simulator.publish(...publish, on) : sent(simulator, send, on);
  if (result.violations || result.untold) {
    const untold = result.untold && result.untold.map((one) => one.destination.name);
    return { violations: result.violations || null, untold: untold || null };
  }
  const { message, trace, tried } = result;
  return {
    message: [message.exchange, message.key, edatoolSimulator.written(message.headers)],
    letter: trace.letter && [trace.letter.keys, edatoolSimulator.written(trace.letter.headers)],
    hops: trace.hops.map(hopOf),
    queues: trace.queues,
    maybe: trace.maybe,
    doubts: trace.doubts,
    refused: trace.refused && [trace.refused.code, trace.refused.reason],
    unroutable: trace.unroutable,
    tried: tried ? tried.map((one) => [one.destination.name, one.destination.to_exchange, one.answer, one.why]) : null,
  };
}

function sent(simulator, [exchange, key, lines], version) {
  const { headers } = edatoolSimulator.headersFrom(lines);
  return simulator.send({ exchange, key, headers }, version);
}

function hopOf(hop) {
  const missed = (list) => list.map((one) => [nameOf(one.binding), one.why]);
  return [
    hop.exchange,
    hop.type,
    hop.matched.map(nameOf),
    missed(hop.missed),
    hop.choices.map((one) => [nameOf(one), one.weight]),
    missed(hop.undecided),
    hop.alternate,
    hop.delay === null ? null : Number(hop.delay),
  ];
}

function nameOf(binding) {
  return [binding.source, binding.destination, binding.to_exchange, binding.label];
}
