"""A private RabbitMQ on this machine: start it in a folder, ask after it, stop it, remove it."""

import base64
import json
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, field, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Protocol

from edatool.alone import alone
from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.frozen import frozen
from edatool.server import docker, installed
from edatool.server.plugins import ALWAYS, refuse_unknown


@frozen
class Node:
    """A node that answers: ``url`` is its AMQP URL with the password, ``management`` its API's without one.

    ``version`` is the server's, as in 4.1.0; ``pid`` is None where a Docker engine elsewhere has the process.
    """

    url: str = field(repr=False)
    management: str
    version: str
    pid: int | None
    folder: Path


class _Engine(Protocol):
    """What runs a node: the installed server, or Docker."""

    def plugins(self) -> set[str]: ...
    def launch(self, password: str, port: int, management_port: int, more: Sequence[str] = ()) -> None: ...
    def running(self) -> bool: ...
    def pid(self) -> int | None: ...
    def log(self) -> str: ...
    def stop(self) -> None: ...
    def remove(self) -> None: ...


@frozen
class _State:
    """What a folder remembers of its node, also while it is stopped."""

    name: str
    password: str = field(repr=False)
    port: int
    management_port: int
    docker: bool
    plugins: Sequence[str] = ()


def available() -> bool:
    """Tell whether a private node can be started on this machine.

    Raises:
        WrongUsage: EDATOOL_RABBITMQ_SERVER names something that cannot be run.
    """
    return installed.find() is not None or docker.answers()


def start(
    folder: Path,
    *,
    port: int | None = None,
    management_port: int | None = None,
    plugins: Sequence[str] = (),
    seconds: float = 60,
) -> Node:
    """Return the folder's node, started unless it runs already, once AMQP and the management API answer.

    Messages of an earlier run are there again. A port left out stays what it was, or is any free one; ``plugins`` come
    to those that it has.

    Raises:
        WrongUsage: a port is taken, the node runs already on another one or without a plugin, there is no such plugin,
            or the folder cannot be written.
        BrokerUnreachable: there is neither a server nor Docker, or the node was not ready in ``seconds``.
    """
    folder = _made(folder)
    with alone(folder):
        known = _read(folder)
        if known and _engine(folder, known).running():
            _refuse_other_ports(known, port, management_port)
            _refuse_more(known, plugins)
            if found := _await(folder, known, seconds):
                return found
        state = _with_plugins(folder, _prepare(known, port, management_port), plugins)
        found = _launch(folder, state, seconds)
        if found is None:  # a port that was free may have been taken before the node listened on it
            state = _prepare(state, port, management_port)
            found = _launch(folder, state, seconds)
        if found is None:
            raise _silent(folder, _engine(folder, state))
        return found


def status(folder: Path) -> Node | None:
    """Return the folder's node, None when none runs.

    Raises:
        BrokerUnreachable: it runs but does not answer.
    """
    folder = folder.resolve()
    state = _read(folder)
    if state is None or not _engine(folder, state).running():
        return None
    return _await(folder, state, seconds=5)


def stop(folder: Path) -> bool:
    """Stop the folder's node, whose durable messages stay; return False when none ran.

    Raises:
        BrokerUnreachable: it does not end.
    """
    folder = folder.resolve()
    state = _read(folder)
    if state is None:
        return False
    with alone(folder):
        engine = _engine(folder, state)
        ran = engine.running()
        engine.stop()
        if engine.running():
            raise BrokerUnreachable(f"the RabbitMQ in {folder} does not end: kill process {engine.pid()}")
        return ran


def remove(folder: Path) -> None:
    """Kill the folder's node and delete all there is of it: its messages, and the folder with all in it."""
    folder = folder.resolve()
    if state := _read(folder):
        with alone(folder):
            _engine(folder, state).remove()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private(plugins: Sequence[str] = ()) -> Iterator[Node]:
    """Yield a private RabbitMQ in a folder of its own, which is gone afterwards with all that it held.

    Raises:
        WrongUsage: there is no such plugin.
        BrokerUnreachable: there is neither a server nor Docker, or it was not ready in time.
    """
    folder = Path(tempfile.mkdtemp(prefix="edatool-broker-"))
    try:
        yield start(folder, plugins=plugins)
    finally:
        remove(folder)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsage(f"{folder} cannot be made: {error.strerror}; name another folder") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongUsage(f"{folder} cannot be written: name a folder of your own")
    return folder.resolve()


def _engine(folder: Path, state: _State) -> _Engine:
    kind = docker.Container if state.docker else installed.Installed
    return kind(folder, state.name)


