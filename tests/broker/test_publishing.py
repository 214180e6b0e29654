import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.publishing import WINDOW, Publishing
from edatool.errors import BrokerBlocked, BrokerUnreachable, WrongUsage
from edatool.server import node
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy

MANY = 20_000


def message(number: int, exchange: str = "", key: str = "q", body: bytes = b"{}") -> AmqpMessage:
    return AmqpMessage(exchange, key, {"n": number}, body, "t", str(number), "app", 0)


def declare(url: str, name: str = "q", **arguments: object) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    connection.channel().queue_declare(name, durable=True, arguments=given)
    connection.close()


def ids_in(url: str, name: str = "q") -> Counter[str]:
    """Take all messages out of a queue and count their ids."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    count = channel.queue_declare(name, passive=True).method.message_count
    found: Counter[str] = Counter()
    if count:
        for number, (_, properties, _) in enumerate(channel.consume(name, auto_ack=True, inactivity_timeout=30), 1):
            assert properties, "the queue holds fewer messages than it says"
            found[properties.message_id] += 1
            if number == count:
                break
    connection.close()
    return found


def submitted(publishing: Publishing, one: AmqpMessage, timeout: float = 60.0) -> Pending:
    pending = publishing.submit(one, timeout)
    assert pending
    return pending


def outcome(pending: Pending) -> str | None:
    pending.wait()
    return pending.outcome


@pytest.fixture
def there(vhost: Vhost) -> Address:
    declare(vhost.url)
    return parse(vhost.url)


@pytest.fixture
def publishing(there: Address) -> Iterator[Publishing]:
    one = Publishing(there, there.vhost or "/")
    yield one
    one.close()


@pytest.fixture
def proxy(there: Address) -> Iterator[Proxy]:
    with Proxy((there.host, there.port)) as proxy:
        yield proxy


def through(proxy: Proxy, vhost: Vhost, window: int = WINDOW, retries: int = 0) -> Publishing:
    url = vhost.url.replace(f":{parse(vhost.url).port}", f":{proxy.port}")
    return Publishing(parse(url), vhost.name, window, retries)


def test_messages_of_one_thread_arrive_in_order_and_never_more_than_the_window_are_out(
    there: Address, vhost: Vhost
) -> None:
    publishing = Publishing(there, vhost.name, window=50)
    pendings = []
    for number in range(2000):
        pendings.append(submitted(publishing, message(number)))
        assert sum(one.outcome is None for one in pendings[-200:]) <= 50
    assert publishing.close() == []
    assert {outcome(one) for one in pendings} == {"confirmed"}
    assert list(ids_in(vhost.url)) == [str(number) for number in range(2000)]


def test_returned_messages_are_told_from_their_neighbours(publishing: Publishing, vhost: Vhost) -> None:
    pendings = [submitted(publishing, message(n, key="q" if n % 3 else "nobody")) for n in range(3000)]
    assert [outcome(one) for one in pendings] == ["confirmed" if n % 3 else "unroutable" for n in range(3000)]
    assert pendings[0].reason == "NO_ROUTE"
    assert ids_in(vhost.url) == Counter(str(n) for n in range(3000) if n % 3)


def test_a_full_queue_nacks_what_it_does_not_take(publishing: Publishing, vhost: Vhost) -> None:
    declare(vhost.url, "full", x_max_length=100, x_overflow="reject-publish")
    pendings = [submitted(publishing, message(number, key="full")) for number in range(1000)]
    taken = Counter(one.message.message_id for one in pendings if outcome(one) == "confirmed")
    assert ids_in(vhost.url, "full") == taken
    assert {one.outcome for one in pendings} == {"confirmed", "nacked"}


def test_a_missing_exchange_refuses_its_messages_and_the_others_have_an_outcome_each(
    publishing: Publishing, vhost: Vhost
) -> None:
    pendings = [submitted(publishing, message(n, exchange="" if n % 100 else "gone")) for n in range(2000)]
    for number, one in enumerate(pendings):
        assert outcome(one) in (("confirmed", "unknown") if number % 100 else ("nacked",))
    assert "no exchange 'gone'" in pendings[0].reason
    held = ids_in(vhost.url)
    confirmed = {one.message.message_id for one in pendings if one.outcome == "confirmed"}
    assert confirmed <= set(held)
    assert max(held.values()) == 1


def test_a_connection_cut_again_and_again_under_load_loses_and_repeats_nothing_unreported(
    vhost: Vhost, proxy: Proxy
) -> None:
    publishing = through(proxy, vhost)
    pendings = published_while(publishing, proxy.cut)
    outcomes = Counter(outcome(one) for one in pendings)
    assert outcomes["confirmed"] + outcomes["unknown"] == MANY
    assert outcomes["unknown"] > 0
    held = ids_in(vhost.url)
    assert {one.message.message_id for one in pendings if one.outcome == "confirmed"} <= set(held)
    assert max(held.values()) == 1


def test_with_retries_all_is_confirmed_and_only_what_says_so_may_be_there_twice(vhost: Vhost, proxy: Proxy) -> None:
    publishing = through(proxy, vhost, retries=100)
    pendings = published_while(publishing, proxy.cut)
    assert {outcome(one) for one in pendings} == {"confirmed"}
    held = ids_in(vhost.url)
    assert set(held) == {str(number) for number in range(MANY)}
    assert all(held[one.message.message_id] <= 1 + one.resent for one in pendings)
    assert any(one.resent for one in pendings)


def published_while(publishing: Publishing, harm: "object") -> list[Pending]:
    assert callable(harm)
    pendings = []
    for number in range(MANY):
        pendings.append(submitted(publishing, message(number)))
        if number % 4000 == 2000:
            harm()
    assert publishing.close(60) == []
    return pendings


def test_threads_share_one_connection(publishing: Publishing, vhost: Vhost) -> None:
    found: list[str] = []

    def work(start: int) -> None:
        for number in range(start, start + 300):
            found.append(publishing.send(message(number))[0])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 2400, 300)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == ["confirmed"] * 2400
    assert ids_in(vhost.url) == Counter(str(number) for number in range(2400))


def test_a_broker_that_never_answers_is_given_up_in_time(vhost: Vhost, proxy: Proxy) -> None:
    proxy.stall()
    publishing = through(proxy, vhost)
    start = time.monotonic()
    with pytest.raises(BrokerUnreachable, match="did not answer in time"):
        publishing.send(message(1), timeout=0.5)
    assert time.monotonic() - start < 5
    assert publishing.close(0.1) == []


def test_a_confirm_that_does_not_come_in_time_is_unknown(vhost: Vhost, proxy: Proxy) -> None:
    publishing = through(proxy, vhost)
    assert publishing.send(message(1))[0] == "confirmed"
    proxy.stall()
    assert publishing.send(message(2), timeout=0.3) == ("unknown", "the broker did not confirm it in time")
    proxy.flow()
    assert publishing.send(message(3))[0] == "confirmed"
    publishing.close()
    assert set(ids_in(vhost.url)) == {"1", "2", "3"}


def test_a_full_buffer_makes_callers_wait_and_gives_up_in_time(vhost: Vhost, proxy: Proxy) -> None:
    publishing = through(proxy, vhost, window=3)
    assert publishing.send(message(0))[0] == "confirmed"
    proxy.stall()
    stuck = [submitted(publishing, message(number)) for number in (1, 2, 3)]
    assert publishing.submit(message(4), wait=False) is None
    with pytest.raises(BrokerUnreachable, match="confirms too slowly"):
        publishing.submit(message(4), timeout=0.2)
    proxy.flow()
    assert [outcome(one) for one in stuck] == ["confirmed"] * 3
    publishing.close()


def test_close_reports_what_was_not_confirmed(vhost: Vhost, proxy: Proxy) -> None:
    publishing = through(proxy, vhost)
    assert publishing.send(message(0))[0] == "confirmed"
    proxy.stall()
    pending = submitted(publishing, message(1))
    assert publishing.close(0.2) == [pending]
    assert pending.outcome == "unknown"
    with pytest.raises(WrongUsage, match="closed"):
        publishing.submit(message(2))
    proxy.flow()


def test_a_lost_connection_is_made_again_and_what_waits_meanwhile_is_sent(vhost: Vhost, proxy: Proxy) -> None:
    publishing = through(proxy, vhost)
    assert publishing.send(message(0))[0] == "confirmed"
    proxy.cut()
    pendings = [submitted(publishing, message(number)) for number in range(1, 50)]
    assert {outcome(one) for one in pendings} <= {"confirmed", "unknown"}
    assert publishing.send(message(50))[0] == "confirmed"
    publishing.close()


def test_a_callback_that_would_wait_for_itself_is_refused(there: Address, vhost: Vhost) -> None:
    publishing = Publishing(there, vhost.name, window=1)
    raised: list[BaseException] = []
    done = threading.Event()

    def again(_: Pending) -> None:
        try:
            publishing.submit(message(2))
        except WrongUsage as error:
            raised.append(error)
        done.set()

    publishing.submit(message(1), on_done=again)
    assert done.wait(10)
    assert "callback" in str(raised[0])
    publishing.close()


def test_a_child_of_a_fork_is_told_to_make_its_own(publishing: Publishing) -> None:
    assert publishing.send(message(1))[0] == "confirmed"
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            publishing.send(message(2))
        except WrongUsage as error:
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert b"make one in each process" in os.read(read, 1000)
    os.close(read)
    os.close(write)
    assert publishing.send(message(3))[0] == "confirmed"


SCRIPT = """
import sys
from edatool.broker.address import parse
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import WINDOW, Publishing
address = parse(sys.argv[1])
publishing = Publishing(address, address.vhost)
for number in range(int(sys.argv[2])):
    publishing.submit(AmqpMessage("", "q", {}, b"{}", "t", str(number), "app", 0))
