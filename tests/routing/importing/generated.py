"""Random topologies as other tools make them: with odd names and arguments, temporary queues, delay queues."""

from hypothesis import strategies as st

from edatool.routing.bindings import BUILT_IN
from edatool.routing.compile import retry_queue
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.spec.rabbitmq.arguments import ARGUMENTS, QUEUE_TYPES, amqp_name
from edatool.spec.rabbitmq.values import ARGUMENT_VALUES, SETTING_VALUES, refusal

NAMES = ("a", "a.b", "a.retry", "yes", "1", "1e5", "<<", "${HOME}", "$${x", "a: b", "é", "'", '"', "x" * 200)
ODD_NAMES = ("amq.gen-1", "amq.mine", "a\nb")
NUMBERS = (0, 1, 5, 1000, 60_000, 2**20, 10**9, 255, 20)
WORDS = ("7D", "1h", "lazy", "drop-head", "reject-publish", "balanced", "at-least-once", "at-most-once", "", "a")
STRATEGIES = ("at-least-once", "at-most-once")
ODD = (None, 1.5, [1], {"a": 1}, 2**63)
KEYS = ("", "a", "a.*", "#", "${x}", "1")


def names(*, odd: bool) -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES + ODD_NAMES if odd else NAMES)


def values(*, odd: bool) -> st.SearchStrategy[object]:
    plain = st.sampled_from(NUMBERS) | st.sampled_from(WORDS) | st.booleans()
    return plain | st.sampled_from(ODD) if odd else plain


@st.composite
def topologies(draw: st.DrawFn, *, odd: bool = False) -> Topology:
    """Draw a topology; without ``odd`` one that routes.yaml can say all of."""
    exchanges = draw(st.lists(_exchanges(odd=odd), max_size=4))
    queues = draw(st.lists(_queues(odd=odd), max_size=5))
    delays = [
        retry_queue(one.name, one.type, one.durable, draw(st.sampled_from((1, 5000, 60_000, 90_061))))
        for one in queues
        for _ in range(draw(st.integers(0, 3)))
        if one.type != "stream" and len(one.name) < 200
    ]
    queues += [one for one in delays if draw(st.integers(0, 5))]
    types = BUILT_IN | {one.name: one.type for one in exchanges}
    bindings = draw(st.lists(_bindings(types, [one.name for one in queues], odd=odd), max_size=12))
    policies = draw(st.lists(_policies(odd=odd), max_size=3))
    return topology(exchanges, queues, bindings, policies)


@st.composite
def _exchanges(draw: st.DrawFn, *, odd: bool) -> Exchange:
    arguments = draw(st.dictionaries(st.sampled_from(("x", "hash-header")), values(odd=odd), max_size=1))
    if draw(st.booleans()):
        arguments["alternate-exchange"] = draw(st.sampled_from((*NAMES, "", "amq.fanout", "not there")))
    kind = st.sampled_from(("topic", "direct", "fanout", "headers", "x-random"))
    flags = (draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))
    return Exchange(draw(names(odd=odd)), draw(kind), *flags, arguments)


@st.composite
def _queues(draw: st.DrawFn, *, odd: bool) -> Queue:
    kind = draw(st.sampled_from((*QUEUE_TYPES, "plugin") if odd else QUEUE_TYPES))
    known = [name for name, one in ARGUMENTS.items() if odd or kind in one.types]
    settings = draw(st.dictionaries(st.sampled_from(known), values(odd=odd), max_size=4))
    said = {amqp_name(name): value for name, value in settings.items()}
    taken = {name: value for name, value in said.items() if odd or not refusal(ARGUMENT_VALUES, name, value)}
    arguments = {"x-queue-type": kind, **taken}
    if kind != "stream" and draw(st.booleans()):
        arguments["x-dead-letter-exchange"] = draw(st.sampled_from((*NAMES, "", "", "amq.fanout", "not there")))
        key = draw(st.none() | st.sampled_from((*NAMES, "", "a.retry.5s", "not there")))
        arguments |= {} if key is None else {"x-dead-letter-routing-key": key}
    if kind == "quorum" and draw(st.booleans()):
        arguments["x-dead-letter-strategy"] = draw(st.sampled_from(WORDS if odd else STRATEGIES))
    if kind == "quorum" and arguments.get("x-overflow") == "reject-publish-dlx":
        del arguments["x-overflow"]
    arguments |= draw(st.dictionaries(st.sampled_from(("x-own", "own", "${x}")), values(odd=odd), max_size=1))
    classic = kind == "classic"
    durable, auto_delete = not (classic and draw(st.booleans())), classic and draw(st.booleans())
    return Queue(draw(names(odd=odd)), durable, auto_delete, odd and draw(st.booleans()), arguments)


@st.composite
def _bindings(draw: st.DrawFn, types: dict[str, str], queues: list[str], *, odd: bool) -> Binding:
    lost = ["not there"] if odd or not queues else []
    to_exchange = draw(st.booleans()) or not (queues or odd)
    source = draw(st.sampled_from([*types, *lost] if odd else list(types)))
    destination = draw(st.sampled_from(list(types) if to_exchange else [*queues, *lost]))
    arguments = draw(st.dictionaries(st.sampled_from(("h", "x-h", "${h}")), values(odd=odd), max_size=2))
    if types.get(source) == "headers" and (arguments or not odd):
        arguments["x-match"] = draw(st.sampled_from(("all", "any", "all-with-x")))
    return Binding(source, destination, to_exchange, draw(st.sampled_from(KEYS)), arguments)


@st.composite
def _policies(draw: st.DrawFn, *, odd: bool) -> Policy:
    targets = ("all", "exchanges", "queues", "streams", *(("topics",) if odd else ()))
    definition = st.dictionaries(
        st.sampled_from(("max-length", "${x}", "ha-params")), _json(), min_size=not odd, max_size=2
    ).filter(lambda said: odd or not any(refusal(SETTING_VALUES, *each) for each in said.items()))
    pattern = draw(st.sampled_from(("^a", ".*", "${x}$", *(("",) if odd else ()))))
    name = draw(names(odd=odd).filter(lambda name: odd or not name.startswith("amq.")))
    return Policy(name, pattern, draw(st.sampled_from(targets)), draw(st.integers(-5, 5)), draw(definition))


def _json() -> st.SearchStrategy[object]:
    return values(odd=False) | st.sampled_from((None, 1.5, ["a", 1], {"a": [True]}))
