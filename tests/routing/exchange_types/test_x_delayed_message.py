"""A delayed exchange routes as the type that it names, only later."""

from dataclasses import replace

from hypothesis import given

from edatool.routing.message import Message
from edatool.routing.simulate import simulate
from edatool.routing.topology import Binding, Exchange, Queue, Topology, collect, topology
from edatool.routing.trace import Trace
from edatool.routing.version import NEWEST
from tests.routing.generated import Case, cases


def delaying(there: Topology) -> Topology:
    """Return a topology whose exchanges all wait before they route."""
    return collect(
        replace(one, type="x-delayed-message", arguments={**one.arguments, "x-delayed-type": one.type})
        if isinstance(one, Exchange)
        else one
        for one in there.objects
    )


def without_delays(trace: Trace) -> Trace:
    return replace(trace, hops=tuple(replace(hop, delay=None) for hop in trace.hops))


@given(cases(NEWEST, 4))
def test_it_routes_as_its_type_says(case: Case) -> None:
    later = delaying(case.topology)
    for message in case.messages:
        assert without_delays(simulate(later, message)) == simulate(case.topology, message)


def test_a_hop_says_how_long_it_waits() -> None:
    later = Exchange("later", "x-delayed-message", arguments={"x-delayed-type": "direct"})
    there = topology([later], [Queue("jobs")], [Binding("later", "jobs", key="jobs")])
    for header, delay in ((5000, 5000), (0, 0), (-1, 0), ("5000", 0), (True, 0), (None, 0)):
        trace = simulate(there, Message("later", "jobs", {} if header is None else {"x-delay": header}))
        assert (trace.queues, [hop.delay for hop in trace.hops]) == (("jobs",), [delay])


def test_without_a_type_it_cannot_be_simulated() -> None:
    there = topology([Exchange("later", "x-delayed-message")], [Queue("q")], [Binding("later", "q")])
    assert simulate(there, Message("later", "")).maybe == ("q",)
