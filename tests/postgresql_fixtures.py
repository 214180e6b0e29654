"""A private PostgreSQL for the tests that need one."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

_OWNER = "postgres"
USER, PASSWORD = "postgres", "secret-of-postgresql"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its port on 127.0.0.1, and how to stop it as its owner."""

    port: int
    folder: Path
    programs: Path = field(repr=False)

    def dsn(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make a database, and return its DSN."""
        name = f"test_{secrets.token_hex(4)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.dsn(name)

    def control(self, *arguments: str) -> None:
        """Run ``pg_ctl``, until the server is started or has ended."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        _run([self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-o", options, *arguments])


@contextmanager
def private_server() -> Iterator[Server]:
    """Start a server in a folder of its own, and remove both afterwards."""
    programs = _require_programs()
    # Below /tmp itself: PostgreSQL does not run as root, and others may not enter the folders of pytest.
    folder = Path(tempfile.mkdtemp(prefix="edatool-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        # Without waiting for the disk: no test takes the machine's power.
        options = ["--no-sync", "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}"]
        _run([programs / "initdb", "-D", folder / "data", *options])
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = Server(port, folder, programs)
        server.control("-l", str(folder / "log"), "start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    as_owner = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(  # type: ignore[call-overload]
        command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_owner
    )


def _require_programs() -> Path:
    """Skip the test where no PostgreSQL can be started; fail it where that must not pass unnoticed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if folders and (folders[-1] / "initdb").exists():
        return folders[-1]
    reason = "no PostgreSQL: install postgresql"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
