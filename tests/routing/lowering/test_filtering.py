"""A filter on the broker is the filter: whoever publishes, the destination gets what the plain evaluator says."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from edatool.checks.load import load
from edatool.filters.content import Content
from edatool.filters.declared import declared as filters_of
from edatool.filters.matches import matches
from edatool.routes import Routes
from edatool.routing.addressing import address
from edatool.routing.bindings import bindings_of
from edatool.routing.compile import compile_spec
from edatool.routing.exchange_types import topic
from edatool.routing.lowering.generated import names
from edatool.routing.lowering.lowering import filtering
from edatool.routing.lowering.stamping import stamped, stamping
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from tests.broker_fixtures import Vhost
from tests.examples import examples
from tests.routing.live import Watch, declared
from tests.routing.lowering.generated import payloads, specs

OWN = names("shop")
on_one_folder = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def loaded(folder: Path, spec: dict[str, Any]) -> Routes:
    (folder / "routes.yaml").write_text(json.dumps(spec))
    return load([str(folder / "routes.yaml")], {})


def expected(checked: Routes, message: Message, payload: object) -> set[str]:
    """Return the queues that are to get a message: word by word what the spec says."""
    kind = checked.spec.exchanges["events"].type
    content = Content(payload, message.key, dict(message.headers), "placed")
    found = set()
    filters = filters_of(checked.spec)
    for binding in checked.spec.bindings:
        condition = filters.of(binding)
        if condition is None or matches(condition, content):
            for one in bindings_of(checked.spec, binding):
                fits = topic.matches(one.key, message.key) if kind == "topic" else one.key == message.key
                if fits or kind == "fanout":
                    found.add(one.destination)
    return found


def messages_of(checked: Routes, given: list[Any]) -> list[tuple[Message, object]]:
    addressed = ((address(checked.spec.events["placed"], payload), payload) for payload in given)
    return [(message, payload) for message, payload in addressed if isinstance(message, Message)]


@settings(on_one_folder, max_examples=examples(150))
@given(spec=specs(), given=st.lists(payloads(), min_size=1, max_size=8))
def test_a_publishers_message_reaches_what_the_filters_say(
    tmp_path: Path, spec: dict[str, Any], given: list[Any]
) -> None:
    checked = loaded(tmp_path, spec)
    note(json.dumps(spec))
    laid_out, stamps = router(compile_spec(checked.spec)), stamping(checked.spec)
    for message, payload in messages_of(checked, given):
        trace = route(laid_out, stamped(message, payload, "placed", stamps))
        assert set(trace.queues) == expected(checked, message, payload), (message, payload)


@settings(on_one_folder, max_examples=examples(150))
@given(spec=specs(), given=st.lists(payloads(), min_size=1, max_size=8))
def test_what_the_broker_leaves_to_the_router_is_the_rest(
    tmp_path: Path, spec: dict[str, Any], given: list[Any]
) -> None:
    checked = loaded(tmp_path, spec)
    note(json.dumps(spec))
    laid_out, stamps = router(compile_spec(checked.spec)), stamping(checked.spec)
    for message, payload in messages_of(checked, given):
        reached = set(route(laid_out, message).queues)
        wanted = expected(checked, message, payload)
        assert reached - {OWN.intake} <= wanted
        if OWN.intake in reached:
            assert stamps
            coming = stamps.coming(message)
            found = stamps.matched(coming, Content(payload, message.key, dict(message.headers), "placed"))
            missing = {name for name, _ in found if (name, False) not in coming.without}
            assert missing == wanted - reached
        else:
            assert reached == wanted


@settings(on_one_folder, max_examples=examples(25))
@given(random=st.data())
def test_rabbitmq_filters_as_the_plain_evaluator(vhost: Vhost, tmp_path: Path, random: st.DataObject) -> None:
    checked = loaded(tmp_path, random.draw(specs()))
    note(json.dumps(checked.spec.filters))
    stamps = stamping(checked.spec)
    sent = messages_of(checked, random.draw(st.lists(payloads(), min_size=1, max_size=8)))
    with declared(vhost, compile_spec(checked.spec)) as connection:
        watch = Watch(connection, compile_spec(checked.spec).queues)
        watch.publish(stamped(message, payload, "placed", stamps) for message, payload in sent)
        wanted = Counter(
            (name, number)
            for number, (message, payload) in enumerate(sent)
            for name in expected(checked, message, payload)
        )
        assert watch.got(wanted) == wanted


def test_what_keys_and_headers_tell_needs_no_stamps(tmp_path: Path) -> None:
    spec = {
        "edatool": 1,
        "name": "shop",
        "events": {"placed": {"exchange": "e", "key": "order.{region}", "headers": {"tier": "customer.tier"}}},
        "exchanges": {"e": {"type": "topic"}},
        "queues": {"q": {}},
        "bindings": [
            {
                "queue": "q",
                "events": ["placed"],
                "filter": {"data.region": ["eu", "us"], "$or": [{"data.customer.tier": "gold"}, {"data.region": "us"}]},
            }
        ],
    }
    checked = loaded(tmp_path, spec)
    assert filtering(checked.spec).stamped == ()
    assert sorted(map(str, compile_spec(checked.spec).bindings.values())) == [
        "e -> exchange edatool.shop.by-header.e.order.eu [order.eu]",
        "e -> exchange edatool.shop.by-header.e.order.us [order.us]",
        "e -> queue q [order.us]",
        'edatool.shop.by-header.e.order.eu -> queue q [] {"tier": "gold", "x-match": "all"}',
        'edatool.shop.by-header.e.order.us -> queue q [] {"tier": "gold", "x-match": "all"}',
    ]
