"""What may follow a broker URL behind ``?``: RabbitMQ's «URI Query Parameters», as far as they mean something here."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from edatool.errors import WrongUsage


def read(query: str) -> dict[str, Any]:
    """Return parameters by name: numbers as numbers, ``connection_timeout`` in seconds, ``verify`` as a truth.

    Raises:
        WrongUsage: one is not known, stands twice, or its value does not fit.
    """
    found: dict[str, Any] = {}
    for one in filter(None, query.split("&")):
        name, _, value = one.partition("=")
        if name not in _READERS:
            raise WrongUsage(
                f"the broker URL has the parameter {unquote(name)[:40]!r}, which edatool does not have: "
                f"it takes {', '.join(_READERS)}"
            )
        if name in found:
            raise WrongUsage(f"the broker URL says {name} twice: leave one out")
        found[name] = _READERS[name](name, unquote(value))
    return {name: value for name, value in found.items() if value is not None}


def _number(least: int, most: int, scale: float = 1) -> Callable[[str, str], float]:
    def read_number(name: str, value: str) -> float:
        if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
            return int(value) * scale
        raise WrongUsage(f"{name} in the broker URL has to be a number from {least} to {most}")

    return read_number


def _file(name: str, value: str) -> str:
    if not value:
        raise WrongUsage(f"{name} in the broker URL is empty: name a file, or leave it out")
    return value


def _verify(name: str, value: str) -> bool:
    if value not in ("verify_peer", "verify_none"):
        raise WrongUsage(f"{name} in the broker URL has to be verify_peer or verify_none")
    return value == "verify_peer"


def _server_name(name: str, value: str) -> str:
    if value in ("", "disable"):
        raise WrongUsage(f"{name} in the broker URL has to be a name: to check none, write verify=verify_none")
    return value


def _mechanism(name: str, value: str) -> None:
    if value.lower() != "plain":
        raise WrongUsage(f"{name} in the broker URL is one that edatool does not have: it logs in with PLAIN")


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "heartbeat": _number(0, 65535),
    "connection_timeout": _number(1, 3_600_000, 0.001),
    "channel_max": _number(4, 65535),  # moving messages takes two, and so does the lock
    "cacertfile": _file,
    "certfile": _file,
    "keyfile": _file,
    "verify": _verify,
    "server_name_indication": _server_name,
    "auth_mechanism": _mechanism,
}
