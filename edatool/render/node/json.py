"""A private RabbitMQ for programs."""

from json import dumps

from edatool.render.node.shown import ShownNode

FORMAT_VERSION = 1


def json(shown: ShownNode) -> str:
    """Return whether it runs, and where, as JSON; the keys are part of the format of version ``format_version``."""
    return dumps({"format_version": FORMAT_VERSION, **_fields(shown)}, indent=2)


def _fields(shown: ShownNode) -> dict[str, object]:
    if shown.stopped is not None:
        return {"stopped": shown.stopped, "folder": str(shown.folder)}
    node = shown.node
    if node is None:
        return {"running": False, "folder": str(shown.folder)}
    return {
        "running": True,
        **({"url": node.url} if shown.started else {}),
        "management": node.management,
        "version": node.version,
        "pid": node.pid,
        "folder": str(node.folder),
    }
