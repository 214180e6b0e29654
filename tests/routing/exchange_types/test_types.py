import pytest

from edatool.routing.exchange_types.types import TYPES, type_named
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.version import NEWEST
from edatool.spec.rabbitmq.exchange_types import EXCHANGE_TYPES


def test_the_spec_knows_where_every_simulated_type_comes_from() -> None:
    assert TYPES.keys() <= EXCHANGE_TYPES.keys()


@pytest.mark.parametrize("name", TYPES)
def test_a_hop_says_by_which_type_it_was_routed(name: str) -> None:
    exchange = Exchange("e", name)
    assert TYPES[name].lay_out(exchange, (Binding("e", "q"),), NEWEST).match(Letter("e", ("",), {})).type == name


def test_of_a_type_that_is_not_simulated_every_binding_is_undecided() -> None:
    bindings = (Binding("e", "a", key="a"), Binding("e", "b", key="b"))
    hop = type_named("x-none-such").lay_out(Exchange("e", "x-none-such"), bindings, NEWEST).match(Letter("e", (), {}))
    assert [(one.binding, one.why) for one in hop.undecided] == [
        (one, "exchanges of type x-none-such cannot be simulated") for one in bindings
    ]
    assert not type_named("x-none-such").decided


def test_at_a_fanout_exchange_every_binding_is_within_every_other() -> None:
    one, other = Binding("e", "q", key="a"), Binding("e", "q", key="b")
    contained = TYPES["fanout"].contained
    assert contained
    assert list(contained([one, other], [one, other])) == [(one, [other]), (other, [one])]
