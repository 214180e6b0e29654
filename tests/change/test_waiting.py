from dataclasses import replace

import pytest

from edatool.broker.address import parse
from edatool.broker.http.management import Management
from edatool.change.allowed import Allowed
from edatool.change.ownership import Ownership
from edatool.change.plan import Plan, plan_apply
from edatool.change.waiting import WaitingMessages, delayed_and_doomed
from edatool.errors import Unsafe
from edatool.render.plan.json import json
from edatool.render.plan.markdown import markdown
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.text import text
from edatool.routing.topology import Exchange, topology
from tests.broken_http import broken_api

LATER = Exchange("later", "x-delayed-message", arguments={"x-delayed-type": "direct"})
AT_ONCE = Exchange("at-once", "direct")
BOTH = topology([LATER, AT_ONCE])


def removal(messages: int | None) -> Plan:
    plan = plan_apply(topology([AT_ONCE]), BOTH, Ownership(BOTH))
    return replace(plan, waiting=(WaitingMessages("later", messages),))


def test_only_delayed_exchanges_that_are_to_go_are_asked_about() -> None:
    removed = plan_apply(topology(), BOTH, Ownership(BOTH))
    assert delayed_and_doomed(removed.compared.changes) == ["later"]
    assert delayed_and_doomed(plan_apply(BOTH, topology()).compared.changes) == []


@pytest.mark.parametrize(("messages", "words"), [(3, "holds 3 messages"), (None, "may hold messages")])
def test_messages_that_wait_in_an_exchange_go_only_where_that_is_agreed_to(messages: int | None, words: str) -> None:
    plan = removal(messages)
    with pytest.raises(Unsafe, match=rf"exchange later {words} .*--discard later"):
        plan.raise_if_unsafe()
    plan.raise_if_unsafe(Allowed(discard=frozenset({"later"})))
    for shown in (text(ShownPlan(plan)), markdown(ShownPlan(plan))):
        assert words in shown
        assert "accept that messages go with --discard later" in shown
    assert '"messages": ' in json(ShownPlan(plan))


def test_an_exchange_in_which_nothing_waits_goes_without_a_word() -> None:
    plan = removal(0)
    plan.raise_if_unsafe()
    assert "discard" not in text(ShownPlan(plan))


@pytest.mark.parametrize(
    ("kind", "messages"), [("a delayed exchange", 3), ("a delayed exchange without a count", None)]
)
def test_how_many_wait_is_read_of_the_exchange(kind: str, messages: int | None) -> None:
    with broken_api(kind) as url, Management(parse("amqp://localhost", url), "/") as management:
        assert management.read_messages_delayed("later") == messages
