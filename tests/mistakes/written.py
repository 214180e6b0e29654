"""The tables of mistakes, written anew with what is said of each now: ``make golden``."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from pathlib import Path
from unittest import mock

from tests.broker_fixtures import Server, any_server, fresh_vhost
from tests.mistakes.on_a_broker import on
from tests.mistakes.told import HERE, Told, blocks, said, told
from tests.sessions import closed_at_the_end


def write(table: str, saying: Callable[[], AbstractContextManager[Told]]) -> None:
    """Write a table anew; ``saying`` yields, for each mistake, what says what is printed."""
    path = HERE / table
    written = [path.read_text(encoding="utf-8").partition("\n=== ")[0].rstrip() + "\n"]
    for block in blocks(table):
        with tempfile.TemporaryDirectory() as folder, chdir(folder), closed_at_the_end(), saying() as say:
            written.append(told(f"{block.rstrip()}\n", say))
    path.write_text("\n=== ".join(written), encoding="utf-8")


@contextmanager
def on_a_new_vhost(server: Server) -> Iterator[Told]:
    """Yield what says what is printed on a vhost of its own."""
    with fresh_vhost(server) as vhost, on(vhost) as say:
        yield say


def main() -> None:
    """Write both tables."""
    with tempfile.TemporaryDirectory() as node, any_server(Path(node) / "server") as server:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("EDATOOL_")}
        with mock.patch.dict(os.environ, {**ours, "COLUMNS": "100"}, clear=True):
            write("command_line.txt", lambda: nullcontext(said))
            write("on_a_broker.txt", lambda: on_a_new_vhost(server))


if __name__ == "__main__":
    main()
