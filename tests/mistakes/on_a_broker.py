"""The table of mistakes on a broker, in the words of the table: the broker's addresses, its password and the vhost."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock
from urllib.parse import urlsplit

from tests.broker_fixtures import Vhost
from tests.mistakes.told import Told, said


@contextmanager
def on(vhost: Vhost) -> Iterator[Told]:
    """Yield what says of a command of the table what it prints on this vhost, which the environment names."""
    amqp, http = urlsplit(vhost.url), urlsplit(vhost.management)
    words = {
        f"{amqp.hostname}:{http.port}": "broker:15672",
        f"{amqp.hostname}:{amqp.port}": "broker:5672",
        f"{amqp.hostname}:1/": "broker:1/",
        f"/{vhost.quoted}": "/shop",
        f":{amqp.password}@": ":PASSWORD@",
        vhost.name: "shop",
        f": {http.port} ": ": 15672 ",
    }

    def say(command: str) -> str:
        for ours, shown in [*words.items()][:-2]:
            command = command.replace(shown, ours)
        printed = said(command)
        for ours, shown in words.items():
            printed = printed.replace(ours, shown)
        return printed

    with mock.patch.dict(os.environ, {"EDATOOL_BROKER": vhost.url, "EDATOOL_MANAGEMENT": vhost.management}):
        yield say
