import pytest

from edatool.routing.redaction import redacted, without


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("amqp://user:geheim@host:5672/v?heartbeat=5", "amqp://user:***@host:5672/v?heartbeat=5"),
        ("amqps://user:ge%40heim@host", "amqps://user:***@host"),
        ("amqps://host?certfile=a&password=geheim&verify=x", "amqps://host?certfile=a&password=***&verify=x"),
        ("amqp://user:ge@heim@host", "amqp://user:***@host"),
        ("amqp://:geheim@host", "amqp://:***@host"),
        ("amqp://user@host", "amqp://user@host"),
        ("no uri", "no uri"),
    ],
)
def test_the_password_of_a_uri_is_hidden_and_the_rest_is_not(uri: str, shown: str) -> None:
    assert redacted({"uri": [uri], "count": 5}) == {"uri": [shown], "count": 5}


@pytest.mark.parametrize(
    "uri", ["amqp://user:geheim@host?password=geheim", "amqp://[user:geheim@host", "amqp://u:geheim/x@host"]
)
def test_no_way_to_write_a_password_shows_it(uri: str) -> None:
    assert "geheim" not in redacted(uri)


def test_a_text_is_without_secrets_and_the_passwords_of_their_uris() -> None:
    text = "refused amqp://u:ge%40heim@h, for ge@heim is wrong, and so is plain"
    assert without(text, ["amqp://u:ge%40heim@h", "plain"]) == "refused ***, for *** is wrong, and so is ***"