def _read(folder: Path) -> _State | None:
    file = folder / "node.json"
    return _State(**json.loads(file.read_text())) if file.exists() else None


def _write(folder: Path, state: _State) -> None:
    part = folder / "node.json.part"
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(state)))
    part.replace(folder / "node.json")


def _prepare(known: _State | None, port: int | None, management_port: int | None) -> _State:
    """Return the state to start with, of a first start or a later one."""
    spare, other = installed.free_ports(2)
    if known is None:
        known = _State(f"edatool-{secrets.token_hex(4)}", secrets.token_hex(16), spare, other, _needs_docker())
    return replace(
        known,
        port=_choose(port, known.port, spare),
        management_port=_choose(management_port, known.management_port, other),
    )


def _choose(wanted: int | None, earlier: int, spare: int) -> int:
    if wanted is None:
        return earlier if _free(earlier) else spare
    if _free(wanted):
        return wanted
    raise WrongUsage(f"port {wanted} on 127.0.0.1 is taken: choose another one, or leave it out for a free one")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _needs_docker() -> bool:
    if installed.find():
        return False
    if docker.answers():
        return True
    raise BrokerUnreachable(
        "there is no RabbitMQ to start: install the package rabbitmq-server, start Docker, "
        f"or name a rabbitmq-server script in {installed.VARIABLE}"
    )


def _refuse_other_ports(state: _State, port: int | None, management_port: int | None) -> None:
    if port not in (None, state.port) or management_port not in (None, state.management_port):
        raise WrongUsage(f"it runs already, on ports {state.port} and {state.management_port}: stop it first")


def _refuse_more(state: _State, plugins: Iterable[str]) -> None:
    for name in plugins:
        if name not in (*state.plugins, *ALWAYS):
            raise WrongUsage(f"it runs already, without the plugin {name!r}: stop it first")


def _with_plugins(folder: Path, state: _State, plugins: Sequence[str]) -> _State:
    if not plugins:
        return state
    refuse_unknown(plugins, _engine(folder, state).plugins())
    return replace(state, plugins=list(dict.fromkeys([*state.plugins, *plugins])))


def _launch(folder: Path, state: _State, seconds: float) -> Node | None:
    """Start the node and await it; return None when it ended instead of answering."""
    _write(folder, state)
    engine = _engine(folder, state)
    try:
        engine.launch(state.password, state.port, state.management_port, state.plugins)
        return _await(folder, state, seconds)
    except BaseException:
        engine.stop()
        raise


def _await(folder: Path, state: _State, seconds: float) -> Node | None:
    """Return the node once it answers, None when it ends before.

    Raises:
        BrokerUnreachable: it does neither in ``seconds``.
    """
    engine = _engine(folder, state)
    versions: list[str] = []
    installed.until(lambda: _asked(state, versions) or not engine.running(), seconds)
    if versions:
        return Node(_url(state), _management(state), versions[0], engine.pid(), folder)
    if engine.running():
        raise _silent(folder, engine)
    return None


def _silent(folder: Path, engine: _Engine) -> BrokerUnreachable:
    error = BrokerUnreachable(f"the RabbitMQ in {folder} does not answer: the end of its log, below, may say why")
    for line in engine.log().splitlines()[-20:]:
        error.add_note(line)
    return error


def _asked(state: _State, versions: list[str]) -> bool:
    """Add the server's version to ``versions`` once both the management API and AMQP answer."""
    try:
        version = _ask_version(state)
        with socket.create_connection(("127.0.0.1", state.port), timeout=5) as amqp:
            amqp.sendall(b"AMQP\x00\x00\x09\x01")
            greeted = amqp.recv(1) == b"\x01"
    except (HTTPException, OSError):
        return False
    if version and greeted:
        versions.append(version)
    return bool(versions)


def _ask_version(state: _State) -> str | None:
    """Return what the management API says, None while it refuses."""
    secret = base64.b64encode(f"{installed.USER}:{state.password}".encode()).decode()
    with closing(HTTPConnection("127.0.0.1", state.management_port, timeout=5)) as api:
        api.request("GET", "/api/overview", headers={"Authorization": f"Basic {secret}"})
        answer = api.getresponse()
        return str(json.load(answer)["rabbitmq_version"]) if answer.status == 200 else None


def _url(state: _State) -> str:
    return f"amqp://{installed.USER}:{state.password}@127.0.0.1:{state.port}"


def _management(state: _State) -> str:
    return f"http://127.0.0.1:{state.management_port}"
