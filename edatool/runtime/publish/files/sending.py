"""Lines to a publisher, and each line back with its receipt."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from edatool.contracts.violation import Violation
from edatool.runtime.ids import numbered
from edatool.runtime.publish.files.envelope import Open
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.later import Delay
from edatool.runtime.publish.publisher import Publisher
from edatool.runtime.publish.receipt import Receipt


def send(
    publisher: Publisher,
    lines: Iterable[PayloadLine],
    opened: Open,
    run: str,
    *,
    delay: Delay | None = None,
    at: datetime | None = None,
) -> Iterator[tuple[PayloadLine, Receipt]]:
    """Publish lines, and yield each with its receipt, in order; the same line of a run always has the same message id.

    Raises: as ``Publisher.publish_many``.
    """
    under_way: deque[PayloadLine] = deque()

    def taken() -> Iterator[tuple[str, bytes | Violation, str]]:
        for line in lines:
            under_way.append(line)
            yield *opened(line.text), numbered(run, line.position)

    for receipt in publisher.publish_many_json(taken(), delay=delay, at=at):
        yield under_way.popleft(), receipt
