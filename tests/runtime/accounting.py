"""Events published by several threads while something fails, and the books of it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from edatool import Publisher, Receipt
from edatool.broker.address import Address
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.runtime.publish.files.pace import paced
from tests.sessions import at

SPEC = """\
edatool: 1
name: shop
events:
  placed: {{exchange: e, key: "order.{{region}}", schema: s.json}}
  lost: {{exchange: e, key: nobody}}
exchanges: {{e: {{type: topic}}}}
queues: {{q: {queue}}}
bindings: [{{queue: q, exchange: e, key: "order.#"}}]
"""
SCHEMA = """{"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}"""
THREADS = 4
RATE = 4000
"""Messages a second: slow enough for something to happen meanwhile."""


def spec_with(folder: Path, queue: str) -> Routes:
    """Return a spec whose queue q is as given."""
    (folder / "routes.yaml").write_text(SPEC.format(queue=queue))
    (folder / "s.json").write_text(SCHEMA)
    return load([str(folder / "routes.yaml")], {})


def make(checked: Routes, address: Address, vhost: str = "/") -> None:
    """Apply a spec."""
    apply(plan_apply(compile_spec(checked.spec), read(at(address, vhost)).topology), at(address, vhost))


@dataclass(slots=True)
class Books:
    """The receipts so far, and how many messages were handed over in all."""

    sent: int
    receipts: list[Receipt] = field(default_factory=list)
    second_half: threading.Event = field(default_factory=threading.Event)
    _enough: threading.Condition = field(default_factory=threading.Condition)

    def add(self, receipt: Receipt) -> None:
        with self._enough:
            self.receipts.append(receipt)
            self._enough.notify_all()

    def await_receipts(self, count: int) -> None:
        """Wait until so many messages have their outcome."""
        with self._enough:
            assert self._enough.wait_for(lambda: len(self.receipts) >= count, 60)

    def ids(self, *outcomes: str) -> set[str]:
        return {one.message_id for one in self.receipts if one.outcome in outcomes and one.message_id}

    def check(self, held: Counter[str], *unsure: str) -> Counter[str]:
        """Compare the receipts with what the queue holds, and count the outcomes.

        What is ``unknown`` may be there, and what has one of the outcomes ``unsure``.
        """
        assert len(self.receipts) == self.sent, "each message has one outcome"
        named = [one.message_id for one in self.receipts if one.message_id]
        assert len(set(named)) == len(named), "each receipt is about another message"
        sure, perhaps = self.ids("confirmed"), self.ids("unknown", *unsure)
        assert sure <= held.keys(), "what is confirmed is there"
        assert held.keys() <= sure | perhaps, "what is there was reported as confirmed or unsure"
        again = {one.message_id: one.resent for one in self.receipts}
        assert all(count <= 1 + again[name] for name, count in held.items()), "what is there twice was sent again"
        return Counter(one.outcome for one in self.receipts)


def publish_while(publisher: Publisher, count: int, harm: Callable[[Books], None], *, in_halves: bool = False) -> Books:
    """Publish ``count`` events from several threads, and do harm meanwhile, which may let the second half begin."""
    books = Books(count)
    if not in_halves:
        books.second_half.set()
    threads = [threading.Thread(target=_publish, args=(publisher, books, start)) for start in range(THREADS)]
    for one in threads:
        one.start()
    try:
        harm(books)
    finally:
        books.second_half.set()
        for one in threads:
            one.join()
    return books


def _publish(publisher: Publisher, books: Books, start: int) -> None:
    for receipt in publisher.publish_many(paced(_events(start, books), RATE / THREADS)):
        books.add(receipt)


def _events(start: int, books: Books) -> Iterator[tuple[str, object, str]]:
    """Yield the events of one thread: mostly good ones."""
    for number in range(start, books.sent, THREADS):
        if number >= books.sent // 2:
            books.second_half.wait()
        name = f"id-{number}"
        if number % 100 == 7:
            yield "placed", {"region": "mars"}, name
        elif number % 100 == 8:
            yield "lost", {}, name
        else:
            yield "placed", {"region": "eu", "number": number}, name
