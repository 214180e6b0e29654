"""The values that are said to be refused, compared with what a live RabbitMQ refuses."""

from urllib.parse import quote

from edatool.spec.rabbitmq.arguments import KNOWN
from edatool.spec.rabbitmq.values import ARGUMENT_VALUES, SETTING_VALUES, refusal
from tests.broker_fixtures import Vhost
from tests.routing.acceptance.test_against_broker import VALUES, taken

ODD = (-1, 0, 1, 3, 300, "5", "nowhere", True, "7days", "7D", "05h", "min-masters", "reject-publish-dlx")
IGNORED_BEFORE = {"x-stream-filter-size-bytes": "3.13"}


def test_what_is_said_to_be_a_wrong_value_of_an_argument_is_refused(vhost: Vhost) -> None:
    wrong = []
    for name in KNOWN.keys() & ARGUMENT_VALUES.keys():
        if name in IGNORED_BEFORE and vhost.version < (3, 13):
            continue
        for number, value in enumerate(ODD):
            if refusal(ARGUMENT_VALUES, name, value):
                arguments = {"x-queue-type": min(KNOWN[name].types), "x-dead-letter-exchange": "", name: value}
                if min(KNOWN[name].types) == "stream":
                    del arguments["x-dead-letter-exchange"]
                queue = quote(f"q {name} {number}", safe="")
                if taken(vhost, f"queues/{queue}", {"durable": True, "arguments": arguments}):
                    wrong.append((name, value))
    assert wrong == []


def test_what_is_said_to_be_a_wrong_value_of_a_setting_is_refused(vhost: Vhost) -> None:
    wrong = []
    for name in SETTING_VALUES:
        for value in ODD:
            body = {"pattern": "^none$", "definition": {name: value}}
            if refusal(SETTING_VALUES, name, value) and taken(vhost, "policies/p", body):
                wrong.append((name, value))
    assert wrong == []


def test_no_good_value_is_said_to_be_wrong() -> None:
    for name, values in VALUES.items():
        for value in values:
            assert not refusal(ARGUMENT_VALUES, f"x-{name}", value), (name, value)
            assert not refusal(SETTING_VALUES, name, value), (name, value)