"""


def test_the_interpreter_ends_without_close_and_everything_was_sent(vhost: Vhost, there: Address) -> None:
    subprocess.run([sys.executable, "-c", SCRIPT, vhost.url, "500"], check=True, timeout=60)
    assert ids_in(vhost.url) == Counter(str(number) for number in range(500))


def test_the_interpreter_ends_in_time_where_the_broker_does_not_answer(vhost: Vhost, proxy: Proxy) -> None:
    proxy.stall()
    url = vhost.url.replace(f":{parse(vhost.url).port}", f":{proxy.port}")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, url, "5"], check=True, timeout=60, capture_output=True, text=True
    )
    assert "5 messages were not confirmed" in done.stderr


def test_bodies_larger_than_a_frame_arrive_whole(publishing: Publishing, vhost: Vhost) -> None:
    assert publishing.send(message(1, body=b"x" * 1_000_000))[0] == "confirmed"
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    assert connection.channel().basic_get("q", auto_ack=True)[2] == b"x" * 1_000_000
    connection.close()


@pytest.mark.slow
def test_a_broker_that_is_restarted_under_load_loses_nothing_that_was_confirmed(node_folder: Path) -> None:
    started = node.start(node_folder)
    declare(started.url)
    publishing = Publishing(parse(started.url), "/", retries=100)
    restarting = threading.Thread(target=lambda: (node.stop(node_folder), node.start(node_folder)))
    pendings = []
    for number in range(MANY):
        pendings.append(submitted(publishing, message(number), timeout=90))
        if number == MANY // 4:
            restarting.start()
    restarting.join()
    assert publishing.close(90) == []
    assert {outcome(one) for one in pendings} == {"confirmed"}
    held = ids_in(started.url)
    assert set(held) == {str(number) for number in range(MANY)}
    assert all(held[one.message.message_id] <= 1 + one.resent for one in pendings)


@pytest.mark.slow
def test_a_memory_alarm_blocks_and_what_waits_is_sent_when_it_is_over(node_folder: Path) -> None:
    alarm = node_folder / "conf.d" / "alarm.conf"
    alarm.parent.mkdir(parents=True)
    alarm.write_text("vm_memory_high_watermark.absolute = 1MB\n")
    started = node.start(node_folder)
    declare(started.url)
    publishing = Publishing(parse(started.url), "/", retries=10)
    first = submitted(publishing, message(1), timeout=90)
    # The broker says that it blocks once it was sent something, and this may be sent before it has said so.
    with suppress(BrokerBlocked):
        assert publishing.send(message(2), timeout=2)[0] == "unknown"
    with pytest.raises(BrokerBlocked, match="takes no messages"):
        publishing.send(message(4), timeout=1)
    waiting = submitted(publishing, message(3), timeout=90)
    alarm.unlink()
    node.stop(node_folder)
    node.start(node_folder)
    assert (outcome(first), outcome(waiting)) == ("confirmed", "confirmed")
    assert publishing.close() == []
    assert {"1", "3"} <= set(ids_in(started.url)) <= {"1", "2", "3"}
