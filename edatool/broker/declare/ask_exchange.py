"""Whether an exchange is there: to publish to one that is not closes the channel, with all that is on its way."""

from typing import Any

from edatool.broker.session import Session
from edatool.broker.talk import Refused, Script, talk

_NOT_FOUND = 404


def ask_why_missing(session: Session, exchange: str) -> str:
    """Return the broker's words on an exchange that is not there; nothing where it is, or nobody can tell.

    Raises:
        BrokerUnreachable: there is no connection.
    """

    def script(channel: Any) -> Script[str]:
        try:
            yield lambda answered: channel.exchange_declare(exchange, passive=True, callback=answered)
        except Refused as refused:
            return refused.text if refused.code == _NOT_FOUND else ""
        return ""

    return talk(session, script)
