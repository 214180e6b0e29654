import pytest

from edatool.broker.address import Address, Tls, parse, vhost_of
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
