"""Event routing on RabbitMQ as code."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edatool.errors import (
        BrokerBlocked,
        BrokerError,
        BrokerRefused,
        BrokerUnreachable,
        EdatoolError,
        InvalidInput,
        OutboxError,
        OutboxFull,
        WrongUsage,
    )
    from edatool.runtime.outbox.outbox import Outbox
    from edatool.runtime.publish.publisher import Publisher
    from edatool.runtime.publish.receipt import Receipt

__all__ = [
    "BrokerBlocked",
    "BrokerError",
    "BrokerRefused",
    "BrokerUnreachable",
    "EdatoolError",
    "InvalidInput",
    "Outbox",
    "OutboxError",
    "OutboxFull",
    "Publisher",
    "Receipt",
    "WrongUsage",
]

_HOMES = {
    **dict.fromkeys((name for name in __all__ if name not in ("Outbox", "Publisher", "Receipt")), "edatool.errors"),
    "Outbox": "edatool.runtime.outbox.outbox",
    "Publisher": "edatool.runtime.publish.publisher",
    "Receipt": "edatool.runtime.publish.receipt",
}


def __getattr__(name: str) -> object:
    # Loaded when asked for: the command line starts without the publisher and what it needs.
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
