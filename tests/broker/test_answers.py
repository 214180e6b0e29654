"""What becomes of a management API that is none, is broken, or means harm."""

import time
from collections.abc import Callable

import pytest

from edatool.broker.address import parse
from edatool.broker.http import answers
from edatool.broker.http.management import Management
from edatool.broker.said import said
from edatool.errors import BrokerError
from edatool.routing.topology import Binding, Policy
from tests.broken_http import ANSWERS, ENDLESS, broken_api

CALLS: dict[str, Callable[[Management], object]] = {
    "read": lambda one: one.read(),
    "version": lambda one: one.read_version(),
    "exclusive queues": lambda one: one.read_exclusive_queues(),
    "parameters": lambda one: one.read_parameter_names(),
    "permissions": lambda one: one.read_permissions(),
    "global parameters": lambda one: one.read_global_parameter_names(),
    "tags": lambda one: one.read_tags(),
    "queue": lambda one: one.read_counts("q"),
    "unseen": lambda one: one.read_unseen(),
    "operator policies": lambda one: one.read_operator_policies(),
    "unbind": lambda one: one.unbind(Binding("e", "q", arguments={"n": 1})),
}
WRITES: dict[str, Callable[[Management], object]] = {
    "put policy": lambda one: one.put_policy(Policy("p", "x")),
    "delete policy": lambda one: one.delete_policy(Policy("p", "x")),
    "put global parameter": lambda one: one.put_global_parameter("p", 1),
    "bind": lambda one: one.bind(Binding("e", "q", arguments={"n": 1})),
    "create vhost": lambda one: one.create_vhost(),
}
EMPTY_LISTS = {"read", "exclusive queues", "parameters", "global parameters", "unseen"}
LASTING = 0.5


def refused(url: str, call: Callable[[Management], object]) -> str:
    with (
        Management(parse("amqp://guest:topsecret@127.0.0.1", url), "/") as management,
        pytest.raises(BrokerError) as raised,
    ):
        call(management)
    assert raised.value.exit_code == 4
    text = str(raised.value)
    assert url in text or "RabbitMQ refuses it" in text
    for word in ("Error", "Errno", "Traceback", "dict", "object has no", "NoneType", "codec", "topsecret", "char 0"):
        assert word not in text, text
    return text


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_that_is_not_rabbitmqs_is_one_clear_error(kind: str) -> None:
    with broken_api(kind) as url:
        text = refused(url, CALLS["read"])
        assert "GET /api/exchanges/%2F" in text or "RabbitMQ refuses it: x: ::error::forged" in text, text


@pytest.mark.parametrize("kind", ["html", "null", "a list of nulls", "keys left out", "redirected", "accepted", "deep"])
@pytest.mark.parametrize("call", CALLS)
def test_so_it_is_for_every_question(kind: str, call: str) -> None:
    with broken_api(kind) as url:
        refused(url, CALLS[call])


@pytest.mark.parametrize("kind", ["html", "redirected", "accepted", "error with forged words", "nothing"])
@pytest.mark.parametrize("call", WRITES)
def test_nothing_counts_as_done_that_rabbitmq_did_not_do(kind: str, call: str) -> None:
    with broken_api(kind) as url:
        refused(url, WRITES[call])


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_end_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "TOTAL", LASTING)
    monkeypatch.setattr(answers, "LARGEST", 64 * 2**20)
    before = time.monotonic()
    with broken_api(kind) as url:
        text = refused(url, CALLS["read"])
        assert time.monotonic() - before < 15 * LASTING
    assert "was not answered within 0.5 s" in text or "bytes" in text


def test_a_redirection_is_named_and_not_followed() -> None:
    with broken_api("redirected") as url:
        assert "to http://127.0.0.1:1/api" in refused(url, CALLS["version"])


def test_words_of_the_broker_are_read_as_they_are_meant() -> None:
    words = 'Validation failed\n\n[&lt;&lt;"max-priority"&gt;&gt;] are not recognised policy settings\n'
    assert said(words) == "Validation failed: ['max-priority'] are not recognised policy settings"
