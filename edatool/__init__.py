"""Event routing on RabbitMQ as code."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edatool.runtime.publisher import Publisher
    from edatool.runtime.receipt import Receipt

__all__ = ["Publisher", "Receipt"]


def __getattr__(name: str) -> object:
    # Loaded when asked for: the command line starts without the publisher and what it needs.
    if name in __all__:
        from edatool.runtime import publisher, receipt  # noqa: PLC0415 - see above

        return publisher.Publisher if name == "Publisher" else receipt.Receipt
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
