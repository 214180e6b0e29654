"""The names by which only this machine itself asks for this machine."""

import ipaddress
import re

from starlette.requests import Request

from edatool.gateway.answers import Refused, problem

_LOCALHOST, _PORT = "localhost", re.compile(":[0-9]*$")


def require_own_name(request: Request) -> None:
    """Refuse a request by a name that others could give this machine.

    A page in a browser here may send whatever it likes to a server of its own name, which then leads here.
    """
    name = _PORT.sub("", request.headers.get("Host", _LOCALHOST)).strip("[]").lower()
    try:
        is_own = ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_own = name == _LOCALHOST
    if not is_own:
        title, detail = "Without producers, only localhost is served", "ask it by this name, or by 127.0.0.1"
        raise Refused(problem(421, "not-localhost", title, detail))
