"""Where consumers remember what they have handled."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.inbox.schema import ddl

if TYPE_CHECKING:
    from edatool.runtime.inbox.claims import InboxCount


def inbox_status(inbox: str | os.PathLike[str]) -> "Sequence[InboxCount]":
    """Return how many events an inbox has in which state, by consumer, and how old they are.

    ``inbox`` is its file, ``postgresql://user:password@host/name`` or ``sqlite:///file`` of a service's database, or
    ``redis[s]://user:password@host:port/number``.

    Raises:
        WrongUsage: it is no such URL, or the library that it takes is not installed.
        InboxError: it is not there, or cannot be used.
    """
    from edatool.runtime.inbox.open import open_inbox

    with open_inbox(inbox, make=False) as opened:
        return opened.count()


def purge_inbox(inbox: str | os.PathLike[str], older_than: float, consumer: str | None = None) -> int:
    """Have an inbox forget what was last claimed more than so many seconds ago; return how many events.

    What is claimed now is kept. What is forgotten is handled again where it comes again.

    Args:
        inbox: as of ``inbox_status``.
        older_than: seconds.
        consumer: whose events, by default those of all.

    Raises:
        WrongUsage, InboxError: as of ``inbox_status``.
    """
    from edatool.runtime.inbox.open import open_inbox

    with open_inbox(inbox, make=False) as opened:
        return opened.purge(older_than, consumer)


def inbox_ddl(dialect: Literal["postgresql", "sqlite"] = "postgresql") -> tuple[str, ...]:
    """Return the statements that make the table of an inbox in a service's own database."""
    return tuple(ddl(DIALECTS[dialect]))
