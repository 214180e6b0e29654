"""The simulator on growing topologies, beside a plain loop over all bindings; and routing tests."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from edatool.routing.exchange_types import headers_rule
from edatool.routing.exchange_types.topic_tree import find, tree
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Exchange, Queue, topology
from edatool.routing.verify import verify
from edatool.routing.version import NEWEST

SIZES = (10, 1_000, 10_000)
MESSAGES = 500


def run(folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    for kind, size in itertools.product(("topic", "direct", "headers"), SIZES):
        indexed, looped = per_message(kind, size)
        figures[f"{kind}, {size} bindings, us per message"] = round(indexed * 1e6, 1)
        figures[f"{kind}, {size} bindings, loop / simulator"] = round(looped / indexed, 1)
    figures["1,000 routing tests, s"] = routing_tests(folder)
    return figures


def per_message(kind: str, size: int) -> tuple[float, float]:
    """Return seconds per message of the simulator, and of a loop over the bindings, which must agree."""
    bindings = [binding(kind, number) for number in range(size)]
    queues = [Queue(one.destination) for one in bindings]
    laid_out = router(topology([Exchange("e", kind)], queues, bindings))
    messages = [message(number * size // MESSAGES) for number in range(MESSAGES)]
    each = [matcher(kind, one) for one in bindings]
    few = messages[:20]
    assert [len(route(laid_out, one).queues) for one in few] == [len(loop(each, one)) for one in few]
    fast = timed(lambda: [route(laid_out, one) for one in messages]) / MESSAGES
    slow = timed(lambda: [loop(each, one) for one in few]) / len(few)
    return fast, slow


def binding(kind: str, number: int) -> Binding:
    if kind == "topic":
        pattern = (f"order.*.{number}.placed", f"#.{number}.placed", f"order.eu.{number}.#")[number % 3]
        return Binding("e", f"q{number}", key=pattern)
    if kind == "direct":
        return Binding("e", f"q{number}", key=f"order.eu.{number}.placed")
    kinds = ("all", "any")
    wanted = {"x-match": kinds[number % 2], "id": number}
    return Binding("e", f"q{number}", arguments=wanted | ({} if number % 2 else {"tier": "gold"}))


def message(number: int) -> Message:
    return Message("e", f"order.eu.{number}.placed", {"tier": "gold", "id": number})


def loop(matchers: list[Callable[[Message], bool]], one: Message) -> list[int]:
    """Try every binding, as the simplest program would."""
    return [number for number, matches in enumerate(matchers) if matches(one)]


def matcher(kind: str, each: Binding) -> Callable[[Message], bool]:
    if kind == "headers":
        rule = headers_rule.rule(each.arguments)
        return lambda one: headers_rule.matches(rule, one.headers, NEWEST) is True
    if kind == "direct":
        return lambda one: each.key == one.key
    pattern = tree([each])
    return lambda one: bool(list(find(pattern, one.key)))


def timed(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def routing_tests(folder: Path) -> float:
    tests = "".join(
        f"  - {{name: t{n}, publish: e{n % 50}, payload: {{}}, expect: [q{n % 50}, all]}}\n" for n in range(1_000)
    )
    events = "".join(f"  e{n}: {{exchange: x, key: k.{n}.e}}\n" for n in range(50))
    queues = "".join(f"  q{n}: {{}}\n" for n in range(50)) + "  all: {}\n"
    bindings = (
        "".join(f"  - {{queue: q{n}, events: [e{n}]}}\n" for n in range(50))
        + "  - {queue: all, exchange: x, key: '#'}\n"
    )
    file = folder / "tests.yaml"
    file.write_text(
        "edatool: 1\nname: t\nexchanges: {x: {type: topic}}\n"
        f"events:\n{events}queues:\n{queues}bindings:\n{bindings}tests:\n{tests}"
    )

    def load_and_run() -> None:
        checked = load([str(file)], {})
        laid_out = router(compile_spec(checked.spec))
        assert all(verify(one, checked.spec, checked.contracts, laid_out).passed for one in checked.spec.tests)

    return round(timed(load_and_run), 2)
