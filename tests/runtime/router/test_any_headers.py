"""Whatever is in a message's headers: it arrives exactly where the filters say, as it was, or is put aside."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pika import data
from pika.adapters.blocking_connection import BlockingChannel

from edatool.broker.properties import keep_raw
from edatool.routing.exchange_types.topic import matches
from edatool.runtime.router.router import FilterRouter
from tests.runtime.router.amqp_tables import NAMES, VALUES, Entry, entries_of, framed, strings, table
from tests.runtime.router.filtered_shop import FRAME_MAX, OWN, QUEUES, Shop, await_true, running, send_raw

JUDGED = {f'{{"total": {one[0]}, "vip": {one[1]}}}': one for one in product((5, 100, 1000), ("true", "false"))}
BODIES = {**JUDGED, "not JSON": None, "": None}
"""The total of each, and whether it is a vip's; None where nobody can tell."""
LONG_KEY = "order" + ".a" * 124
KEYS = st.sampled_from(["order.eu.placed", "order.us.placed", "order.us.x", "order", "a.b", "", LONG_KEY])
COPIES = st.lists(KEYS | st.sampled_from(["~stuck", "~0123456789", "~0123456789~queue~big", OWN.intake]), max_size=3)
OURS = [b"x-edatool-" + name for name in (b"for", b"exchange", b"key", b"router", b"reason", b"cc")]
OF_QUEUES = [b"x-delivery-count", b"x-acquired-count"]
OF_DEATHS = [
    b"x-death",
    *(b"x-%s-death-%s" % one for one in product((b"first", b"last"), (b"queue", b"reason", b"exchange"))),
]
HOSTILE = st.sampled_from([*OURS, *OF_QUEUES, *OF_DEATHS, b"cc", b"Bcc", b"x-match", b"", b"x-delay", b"x-opt-a"])
TELLING = [b"S" + framed(one) for one in (b"queue big", b"", b"front", b"order.us.placed", b"~router")]
ROOM = 400
"""Bytes below the size of a frame among which those of the router are."""
AROUND = 8 + 12 + 2 + 12
"""Bytes of a content header's frame beside the headers, with a message id of up to eleven."""


@dataclass(frozen=True)
class Sent:
    """A message as it is published, and its headers but for CC and BCC."""

    key: str
    copies: list[str] | None
    hidden: list[str] | None
    others: list[Entry]
    body: str
    room: int | None
    """How far the headers are from filling a frame; None where they are short."""

    @property
    def headers(self) -> list[Entry]:
        named = ((b"CC", self.copies), (b"BCC", self.hidden))
        found = [*self.others, *((name, strings(keys)) for name, keys in named if keys is not None)]
        if self.room is None:
            return found
        filler = FRAME_MAX - AROUND - self.room - len(table([*found, (b"long", b"S" + framed(b""))]))
        return [*found, (b"long", b"S" + framed(b"x" * filler))]

    @property
    def seen(self) -> list[str]:
        """The keys that a router sees."""
        return [self.key, *(self.copies or ())]

    @property
    def all_keys(self) -> list[str]:
        return [*self.seen, *(self.hidden or ())]

    @property
    def is_evaluated(self) -> bool:
        return among(self.all_keys, "order.#")

    def where(self) -> Counter[str]:
        """Return where it has to arrive."""
        plain = {"all": "#", "pattern": "*.*", "both": "order.us.*"}
        found = Counter({queue: 1 for queue, pattern in plain.items() if among(self.all_keys, pattern)})
        if self.is_evaluated:
            filtered = self.filtered()
            found += Counter({OWN.refused: 1}) if filtered is None else Counter(filtered)
        return found

    def filtered(self) -> list[str] | None:
        """Return where it goes by filters; None where it is put aside."""
        content = BODIES[self.body]
        if content is None or not is_readable(self.headers) or not among(self.seen, "order.#"):
            return None
        total, vip = content
        placed = among(self.seen, "order.*.placed")
        to_both = placed and total >= 100 and not among(self.seen, "order.us.*")
        ways = {"big": total >= 100, "vip": placed and vip == "true", "both": to_both, "large": total >= 1000}
        if self.key == LONG_KEY and any(ways.values()):
            return None
        ways["behind"] = ways.pop("large") and among(self.seen, "*.eu.*")
        return [queue for queue, goes in ways.items() if goes]


def among(keys: list[str], pattern: str) -> bool:
    return any(matches(pattern, key) for key in keys)


def is_readable(headers: list[Entry]) -> bool:
    """Tell whether pika can decode headers."""
    try:
        data.decode_table(table(headers), 0)
    except Exception:  # noqa: BLE001 - whatever it raises for them
        return False
    return True


