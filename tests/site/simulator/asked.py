"""Questions to the simulator in the page, and Python's own answers to them."""

import json
from collections.abc import Iterable
from random import Random
from typing import Any

from edatool.cli.commands.route import _header
from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.filters.content import Content
from edatool.filters.why import why_not
from edatool.render.trace.labels import label
from edatool.routes import Routes
from edatool.routing.addressing import address
from edatool.routing.lowering.stamping import Stamping, stamped, stamping
from edatool.routing.message import Headers, Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Topology, collect
from edatool.routing.trace import Hop, Missed
from edatool.routing.version import numbers
from edatool.site.simulator.data import simulator_data, stamping_data, topology_data
from tests.routing.generated import BUILT_IN, PATTERN_WORDS, QUEUES, WORDS
from tests.site.simulator import generated

Answer = dict[str, Any]

UNREAD = {"violations": ["line and column"], "untold": None}
"""The answer to a text that is no payload, of which both say where it goes wrong, each in its words."""


class Case:
    """A spec with questions on it, and Python's answers."""

    def __init__(self, routes: Routes, topology: Topology) -> None:
        self.routes = routes
        self.topology = topology
        self._stamps = stamping(routes.spec, routes.filtering, topology)
        self.questions: list[dict[str, Any]] = []
        self.answers: list[Answer] = []
        self._routers: dict[str, Router] = {}

    @property
    def text(self) -> str:
        """What an engine is given."""
        stamps = stamping_data(self._stamps) if self._stamps else None
        data = {**simulator_data(self.routes), **topology_data(router(self.topology)), "stamps": stamps}
        return json.dumps({"data": data, "questions": self.questions})

    def publish(self, event: str, text: str, version: str) -> None:
        self.questions.append({"publish": [event, text], "version": version})
        payload = parse(text.encode())
        if isinstance(payload, Violation):
            self.answers.append(UNREAD)
            return
        message = address(self.routes.spec.events[event], payload)
        if isinstance(message, list):
            self.answers.append({"violations": list(map(str, message)), "untold": None})
            return
        tried = _tried(self._stamps, message, payload, event) if self._stamps else []
        whole = stamped(message, payload, event, self._stamps)
        self.answers.append({**self._routed(whole, version), "tried": tried})

    def send(self, exchange: str, key: str, lines: str, version: str) -> None:
        """Ask about a message as edatool route takes it, with one header in each line."""
        self.questions.append({"send": [exchange, key, lines], "version": version})
        message = Message(exchange, key, dict(_header(one) for one in lines.splitlines()))
        self.answers.append({**self._routed(message, version), "tried": None})

    def _routed(self, message: Message, version: str) -> Answer:
        if version not in self._routers:
            self._routers[version] = router(self.topology, numbers(version))
        trace = route(self._routers[version], message, explain=True)
        return {
            "message": [message.exchange, message.key, _written(message.headers)],
            "letter": trace.letter and [list(trace.letter.keys), _written(trace.letter.headers)],
            "hops": [_hop(one) for one in trace.hops],
            "queues": list(trace.queues),
            "maybe": list(trace.maybe),
            "doubts": list(trace.doubts),
            "refused": trace.refused and [trace.refused.code, trace.refused.reason],
            "unroutable": trace.unroutable,
        }

    def differences(self, answers: list[Answer]) -> list[tuple[Any, Answer, Answer]]:
        """Return the questions that an engine answers in another way, with Python's answer and its own."""
        asked = zip(self.questions, self.answers, map(_without_place, answers), strict=True)
        return [(question, own, other) for question, own, other in asked if own != other]


def _without_place(answer: Answer) -> Answer:
    violations = answer.get("violations") or [""]
    return UNREAD if violations[0].startswith("line ") else answer


def random_case(draw: Random, routes: Routes, questions: int) -> Case:
    """Ask what becomes of random events and messages."""
    by_headers = [name for name, one in routes.router.sources.items() if one.type.reads_headers]
    queues = sorted(routes.spec.queues)
    more = [generated.binding_of_any_headers(draw, draw.choice(by_headers), draw.choice(queues)) for _ in range(4)]
    case = Case(routes, collect([*routes.topology.objects, *more]))
    for _ in range(questions):
        version = draw.choice(generated.VERSIONS)
        if draw.random() < 0.5:
            case.publish(draw.choice(sorted(routes.spec.events)), generated.payload(draw), version)
        else:
            keys = (generated.key(draw, WORDS, 3), generated.key(draw, PATTERN_WORDS, 5), draw.choice(QUEUES))
            exchange = draw.choice((*generated.EXCHANGES, *BUILT_IN, ""))
            case.send(exchange, draw.choice(keys), generated.headers(draw), version)
    return case


def _tried(stamps: Stamping, message: Message, payload: object, event: str) -> list[Any]:
    """Say of each filter that the message comes to whether it matches, and why not."""
    trace = route(stamps.router, message)
    if any(name.startswith("\0") for name in trace.maybe) or not message.key:
        return []
    content = Content(payload, message.key, dict(message.headers), event)
    numbers_coming = sorted(int(name[1:]) for name in trace.queues if name.startswith("\0"))
    coming = [stamps.filtering.stamped[number] for number in numbers_coming]
    whys = [(one.destination, list(map(str, why_not(one.filter, content)))) for one in coming]
    return [[*destination, not why, why] for destination, why in whys]


def _written(headers: Headers) -> str:
    return json.dumps(dict(headers), ensure_ascii=False)


def _hop(hop: Hop) -> list[Any]:
    return [
        hop.exchange,
        hop.type,
        [_name(one) for one in hop.matched],
        _missed(hop.missed),
        [[_name(one.binding), one.weight] for one in hop.choices],
        _missed(hop.undecided),
        hop.alternate,
        hop.delay,
    ]


def _missed(missed: Iterable[Missed]) -> list[Any]:
    return [[_name(one.binding), one.why] for one in missed]


def _name(one: Binding) -> list[Any]:
    return [one.source, one.destination, one.to_exchange, label(one)]
