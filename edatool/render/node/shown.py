"""A private RabbitMQ as it is shown."""

from pathlib import Path

from edatool.frozen import frozen
from edatool.server.node import Node


@frozen
class ShownNode:
    """The node of a folder, None where none runs.

    It was just ``started``, which shows its password, or ``stopped``: False where none ran, None where nobody asked.
    """

    folder: Path
    node: Node | None = None
    started: bool = False
    stopped: bool | None = None
