import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.spec.rabbitmq.arguments import ARGUMENTS, amqp_name
from edatool.spec.rabbitmq.readable import readable
from edatool.spec.shape import accepts


@pytest.mark.parametrize(
    ("argument", "value", "written"),
    [
        ("x-message-ttl", 60_000, ("message_ttl", "1m")),
        ("x-message-ttl", 0, ("message_ttl", "0ms")),
        ("x-max-length-bytes", 10 * 2**20, ("max_length_bytes", "10MiB")),
        ("x-max-length-bytes", 5_000_000, ("max_length_bytes", "5MB")),
        ("x-max-length-bytes", 1001, ("max_length_bytes", 1001)),
        ("x-max-age", "7D", ("max_age", "7d")),
        ("x-max-age", "1M", ("max_age", "1M")),
        ("x-single-active-consumer", True, ("single_active_consumer", True)),
        ("x-max-length", 5, ("max_length", 5)),
        ("x-max-length", True, None),
        ("x-max-length", 5.0, None),
        ("x-max-length", -1, None),
        ("x-message-ttl", "60000", None),
        ("x-max-age", "7d", None),
        ("x-overflow", "no such thing", None),
        ("x-no-such", 1, None),
        ("max_length", 1, None),
    ],
)
def test_an_argument_has_a_readable_form_where_that_means_the_same(
    argument: str, value: object, written: object
) -> None:
    assert readable(argument, value) == written


@settings(deadline=None)
@given(st.sampled_from(sorted(ARGUMENTS)), st.integers() | st.text(max_size=5) | st.booleans() | st.floats())
def test_what_is_readable_becomes_the_same_argument_again(name: str, value: object) -> None:
    found = readable(amqp_name(name), value)
    if found:
        assert found[0] == name
        assert accepts(ARGUMENTS[name].shape, found[1])
        again = ARGUMENTS[name].to_amqp(found[1])
        assert (type(again), again) == (type(value), value)
