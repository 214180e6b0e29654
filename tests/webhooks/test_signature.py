"""Signatures as the senders document them, and whatever strangers send."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.spec.signatures import SpecSignature
from edatool.webhooks.request import request
from edatool.webhooks.scheme import Scheme, scheme_of
from edatool.webhooks.signature import refusal, signature

SLACK_BODY = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
PUBLISHED = {
    # The test of the reference libraries: https://github.com/standard-webhooks/standard-webhooks, libraries/python.
    "standard-webhooks": (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        {
            "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "Webhook-Timestamp": "1614265330",
            "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        '{"test": 2432232314}',
        1614265330,
    ),
    # https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload"
    "github": (
        "It's a Secret to Everybody",
        {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
        "Hello, World!",
        0,
    ),
    # https://docs.slack.dev/authentication/verifying-requests-from-slack, "A recipe for security"
    "slack": (
        "8f742231b10e8888abcd99yyyzzz85a5",
        {
            "X-Slack-Request-Timestamp": "1531420618",
            "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        },
        SLACK_BODY,
        1531420618,
    ),
}
STYLES = ("standard-webhooks", "github", "stripe", "slack")


def style(name: str) -> Scheme:
    return scheme_of(SpecSignature(name, ()))


def key(scheme: Scheme, secret: str) -> bytes:
    found = scheme.key(secret)
    assert found is not None
    return found


def stripe_header(secret: str, time: int, body: str) -> str:
    """Sign as https://docs.stripe.com/webhooks says: the time, a dot and the body, in hex behind v1=."""
    made = hmac.new(secret.encode(), f"{time}.{body}".encode(), hashlib.sha256).hexdigest()
    # v0 is of test events only, and nothing to go by.
    return f"t={time},v1={made},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_example_is_good_and_with_any_change_it_is_not(name: str) -> None:
    secret, headers, body, now = PUBLISHED[name]
    scheme = style(name)
    keys = [key(scheme, secret)]
    assert refusal(scheme, keys, request(headers, body.encode()), now, 300) is None
    assert refusal(scheme, keys, request(headers, body.encode() + b" "), now, 300)
    assert refusal(scheme, [b"another"], request(headers, body.encode()), now, 300)
    assert refusal(scheme, [], request(headers, body.encode()), now, 300)
    for header in headers:
        other = {**headers, header: headers[header][:-1] + "1"}
        assert refusal(scheme, keys, request(other, body.encode()), now, 300), header
        assert refusal(scheme, keys, request({**headers, header: ""}, body.encode()), now, 300), header


def test_a_signature_of_stripe_is_good_with_the_others_beside_it() -> None:
    scheme, body = style("stripe"), '{"id": "evt_1"}'
    header = stripe_header("whsec_test", 1492774577, body)
    again = f"{header},v1={'0' * 64}"
    for each in (header, again):
        assert (
            refusal(scheme, [b"whsec_test"], request({"Stripe-Signature": each}, body.encode()), 1492774580, 300)
            is None
        )
    moved = header.replace("t=1492774577", "t=1492774578")
    assert refusal(scheme, [b"whsec_test"], request({"Stripe-Signature": moved}, body.encode()), 1492774580, 300)


def test_what_github_calls_a_signature_of_sha1_is_none() -> None:
    made = hmac.new(b"s", b"{}", hashlib.sha1).hexdigest()
    assert refusal(style("github"), [b"s"], request({"X-Hub-Signature-256": f"sha1={made}"}, b"{}"), 0, 300)


@pytest.mark.parametrize("name", STYLES)
def test_during_a_rotation_both_secrets_are_good(name: str) -> None:
    scheme = style(name)
    old, new = b"old", b"new"
    for each in (old, new):
        one = request({"webhook-id": "msg_1"}, b"{}")
        signed = request({**one.headers, **signature(scheme, each, one, 1000)}, b"{}")
        assert refusal(scheme, [new, old], signed, 1000, 300) is None
        assert (refusal(scheme, [new], signed, 1000, 300) is None) == (each is new)


@pytest.mark.parametrize("name", ["standard-webhooks", "stripe", "slack"])
def test_a_signature_is_good_within_the_tolerance_before_and_after(name: str) -> None:
    scheme = style(name)
    one = request({"webhook-id": "msg_1"}, b"{}")
    signed = request({**one.headers, **signature(scheme, b"k", one, 10_000)}, b"{}")
    good = [now for now in (9_699, 9_700, 10_000, 10_300, 10_301) if refusal(scheme, [b"k"], signed, now, 300) is None]
    assert good == [9_700, 10_000, 10_300]


def test_a_general_signature_is_as_it_is_declared() -> None:
    scheme = scheme_of(
        SpecSignature(
            None, (), "X-Shop-Hmac", "v2 ", "sha512", "base64", "{headers.X-Shop}|{timestamp}|{body}", "X-Shop-Time"
        )
    )
    made = base64.b64encode(hmac.new(b"k", b"eu|1000|{}", hashlib.sha512).digest()).decode()
    headers = {"x-shop": "eu", "x-shop-time": "1000", "x-shop-hmac": f"v2 {made}"}
    assert refusal(scheme, [b"k"], request(headers, b"{}"), 1000, 5) is None
    assert refusal(scheme, [b"k"], request({**headers, "x-shop": "us"}, b"{}"), 1000, 5)


def test_hex_is_good_in_capitals_too() -> None:
    scheme = scheme_of(SpecSignature(None, (), "x-signature"))
    made = hmac.new(b"k", b"{}", hashlib.sha256).hexdigest().upper()
    assert refusal(scheme, [b"k"], request({"x-signature": made}, b"{}"), 0, 300) is None


def test_a_secret_of_standard_webhooks_is_base64_with_or_without_its_prefix() -> None:
    scheme = style("standard-webhooks")
    assert scheme.key("whsec_c2VjcmV0") == scheme.key("c2VjcmV0") == b"secret"
    assert scheme.key("whsec_") is scheme.key("no base64!") is scheme.key("é") is None


@pytest.mark.parametrize("name", STYLES)
@given(text=st.text(), time=st.text(), body=st.binary(), name_of_id=st.text())
def test_whatever_a_stranger_sends_is_refused_and_nothing_raises(
    name: str, text: str, time: str, body: bytes, name_of_id: str
) -> None:
    scheme = style(name)
    headers = {scheme.signature.header: scheme.signature.prefix + text, "webhook-id": name_of_id}
    if scheme.timestamp and scheme.timestamp.header != scheme.signature.header:
        headers[scheme.timestamp.header] = time
    assert refusal(scheme, [b"key"], request(headers, body), 1000, 300)


@pytest.mark.parametrize("time", ["", "-1000", "1e3", "1000.0", "\u0661", "9" * 5000, "10 00", "nan"])
def test_what_is_no_time_in_whole_seconds_is_refused(time: str) -> None:
    scheme = style("slack")
    headers = {"x-slack-request-timestamp": time, "x-slack-signature": "v0=00"}
    reason = refusal(scheme, [b"key"], request(headers, b"{}"), 1000, 300)
    assert reason == ("the header x-slack-request-timestamp has no time in seconds")
