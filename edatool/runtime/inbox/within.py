"""Completes a claim in the transaction of a handler's own database."""

from edatool.errors import ClaimLost
from edatool.runtime.database.transaction import execute
from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.inbox.schema import INBOX

_COMPLETE = """UPDATE edatool_inbox SET state = 'done'
WHERE consumer = ? AND message_id = ? AND token = ? AND state IN ('claimed', 'done') RETURNING token"""


def complete_within(transaction: object, claim: Claimed) -> None:
    """Record that an event was handled, in the transaction that its effect is in: both are committed, or none.

    Until that is committed, nobody else can claim the event, even after the lease.

    Args:
        transaction: a Session or Connection of SQLAlchemy, a connection of psycopg or sqlite3, or any that has
            ``cursor()`` and takes ``%s`` for parameters, as Django's has; to the database that the inbox is in.
        claim: what ``Inbox.claim`` returned.

    Raises:
        ClaimLost: another consumer has claimed the event meanwhile; roll the transaction back.
        WrongUsage: it is no transaction, or none was begun.
        InboxError: the database has no table of an inbox.
        Exception: whatever the database raises.
    """
    if not execute(transaction, INBOX, _COMPLETE, (claim.consumer, claim.message_id, claim.token)):
        raise ClaimLost(
            f"{claim.consumer} does not hold the event {claim.message_id} anymore: its lease was over, "
            "or the transaction is in another database than the inbox"
        )
