"""Files of outboxes that several open at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from edatool.runtime.outbox.file import for_adding, for_relaying

FILES = 150
"""So many that SQLite refuses at least one of them where nobody waits for it."""


def test_those_who_make_a_file_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    all_there = threading.Barrier(4)

    def use(file: Path, number: int) -> None:
        database = for_adding(file, 10**9) if number % 2 else for_relaying(file)
        all_there.wait()
        database.run("SELECT 1 FROM edatool_outbox")
        database.close()

    with ThreadPoolExecutor(4) as threads:
        for number in range(FILES):
            file = tmp_path / f"{number}.db"
            list(threads.map(lambda one, file=file: use(file, one), range(4)))