OTHER_NAMES = NAMES.filter(lambda name: name not in (b"CC", b"BCC", b"long")) | HOSTILE
ENTRIES = st.lists(
    st.tuples(OTHER_NAMES, VALUES | st.sampled_from(TELLING)), max_size=5, unique_by=lambda entry: entry[0]
)
MESSAGES = st.builds(
    Sent,
    key=KEYS,
    copies=st.none() | COPIES,
    hidden=st.none() | st.none() | COPIES,
    others=ENTRIES,
    body=st.sampled_from(list(BODIES)),
    room=st.none() | st.none() | st.integers(0, ROOM),
)


@dataclass
class Proof:
    """A shop whose router works on, and connections to it."""

    shop: Shop
    router: FilterRouter
    publisher: BlockingChannel
    consumer: BlockingChannel
    """One that keeps the bytes of properties."""
    numbers: Iterator[int]

    def check(self, messages: list[Sent]) -> None:
        sent = {str(next(self.numbers)): one for one in messages}
        refused = self.router.counts.refused
        settled = self.router.counts.settled + sum(one.is_evaluated for one in messages)
        for name, one in sent.items():
            send_raw(self.publisher, one.key, one.body.encode(), table(one.headers), name)
        await_true(lambda: self.router.counts.settled >= settled, "the router has stopped")
        assert self.router.counts.settled == settled
        arrived = self.arrived(self.router.counts.refused - refused)
        for name, one in sent.items():
            check_places(one, Counter(queue for queue, _ in arrived[name]))
            for queue, headers in arrived[name]:
                check_headers(one, queue, headers)

    def arrived(self, refused: int) -> dict[str, list[tuple[str, Counter[Entry]]]]:
        """Take all messages, so many of which were put aside, perhaps by dead-lettering, which takes a moment."""
        self.shop.await_ready(OWN.refused, refused)
        found: dict[str, list[tuple[str, Counter[Entry]]]] = defaultdict(list)
        for queue in (*QUEUES[:6], OWN.refused):
            while (one := self.consumer.basic_get(queue, auto_ack=True))[0]:
                name, headers = taken_apart(one[1].raw)
                found[name].append((queue, headers))
        return found


def taken_apart(properties: bytes) -> tuple[str, Counter[Entry]]:
    """Return message id and headers of properties that have nothing else, also where pika cannot read them."""
    end = 6 + int.from_bytes(properties[2:6])
    return properties[end + 1 :].decode(), entries_of(properties[2:end])


def check_places(one: Sent, found: Counter[str]) -> None:
    if one.room is not None and found[OWN.refused]:
        # Some ways of it had room for the headers of the router, one had not.
        assert found[OWN.refused] == 1
        assert found - Counter({OWN.refused: 1}) <= one.where()
    else:
        assert found == one.where()


def check_headers(one: Sent, queue: str, found: Counter[Entry]) -> None:
    """Compare headers as they arrived with those that were sent."""
    if queue in ("big", "vip", "behind"):
        assert found[b"x-edatool-exchange", b"S" + framed(b"events")] == 1
        kept = [key for key in one.copies or () if not key.startswith("~")]
        assert one.copies is None or found[b"CC", strings(kept)] == 1
    changed = [*OURS, *OF_QUEUES, b"CC", b"BCC", *(OF_DEATHS if queue == OWN.refused else ())]
    is_bare = not but(found, changed) and any(name == b"x-death" for name, _ in one.others)
    assert (queue == OWN.refused and is_bare) or but(found, changed) == but(Counter(one.headers), changed)


def but(entries: Counter[Entry], names: list[bytes]) -> Counter[Entry]:
    return Counter({one: count for one, count in entries.items() if one[0] not in names})


def prove(shop: Shop, examples: int) -> None:
    router = shop.router()
    with running(router), shop.channel() as publisher, shop.channel() as consumer:
        keep_raw(consumer.connection._impl)
        proof = Proof(shop, router, publisher, consumer, count())
        relaxed = [HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large]
        check = given(st.lists(MESSAGES, min_size=1, max_size=20))(proof.check)
        # Without shrinking: where messages do not arrive, each attempt would wait for them again.
        settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=relaxed)(check)()
    assert router.counts.reconnected == 0


def test_a_message_with_any_headers_arrives_where_it_belongs(shop: Shop) -> None:
    prove(shop, examples=15)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_messages_with_any_headers_arrive_where_they_belong(shop: Shop) -> None:
    prove(shop, examples=200)
