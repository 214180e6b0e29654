"""A private RabbitMQ for people, and for the shell that is to use it."""

from edatool.broker import address
from edatool.render.node.shown import ShownNode


def text(shown: ShownNode) -> str:
    """Return one sentence; of a node that was started, the commands that export where it is."""
    if shown.stopped is not None:
        return f"stopped the RabbitMQ in {shown.folder}" if shown.stopped else f"no RabbitMQ ran in {shown.folder}"
    node = shown.node
    if node is None:
        return f"no RabbitMQ runs in {shown.folder}: edatool broker start starts one"
    if shown.started:
        return f"export EDATOOL_BROKER='{node.url}'\nexport EDATOOL_MANAGEMENT='{node.management}'"
    return f"RabbitMQ {node.version} runs at {address.parse(node.url)} and {node.management}, in {node.folder}"
