"""Everything that can go wrong with the world, each with the exit code of the command line."""

from collections.abc import Iterable, Sequence

from edatool.findings import Finding


class EdatoolError(Exception):
    """The root of all errors that edatool raises; its text is one sentence with the way out."""

    exit_code = 70


class InvalidInput(EdatoolError):
    """What the user wrote is wrong; ``findings`` says all of it, each with its place."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


class WrongUsage(EdatoolError):
    """The command or the call itself is wrong: an option that does not fit, a malformed URL."""

    exit_code = 2


class BrokerError(EdatoolError):
    """The broker did not do what was asked."""

    exit_code = 4


class BrokerUnreachable(BrokerError):
    """Nobody answers at the broker's address, or the connection was lost."""


class BrokerRefused(BrokerError):
    """The broker answered and said no: a wrong password, a missing vhost, a missing permission."""


class BrokerBlocked(BrokerError):
    """The broker takes no messages for now: it is short of memory or disk."""


class CodeHostError(EdatoolError):
    """GitHub or GitLab did not do what was asked."""

    exit_code = 4


class OutboxError(EdatoolError):
    """The outbox cannot be read or written: no such file, no database, locked for too long."""

    exit_code = 6


class OutboxGone(OutboxError):
    """The outbox was deleted or replaced while it was in use, with what was in it."""


class OutboxFull(OutboxError):
    """The outbox takes no messages for now: its limit is reached, or the disk is full."""


class InboxError(EdatoolError):
    """The inbox cannot be read or written: no such file, no database, locked for too long."""

    exit_code = 4


class InboxFull(InboxError):
    """The inbox takes nothing for now: its disk or its memory is full."""


class KeyStoreError(EdatoolError):
    """The store of idempotency keys cannot be read or written: no database, no room, locked for too long."""

    exit_code = 4


class ClaimLost(InboxError):
    """The lease of a claim was over, and another consumer has claimed the event since."""


class NeedsPerson(EdatoolError):
    """Going on could lose something, so a person has to decide."""

    exit_code = 5


class Unsafe(NeedsPerson):
    """The change cannot be made without loss, or not in place."""


class Locked(NeedsPerson):
    """Somebody else is changing the same vhost."""


class Stale(NeedsPerson):
    """The broker is no longer as it was when the plan was made."""


def no_such_event(event: str | None, declared: Iterable[str]) -> WrongUsage:
    """Return the error that a spec declares no such event, but others."""
    return WrongUsage(f"the spec declares no event {event!r}: it has {', '.join(declared) or 'none'}")
