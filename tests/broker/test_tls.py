from dataclasses import replace
from pathlib import Path

import pika
import pytest

from edatool.broker.address import Tls, parse
from edatool.broker.amqp import parameters
from edatool.broker.declare.operations import Operation, run
from edatool.broker.live import read
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.routing.topology import Queue
from tests.sessions import at
from tests.tls_fixtures import Secured

QUEUE = Queue("q", arguments={"x-queue-type": "classic"})


def test_both_ports_are_reached_with_a_client_certificate(secured: Secured) -> None:
    assert run(at(secured.address, secured.vhost), [Operation("create", QUEUE)])[0].done
    found = read(at(secured.address, secured.vhost)).topology
    assert found is not None
    assert set(found.queues) == {"q"}


def test_messages_that_the_socket_takes_in_parts_arrive_whole(secured: Secured) -> None:
    run(at(secured.address, secured.vhost), [Operation("create", QUEUE)])
    bodies = [bytes([number]) * 200_000 for number in range(100)]
    publishing = Publishing(secured.address, secured.vhost)
    sent = [
        publishing.submit(AmqpMessage("", "q", {}, body, "event", str(number), "app", 1))
        for number, body in enumerate(bodies)
    ]
    assert not publishing.close()
    assert [one and one.outcome for one in sent] == ["confirmed"] * len(bodies)
    connection = pika.BlockingConnection(parameters(secured.address, secured.vhost))
    channel = connection.channel()
    assert [channel.basic_get("q", auto_ack=True)[2] for _ in bodies] == bodies
    connection.close()


def test_a_broker_of_an_authority_that_is_not_trusted_is_refused(secured: Secured) -> None:
    assert secured.address.tls
    wrong = replace(secured.address, tls=replace(secured.address.tls, ca=str(secured.folder / "other-ca.pem")))
    with pytest.raises(BrokerUnreachable, match="certificate"):
        run(at(wrong, secured.vhost), [Operation("inspect", QUEUE)])
    with pytest.raises(BrokerUnreachable, match="certificate"):
        read(at(wrong, secured.vhost))


def test_a_broker_under_another_name_than_its_certificates_is_refused(secured: Secured) -> None:
    with pytest.raises(BrokerUnreachable, match="certificate"):
        run(at(replace(secured.address, host="127.0.0.1"), secured.vhost), [Operation("inspect", QUEUE)])


def test_without_a_client_certificate_there_is_no_connection(secured: Secured) -> None:
    assert secured.address.tls
    without = replace(secured.address, tls=Tls(ca=secured.address.tls.ca))
    with pytest.raises(BrokerUnreachable):
        run(at(without, secured.vhost), [Operation("inspect", QUEUE)])


def test_a_certificate_file_that_cannot_be_used_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "not.pem").write_text("hello")
    for file in ("missing.pem", "not.pem"):
        with pytest.raises(WrongUsage, match=file):
            run(at(parse("amqps://localhost", files=Tls(ca=str(tmp_path / file))), "/"), [Operation("inspect", QUEUE)])
