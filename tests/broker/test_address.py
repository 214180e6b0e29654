import pytest

from edatool.broker.address import Address, Tls, Tuning, parse, vhost_of
from edatool.errors import WrongUsage


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://", ("localhost", 5672, "guest", "guest", None)),
        ("amqp://h", ("h", 5672, "guest", "guest", None)),
        ("amqp://h/", ("h", 5672, "guest", "guest", "/")),
        ("amqp://h/%2F", ("h", 5672, "guest", "guest", "/")),
        ("amqp://u:p@h:1/v", ("h", 1, "u", "p", "v")),
        ("amqp://u%40x:p%2F%3A@h/a%2Fb", ("h", 5672, "u@x", "p/:", "a/b")),
        ("amqps://h", ("h", 5671, "guest", "guest", None)),
        ("amqp://[::1]:7/v", ("::1", 7, "guest", "guest", "v")),
    ],
)
def test_a_broker_url_is_read(url: str, expected: tuple[object, ...]) -> None:
    one = parse(url)
    assert (one.host, one.port, one.user, one.password, one.vhost) == expected


@pytest.mark.parametrize(
    ("url", "given", "management"),
    [
        ("amqp://h", None, "http://h:15672"),
        ("amqps://h", None, "https://h:15671"),
        ("amqp://[::1]", None, "http://[::1]:15672"),
        ("amqp://h", "https://m/prefix/", "https://m:443/prefix"),
        ("amqp://h", "http://m:1", "http://m:1"),
        ("amqp://h", "none", None),
    ],
)
def test_the_management_url_is_derived_unless_given(url: str, given: str | None, management: str | None) -> None:
    assert parse(url, given).management == management


@pytest.mark.parametrize(
    ("url", "management"),
    [("http://h", None), ("h:5672", None), ("amqp://h:port/", None), ("amqp://h/a/b", None), ("amqp://h", "ftp://x"),
     ("amqp://h", "http://u:secret@m")],
)  # fmt: skip
def test_a_malformed_url_is_refused_with_a_way_out(url: str, management: str | None) -> None:
    with pytest.raises(WrongUsage) as raised:
        parse(url, management)
    assert "secret" not in str(raised.value)


def test_certificates_need_tls_and_a_key() -> None:
    with pytest.raises(WrongUsage, match="amqps"):
        parse("amqp://h", files=Tls(ca="ca.pem"))
    with pytest.raises(WrongUsage, match="key"):
        parse("amqps://h", files=Tls(certificate="c.pem"))


def test_the_password_is_never_shown() -> None:
    one = parse("amqps://user:topsecret@h/v")
    assert str(one) == "amqps://user@h:5671/v"
    assert "topsecret" not in repr(one)


@pytest.mark.parametrize(
    ("spec", "url", "vhost"), [(None, None, "/"), ("a", None, "a"), (None, "b", "b"), ("a", "a", "a")]
)
def test_the_vhost_is_the_specs_else_the_urls(spec: str | None, url: str | None, vhost: str) -> None:
    assert vhost_of(spec, Address("h", 1, "u", "p", url)) == vhost


def test_two_vhosts_that_differ_are_refused() -> None:
    with pytest.raises(WrongUsage, match=r"'a'.*'b'"):
        vhost_of("a", Address("h", 1, "u", "p", "b"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("amqp://h:99999", "port 99999"),
        ("amqp://h:0", "port 0"),
        ("amqp://h:" + "9" * 5000, "ports are from 1 to 65535"),
        ("amqp://h:56x", "no number"),
        ("amqp://h:5672:1", r"\[::1\]"),
        ("amqp://::1/", r"\[::1\]"),
        ("amqp://u:top/secret@h", "%2F for /"),
        ("amqp://u:top#secret@h", "%23 for #"),
        ("amqp://u:topsecret#@h/v", "%23 for #"),
        ("amqp://u:top?secret@h", "%3F for \\?"),
        ("amqp://u:top[secret@h", "%5B for \\["),
        ("amqp://u:topsecret@h\n", "line break"),
        ("amqp://u:top secret@h", "blank"),
        ("amqp:/h", "start with amqp://"),
        ("topsecret", "start with amqp://"),
        ("amqp://h?depth=1", "'depth'"),
        ("amqp://h?heartbeat=soon", "heartbeat"),
        ("amqp://h?heartbeat=70000", "heartbeat"),
        ("amqp://h?heartbeat=1&heartbeat=2", "twice"),
        ("amqp://h?channel_max=1", "channel_max"),
        ("amqp://h?connection_timeout=0", "connection_timeout"),
        ("amqps://h?verify=maybe", "verify_peer or verify_none"),
        ("amqps://h?auth_mechanism=external", "PLAIN"),
        ("amqps://h?server_name_indication=disable", "verify_none"),
        ("amqps://h?certfile=c.pem", "key"),
        ("amqp://h?cacertfile=ca.pem", "amqps://"),
    ],
)
def test_what_is_wrong_in_a_url_is_said_without_repeating_a_password(url: str, words: str) -> None:
    with pytest.raises(WrongUsage, match=words) as raised:
        parse(url)
    assert "secret" not in str(raised.value)


def test_parameters_of_rabbitmqs_uris_are_taken() -> None:
    plain = parse("amqp://h/v?heartbeat=5&connection_timeout=2500&channel_max=7&auth_mechanism=plain")
    assert plain.tuning == Tuning(5, 2.5, 7)
    query = "cacertfile=%2Fca.pem&certfile=c.pem&keyfile=k.pem&verify=verify_none&server_name_indication=n"
    assert parse(f"amqps://h?{query}").tls == Tls("/ca.pem", "c.pem", "k.pem", verify=False, server_name="n")
    assert parse("amqps://h?verify=verify_peer").tls == Tls()
    assert parse("amqp://h").tuning == Tuning()


def test_a_file_is_named_once() -> None:
    with pytest.raises(WrongUsage, match="--ca"):
        parse("amqps://h?cacertfile=a.pem", files=Tls(ca="b.pem"))
