"""The plugins of a private RabbitMQ: those that it always has, and more by name."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from edatool.errors import WrongUsage

ALWAYS = ("rabbitmq_management", "rabbitmq_consistent_hash_exchange", "rabbitmq_random_exchange")

_LOOPBACK = {
    "rabbitmq_stream": "stream.listeners.tcp.1 = 127.0.0.1:5552",
    "rabbitmq_mqtt": "mqtt.listeners.tcp.1 = 127.0.0.1:1883",
    "rabbitmq_stomp": "stomp.listeners.tcp.1 = 127.0.0.1:61613",
    "rabbitmq_prometheus": "prometheus.tcp.ip = 127.0.0.1",
    "rabbitmq_web_mqtt": "web_mqtt.tcp.ip = 127.0.0.1",
    "rabbitmq_web_stomp": "web_stomp.tcp.ip = 127.0.0.1",
}
"""What has a plugin listen where only this machine is, at its usual port."""
_NEEDED = {
    "rabbitmq_stream_management": "rabbitmq_stream",
    "rabbitmq_web_mqtt": "rabbitmq_mqtt",
    "rabbitmq_web_stomp": "rabbitmq_stomp",
}
"""What RabbitMQ starts together with a plugin, of those that listen."""


def enabled(plugins: Iterable[str]) -> str:
    """Return the file that has RabbitMQ start these plugins, and those that it always has."""
    return f"[{','.join(dict.fromkeys([*ALWAYS, *plugins]))}].\n"


def settings(plugins: Collection[str]) -> str:
    """Return the lines of rabbitmq.conf that these plugins need."""
    started = dict.fromkeys([*plugins, *(_NEEDED[one] for one in plugins if one in _NEEDED)])
    return "".join(f"{_LOOPBACK[one]}\n" for one in started if one in _LOOPBACK)


def beside(script: Path) -> set[str]:
    """Return the names of the plugins that lie beside a ``rabbitmq-server`` script; none where their place is unknown.

    A script may also stand for a tree of folders that it lies in, in which the server is at its usual place.
    """
    script = script.resolve()
    homes = (script.parent.parent, script.parent / "usr/lib/rabbitmq", Path("/usr/lib/rabbitmq"))
    for home in homes:
        places = [home / "plugins", *home.glob("lib/rabbitmq_server-*/plugins")]
        if found := {_name(one) for place in places if place.is_dir() for one in place.iterdir()}:
            return {name for name in found if name.startswith("rabbitmq_")}
    return set()


def refuse_unknown(wanted: Iterable[str], there: Collection[str]) -> None:
    """Refuse plugins that are not there; where nobody knows which are, nothing is refused.

    Raises:
        WrongUsage: naming those that there are.
    """
    for name in wanted:
        if there and name not in there:
            raise WrongUsage(f"this RabbitMQ has no plugin {name!r}: it has {', '.join(sorted(there))}")


def _name(file: Path) -> str:
    return re.sub(r"-v?\d.*$", "", file.name.removesuffix(".ez"))
