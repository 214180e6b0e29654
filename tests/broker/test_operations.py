import pytest

from edatool.broker.address import Address, parse
from edatool.broker.declare.operations import CHANNELS, Action, Operation, Outcome, run
from edatool.errors import BrokerRefused, BrokerUnreachable
from edatool.routing.topology import Binding, Exchange, Queue
from tests.broker_fixtures import Server, Vhost
from tests.sessions import at, session_of

E = Exchange("e", "topic")
Q = Queue("q", arguments={"x-queue-type": "quorum"})
S = Queue("s", arguments={"x-queue-type": "stream"})
TO_Q = Binding("e", "q", key="a.*")


def do(vhost: Vhost, *operations: Operation) -> dict[str, Outcome]:
    outcomes = run(session_of(vhost), operations)
    return {f"{o.operation.action} {getattr(o.operation.object, 'name', 'binding')}": o for o in outcomes}


def codes(outcomes: dict[str, Outcome]) -> dict[str, int]:
    return {name: outcome.code for name, outcome in outcomes.items()}


def names(vhost: Vhost, kind: str) -> set[str]:
    listed = vhost.api.get(f"/api/{kind}/{vhost.quoted}").raise_for_status().json()
    return {one["name"] for one in listed if one["name"] and not one["name"].startswith("amq.")}


def test_objects_are_created_inspected_and_deleted(vhost: Vhost) -> None:
    create = [Operation("create", one) for one in (E, Q, S)]
    assert set(codes(do(vhost, *create)).values()) == {200}
    assert codes(do(vhost, Operation("create", TO_Q))) == {"create binding": 200}
    assert (names(vhost, "exchanges"), names(vhost, "queues")) == ({"e"}, {"q", "s"})
    assert codes(do(vhost, Operation("inspect", Q), Operation("inspect", Queue("nope")))) == {
        "inspect q": 200,
        "inspect nope": 404,
    }
    assert codes(do(vhost, Operation("delete", TO_Q))) == {"delete binding": 200}
    assert codes(do(vhost, Operation("delete", Q), Operation("delete", S))) == {
        "delete q": 200,
        "delete s": 200,
    }
    assert codes(do(vhost, Operation("delete", E))) == {"delete e": 200}
    assert (names(vhost, "exchanges"), names(vhost, "queues")) == (set(), set())


def test_a_refusal_names_its_operation_and_does_not_stop_the_others(vhost: Vhost) -> None:
    do(vhost, Operation("create", Q))
    many = [Operation("create", Queue(f"n{i}")) for i in range(3 * CHANNELS)]
    other = Operation("create", Queue("q", arguments={"x-queue-type": "classic"}))
    outcomes = do(vhost, *many[:50], other, *many[50:])
    refused = [name for name, outcome in outcomes.items() if not outcome.done]
    assert refused == ["create q"]
    assert outcomes["create q"].code == 406
    assert "x-queue-type" in outcomes["create q"].text
    assert len(names(vhost, "queues")) == 3 * CHANNELS + 1


def test_probing_is_always_refused_or_without_effect(vhost: Vhost) -> None:
    classic = Queue("c", arguments={"x-queue-type": "classic", "x-max-length": 1})
    fresh = [Operation("probe", one) for one in (E, Q, S, classic)]
    assert set(codes(do(vhost, *fresh)).values()) == {406}
    do(vhost, *[Operation("create", one) for one in (E, Q)])
    do(vhost, Operation("create", TO_Q))
    probed = codes(do(vhost, Operation("probe", E), Operation("probe", Q), Operation("probe", TO_Q)))
    assert probed == {"probe e": 406, "probe q": 406, "probe binding": 200}
    bindings = vhost.api.get(f"/api/bindings/{vhost.quoted}/e/e/q/q").json()
    assert [one["routing_key"] for one in bindings] == ["a.*"]
    assert (names(vhost, "exchanges"), names(vhost, "queues")) == ({"e"}, {"q"})


def test_a_classic_queue_with_messages_is_not_deleted_unless_forced(vhost: Vhost) -> None:
    queue = Queue("c")
    do(vhost, Operation("create", queue))
    body = {"properties": {}, "routing_key": "c", "payload": "x", "payload_encoding": "string"}
    vhost.api.post(f"/api/exchanges/{vhost.quoted}/amq.default/publish", json=body).raise_for_status()
    assert do(vhost, Operation("inspect", queue))["inspect c"].messages == 1
    assert codes(do(vhost, Operation("delete", queue))) == {"delete c": 406}
    assert codes(do(vhost, Operation("delete", queue, force=True))) == {"delete c": 200}


def test_outcomes_are_told_as_they_come(vhost: Vhost) -> None:
    told: list[Outcome] = []
    operations = [Operation("create", Queue(f"q{i}")) for i in range(5)]
    outcomes = run(at(parse(vhost.url), vhost.name), operations, told.append)
    assert told == outcomes


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_run_that_is_interrupted_ends_what_is_under_way_and_closes_in_order(
    vhost: Vhost, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    queues = [Queue(f"q{i}", arguments={"x-queue-type": kind}) for i in range(5)]

    def interrupted(_: Outcome) -> None:
        if not done:
            done.append(True)
            raise KeyboardInterrupt

    actions: tuple[Action, ...] = ("create", "delete")
    for action in actions:
        done: list[bool] = []
        with pytest.raises(KeyboardInterrupt):
            run(
                session_of(vhost),
                [Operation(action, one) for one in queues],
                interrupted,
            )
        do(vhost, *[Operation(action, one) for one in queues])
        assert names(vhost, "queues") == ({one.name for one in queues} if action == "create" else set())
    errors = [caplog.handler.format(one).rstrip() for one in caplog.records if one.levelname == "ERROR"]
    # pika 1.3 logs what passes through it, the interrupt itself too.
    assert [one for one in errors if not one.endswith("KeyboardInterrupt")] == []


def test_nothing_to_do_needs_no_broker() -> None:
    assert run(at(Address("192.0.2.1", 1, "u", "p"), "/"), []) == []


def test_a_wrong_password_is_refused_without_repeating_it(server: Server) -> None:
    address = parse(server.url)
    wrong = Address(address.host, address.port, address.user, "not the password")
    with pytest.raises(BrokerRefused, match="password") as raised:
        run(at(wrong, "/"), [Operation("inspect", Q)])
    assert "not the password" not in str(raised.value)


def test_a_missing_vhost_is_said(server: Server) -> None:
    with pytest.raises(BrokerRefused, match="no vhost 'nowhere'"):
        run(at(parse(server.url), "nowhere"), [Operation("inspect", Q)])


def test_nobody_listening_is_unreachable() -> None:
    with pytest.raises(BrokerUnreachable, match="Connection refused"):
        run(at(parse("amqp://127.0.0.1:1"), "/"), [Operation("inspect", Q)])


def test_a_port_of_another_protocol_is_said(vhost: Vhost) -> None:
    port = vhost.management.rsplit(":", 1)[1]
    with pytest.raises(BrokerUnreachable, match="AMQP 0-9-1"):
        run(at(parse(f"amqp://127.0.0.1:{port}"), "/"), [Operation("inspect", Q)])
