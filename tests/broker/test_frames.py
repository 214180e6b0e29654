"""The frames that we write are those that pika would write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika import BasicProperties, data, frame, spec

from edatool.broker.message import AmqpMessage
from edatool.broker.publish import frames
from edatool.errors import WrongUsage

# Before 1.4, pika takes the letters of signed and unsigned 64 bits for each other when it reads.
LOWEST = 0 if data.decode_value(b"l" + b"\xff" * 8, 0)[0] > 0 else -(2**63)
SHORT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
HEADERS = st.dictionaries(SHORT, SHORT | st.booleans() | st.integers(LOWEST, 2**63 - 1) | st.lists(SHORT), max_size=4)
MESSAGES = st.builds(
    AmqpMessage,
    exchange=SHORT,
    key=SHORT,
    headers=HEADERS,
    body=st.binary(),
    type=SHORT,
    message_id=SHORT,
    app_id=SHORT,
    timestamp=st.integers(0, 2**40),
    content_type=SHORT,
)


@given(MESSAGES)
def test_pika_reads_from_the_frames_what_was_written(message: AmqpMessage) -> None:
    text = frames.head(message)
    length, method = frame.decode_frame(text)
    _, header = frame.decode_frame(text[length:])
    assert (method.method.exchange, method.method.routing_key) == (message.exchange, message.key)
    assert (method.method.mandatory, method.method.immediate, method.channel_number) == (True, False, 1)
    assert isinstance(method.method, spec.Basic.Publish)
    assert header.body_size == len(message.body)
    expected = BasicProperties(
        message.content_type,
        None,
        dict(message.headers),
        delivery_mode=2,
        message_id=message.message_id,
        timestamp=message.timestamp,
        type=message.type,
        app_id=message.app_id,
        correlation_id=message.correlation_id or None,
    )
    assert vars(header.properties) == vars(expected)


@given(st.binary(max_size=100), st.integers(9, 50))
def test_a_body_is_cut_into_frames_that_are_not_too_large(text: bytes, frame_max: int) -> None:
    left, read = b"".join(frames.body(text, frame_max)), b""
    while left:
        length, one = frame.decode_frame(left)
        assert length <= frame_max
        read += one.fragment
        left = left[length:]
    assert read == text


@pytest.mark.parametrize(
    "wrong", [{"key": "k" * 256}, {"message_id": "\ud800"}, {"headers": {"x": object()}}, {"headers": {"n" * 256: 1}}]
)
def test_what_amqp_cannot_carry_is_a_usage_error(wrong: dict[str, object]) -> None:
    message = AmqpMessage("e", "k", {}, b"", "t", "id", "app", 0)._replace(**wrong)  # type: ignore[arg-type]
    with pytest.raises(WrongUsage):
        frames.head(message)
