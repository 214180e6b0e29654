"""Header values that pika cannot write, published and bound over the management API."""

from urllib.parse import quote

from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Queue, topology
from tests.broker_fixtures import Vhost
from tests.routing.live import Watch, declared

VALUES = (1, 1.0, 1.5, True, "1", 0, 0.0, False, "", "true", 2**40, float(2**40), -1)


def test_numbers_of_all_types_compare_as_on_the_broker(vhost: Vhost) -> None:
    bindings = [Binding("amq.headers", f"q{place}", arguments={"h": value}) for place, value in enumerate(VALUES)]
    simulated = router(topology(queues=[Queue(one.destination) for one in bindings], bindings=bindings), vhost.version)
    only_queues = topology(queues=simulated.topology.queues.values())
    with declared(vhost, only_queues) as connection:
        for one in bindings:
            post(vhost, f"bindings/{vhost.quoted}/e/amq.headers/q/{one.destination}", arguments=one.arguments)
        for number, value in enumerate(VALUES):
            properties = {"message_id": str(number), "headers": {"h": value}}
            publish = f"exchanges/{vhost.quoted}/{quote('amq.headers')}/publish"
            post(vhost, publish, routing_key="", payload="", payload_encoding="string", properties=properties)
        got = Watch(connection, only_queues.queues).got()
    for number, value in enumerate(VALUES):
        expected = route(simulated, Message("amq.headers", headers={"h": value})).queues
        assert {queue for queue, sent in got if sent == number} == set(expected), value


def post(vhost: Vhost, path: str, **body: object) -> None:
    vhost.api.post(f"/api/{path}", json=body).raise_for_status()
