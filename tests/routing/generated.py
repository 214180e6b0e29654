"""Random topologies, and messages for them, small in what they are made of so that much of it meets."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from edatool.routing.message import Message
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.routing.version import Version

TYPES = ("direct", "fanout", "topic", "headers")
CHANCE_TYPES = ("x-consistent-hash", "x-random")
BUILT_IN = {"amq.direct": "direct", "amq.fanout": "fanout", "amq.topic": "topic", "amq.match": "headers"}
EXCHANGES = ("ex", "ex.a", "ex.b", "ex.é", "a")
QUEUES = ("q", "q.a", "a", "a.b", "é", "*", "a.#")
HEADERS = ("h", "k", "x-h", "CC", "x-match")
WORDS = ("a", "b", "é", "", "A", " ", "日")
PATTERN_WORDS = (*WORDS, "*", "*", "#", "#", "a*", "##")


@dataclass(frozen=True)
class Case:
    """A topology, and what to publish to it."""

    topology: Topology
    messages: tuple[Message, ...]


@st.composite
def cases(draw: st.DrawFn, version: Version, keys: int) -> Case:
    """Draw a topology and messages: some exchanges with ``keys`` keys at most and a few sets of headers."""
    drawn = draw(topologies(version))
    exchanges = draw(st.lists(st.sampled_from([*drawn.exchanges, *BUILT_IN, ""]), min_size=1, unique=True))
    some_keys = draw(st.lists(keys_of(WORDS, 3) | keys_of(PATTERN_WORDS, 6), min_size=keys // 2, max_size=keys))
    headers = draw(st.lists(message_headers(), min_size=1, max_size=6))
    return Case(drawn, tuple(Message(*each) for each in product(exchanges, some_keys, headers)))


@st.composite
def dead_letter_cases(draw: st.DrawFn, version: Version) -> Case:
    """Draw a topology in which queues give messages on, some at once, a message for each queue, and others."""
    names = draw(st.lists(st.sampled_from(EXCHANGES), unique=True, min_size=1))
    exchanges = [Exchange(name, draw(st.sampled_from(TYPES))) for name in names]
    least = draw(st.sampled_from((1, 4, 6)))  # the more queues, the longer a message goes on
    queues = draw(st.lists(st.sampled_from(QUEUES), min_size=least, unique=True))
    types = {one.name: one.type for one in exchanges} | {"amq.fanout": "fanout", "amq.match": "headers"}
    bindings = draw(st.lists(bindings_of(types, queues, version), min_size=draw(st.sampled_from((0, 8))), max_size=20))
    deaths = draw(st.lists(bindings_to_the_dead(queues), max_size=4))
    giving = [Queue(name, arguments=draw(dead_letter_arguments(names, queues))) for name in queues]
    headers = st.builds(lambda plain, claimed: {**plain, **claimed}, message_headers(), claimed_deaths(queues))
    messages = st.builds(Message, st.sampled_from(("", "", *names)), st.sampled_from(queues), headers)
    plain = [Message("", name) for name in queues]
    return Case(
        topology(exchanges, giving, [*bindings, *deaths]), (*plain, *draw(st.lists(messages, min_size=1, max_size=4)))
    )


@st.composite
def dead_letter_arguments(draw: st.DrawFn, exchanges: list[str], queues: list[str]) -> dict[str, object]:
    """Draw where a queue's dead letters go: half the time into another queue, so that messages come far."""
    arguments: dict[str, object] = {}
    if draw(st.booleans()):
        arguments |= {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": draw(st.sampled_from(queues))}
    elif not draw(rarely()):
        arguments["x-dead-letter-exchange"] = draw(
            st.sampled_from((*exchanges, *exchanges, "", "amq.fanout", "amq.match", "not there"))
        )
        if draw(st.booleans()):
            arguments["x-dead-letter-routing-key"] = draw(st.sampled_from(QUEUES))
    if draw(st.booleans()):
        arguments["x-message-ttl"] = 0
    return arguments


@st.composite
def bindings_to_the_dead(draw: st.DrawFn, queues: list[str]) -> Binding:
    name = draw(st.sampled_from(("first", "last"))) + "-death-" + draw(st.sampled_from(("queue", "reason", "exchange")))
    found = draw(st.sampled_from((None, "expired", "rejected", "", "ex", *queues)))
    wanted = {"x-death": None} if draw(rarely()) else {f"x-{name}": found}
    return Binding("amq.match", draw(st.sampled_from(queues)), arguments={"x-match": "all-with-x", **wanted})


def claimed_deaths(queues: list[str]) -> st.SearchStrategy[dict[str, object]]:
    """Draw what a message says about its deaths when a client publishes it: mostly nothing."""
    reasons = st.sampled_from(("rejected", "expired"))
    deaths = st.lists(st.fixed_dictionaries({"queue": st.sampled_from(queues), "reason": reasons}), max_size=4)
    named = {f"x-{one}-death-queue": st.sampled_from(queues) for one in ("first", "last")}
    claims = {"x-death": deaths | st.just("no list"), **named}
    return st.one_of(st.just({}), st.just({}), st.fixed_dictionaries({}, optional=claims))


@st.composite
def topologies(draw: st.DrawFn, version: Version) -> Topology:
    names = draw(st.lists(st.sampled_from(EXCHANGES), unique=True, min_size=1))
    exchanges = [draw(exchanges_called(name)) for name in names]
    queues = draw(st.lists(st.sampled_from(QUEUES), min_size=1, unique=True))
    types = {one.name: one.type for one in exchanges} | dict(draw(st.sets(st.sampled_from(sorted(BUILT_IN.items())))))
    least = draw(st.sampled_from((0, 10, 20)))  # lists are short unless told otherwise
    bindings = draw(st.lists(bindings_of(types, queues, version), min_size=least, max_size=30))
    policies = draw(st.lists(alternates_by_policy(), max_size=2, unique_by=(_name, _priority)))
    return topology(exchanges, [Queue(name) for name in queues], bindings, policies)


def _name(policy: Policy) -> str:
    return policy.name


def _priority(policy: Policy) -> int:
    return policy.priority


@st.composite
def exchanges_called(draw: st.DrawFn, name: str) -> Exchange:
    kind = draw(st.sampled_from((*TYPES * 4, *CHANCE_TYPES)))
    alternate = draw(st.none() | alternates())
    arguments = {} if alternate is None else {"alternate-exchange": alternate}
    return Exchange(name, kind, internal=draw(rarely()), arguments=arguments)


def alternates() -> st.SearchStrategy[str]:
    return st.sampled_from((*EXCHANGES, *BUILT_IN, "", "not there"))


@st.composite
def alternates_by_policy(draw: st.DrawFn) -> Policy:
    return Policy(
        draw(st.sampled_from(("one", "two"))),
        draw(st.sampled_from(("ex", "^ex$", ".", "a", r"\.", "^amq", "not there"))),
        draw(st.sampled_from(("all", "exchanges", "queues"))),
        draw(st.integers(0, 3)),
        {"alternate-exchange": draw(alternates())},
    )


@st.composite
def bindings_of(draw: st.DrawFn, types: dict[str, str], queues: list[str], version: Version) -> Binding:
    source = draw(st.sampled_from(sorted(types)))
    to_exchange = draw(st.integers(0, 2)) == 2
    destination = draw(st.sampled_from(sorted(types) if to_exchange else queues))
    key, arguments = draw(keys_of(PATTERN_WORDS, 5).filter(_few_repeats(version))), {}
    if types[source] == "x-consistent-hash":
        key = draw(st.sampled_from(("1", "2", "30")))
    if types[source] == "headers" or draw(rarely()):
        arguments = draw(binding_headers())
    return Binding(source, destination, to_exchange, key, arguments)


def _few_repeats(version: Version) -> Callable[[str], bool]:
    """Newer servers refuse more than two ``#`` in a key."""
    most = 2 if version >= (4, 3, 5) else 6
    return lambda key: key.split(".").count("#") <= most


def rarely() -> st.SearchStrategy[bool]:
    return st.integers(0, 9).map(lambda number: number == 9)


def keys_of(words: tuple[str, ...], most: int) -> st.SearchStrategy[str]:
    joined = st.lists(st.sampled_from(words), max_size=most).map(".".join)
    return st.one_of(joined, joined, joined, st.sampled_from(QUEUES), st.text(max_size=3))


def scalars() -> st.SearchStrategy[object]:
    return st.sampled_from((1, "1", True, None, "true", 0, False, "", 2**31, -(2**40), "é"))


def values() -> st.SearchStrategy[object]:
    return scalars() | st.sampled_from(([], [1], ["a"], {}, {"a": 1}))


def binding_headers() -> st.SearchStrategy[dict[str, object]]:
    kinds = st.sampled_from(({}, *({"x-match": kind} for kind in ("all", "any", "all-with-x", "any-with-x"))))
    wanted = st.dictionaries(st.sampled_from(HEADERS[:-1]), st.one_of(scalars(), scalars(), values()), max_size=3)
    return st.builds(lambda wanted, kind: {**wanted, **kind}, wanted, kinds)


def message_headers() -> st.SearchStrategy[dict[str, object]]:
    """Draw headers; a CC or BCC that is not a list is refused, so it is rare."""
    keys: st.SearchStrategy[object] = st.lists(keys_of(WORDS, 3) | st.just(1), max_size=3)
    further = st.builds(lambda rare, keys: "a" if rare else keys, rarely(), keys)
    copies: st.SearchStrategy[dict[str, object]] = st.one_of(
        st.just({}), st.dictionaries(st.sampled_from(("CC", "BCC")), further, max_size=2)
    )
    plain = st.dictionaries(st.sampled_from(HEADERS).filter(lambda name: name != "CC"), values(), max_size=4)
    return st.builds(lambda plain, copies: {**plain, **copies}, plain, copies)
