"""The pages that are walked through; ``make docs`` writes into them what their commands print now."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.broker_fixtures import Server, any_server, fresh_vhost
from tests.pages.reading import MAP, written_by_hand
from tests.pages.walk import has_commands, walk
from tests.postgresql_fixtures import private_server

DATABASE = "postgresql://shop:password@db/shop"
"""What pages call a database."""
PRODUCTION = "amqp://user:password@host/production"
"""What pages call another vhost than that of the walk."""
TASKS = MAP.parent / "tasks"
WALKED = [one for one in written_by_hand() if has_commands(one.read_text())]


def write(page: Path, server: Server) -> None:
    """Walk through a page, and write it as it ran."""
    text = page.read_text()
    with tempfile.TemporaryDirectory() as folder, fresh_vhost(server) as vhost, ExitStack() as others:
        elsewhere = {}
        if DATABASE in text:
            elsewhere[DATABASE] = others.enter_context(private_server()).new_database()
        if PRODUCTION in text:
            elsewhere[PRODUCTION] = others.enter_context(fresh_vhost(server)).url
        page.write_text(walk(text, Path(folder), vhost, elsewhere))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as node, any_server(Path(node) / "server") as here:
        for one in [Path(name).resolve() for name in sys.argv[1:]] or WALKED:
            write(one, here)
