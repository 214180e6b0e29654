"""Where a broker is and who we are to it, read from URLs."""

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from edatool.broker import uri_parameters
from edatool.errors import WrongUsage
from edatool.frozen import frozen

EXAMPLE = "amqp://user:password@host:5672/vhost"


@frozen
class Tls:
    """Files in PEM format: the authorities to trust, and a client certificate with its key.

    ``verify`` is False where any certificate is taken; ``server_name`` is the name that the broker's certificate is
    for, where that is not the host's.
    """

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    verify: bool = True
    server_name: str | None = None


@frozen
class Tuning:
    """What a client may ask for: seconds between heartbeats (0 for none), seconds to connect in, and channels."""

    heartbeat: int = 30
    connection_timeout: float = 10.0
    channel_max: int = 0


@frozen
class Address:
    """One broker, as one user: what AMQP and the management API need to connect.

    ``vhost`` is None where the URL names none. ``management`` is the management API's URL without
    credentials, None where it is switched off; ``management_given`` tells whether the user named it.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    vhost: str | None = None
    tls: Tls | None = None
    management: str | None = None
    management_given: bool = False
    tuning: Tuning = Tuning()

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    def __str__(self) -> str:
        """Return the URL without the password."""
        scheme = "amqps" if self.tls else "amqp"
        vhost = "" if self.vhost is None else "/" + quote(self.vhost, safe="")
        return f"{scheme}://{quote(self.user, safe='')}@{_bracketed(self.host)}:{self.port}{vhost}"


def parse(url: str, management: str | None = None, files: Tls | None = None) -> Address:
    """Read ``amqp[s]://user:password@host:port/vhost``; parts left out get the protocol's defaults.

    ``management`` is ``http[s]://[user:password@]host:port``, ``none`` to do without, or None to derive it
    from ``url`` (port 15672, or 15671 with TLS). A vhost in the URL is percent-encoded, as the AMQP URI
    specification of RabbitMQ has it, so ``/`` is ``%2F``; a path of ``/`` alone means the vhost ``/``. The parameters
    of that specification may follow, see ``uri_parameters``.

    Raises:
        WrongUsage: a URL that cannot be read; the message never repeats a password.
    """
    split = _split(url, "broker URL", ("amqp", "amqps"), EXAMPLE)
    secure = split.scheme == "amqps"
    asked = uri_parameters.read(split.query)
    tls = _tls(files or Tls(), asked, secure=secure)
    host = split.hostname or "localhost"
    return Address(
        host=host,
        port=split.port or (5671 if secure else 5672),
        user=unquote(split.username or "guest"),
        password=unquote(split.password or "guest"),
        vhost=_vhost(split.path),
        tls=tls if secure else None,
        management=_management(management, host, secure=secure),
        management_given=management is not None,
        tuning=Tuning(
            asked.get("heartbeat", Tuning().heartbeat),
            asked.get("connection_timeout", Tuning().connection_timeout),
            asked.get("channel_max", Tuning().channel_max),
        ),
    )


def vhost_of(spec_vhost: str | None, address: Address) -> str:
    """Return the vhost to work on: the spec's, else the broker URL's, else ``/``.

    Raises:
        WrongUsage: both name one, and they differ.
    """
    if spec_vhost is not None and address.vhost is not None and spec_vhost != address.vhost:
        raise WrongUsage(
            f"the spec says vhost {spec_vhost!r}, and the broker URL says {address.vhost!r}: "
            "leave it out of one, or make it a variable in the spec"
        )
    return spec_vhost or address.vhost or "/"


def _tls(files: Tls, asked: Mapping[str, Any], *, secure: bool) -> Tls:
    """Put together what options and the URL say of TLS."""
    options = (("cacertfile", files.ca, "--ca"), ("certfile", files.certificate, "--cert"))
    for name, file, option in (*options, ("keyfile", files.key, "--cert-key")):
        if file and name in asked:
            raise WrongUsage(f"both the broker URL ({name}) and {option} name a file: leave one out")
    tls = Tls(
        files.ca or asked.get("cacertfile"),
        files.certificate or asked.get("certfile"),
        files.key or asked.get("keyfile"),
        asked.get("verify", True),
        asked.get("server_name_indication"),
    )
    if not secure and tls != Tls():
        raise WrongUsage("certificates were given, but the broker URL is amqp://: write amqps://")
    if bool(tls.certificate) != bool(tls.key):
        raise WrongUsage("a client certificate needs its key: give both --cert and --cert-key")
    return tls


def _vhost(path: str) -> str | None:
    if path.count("/") > 1:
        raise WrongUsage(f"the broker URL's vhost holds a slash: write %2F for it ({EXAMPLE})")
    return unquote(path[1:]) or "/" if path else None


def _management(given: str | None, host: str, *, secure: bool) -> str | None:
    if given == "none":
        return None
    if given is None:
        return f"https://{_bracketed(host)}:15671" if secure else f"http://{_bracketed(host)}:15672"
    split = _split(given, "management URL", ("http", "https"), "http://host:15672, or none")
    if split.username or split.password:
        raise WrongUsage("the management URL takes no user or password: those of the broker URL are used")
    if split.query:
        raise WrongUsage("the management URL takes no parameters: leave out what is behind ?")
    port = split.port or (443 if split.scheme == "https" else 80)
    return f"{split.scheme}://{_bracketed(split.hostname or host)}:{port}{split.path.rstrip('/')}"


_ENCODED = "in a user, password or vhost write %2F for /, %23 for #, %3F for ?, %40 for @, %5B for [, %25 for %"


def _split(url: str, name: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    """Take a URL apart; messages tell nothing of what is in it, which may be a password."""
    if not url.isprintable() or " " in url:
        raise WrongUsage(f"the {name} holds a blank or a line break: write it like {example}")
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in schemes:
        needed = " or ".join(one + "://" for one in schemes)
        raise WrongUsage(f"the {name} has to start with {needed}: write it like {example}")
    netloc = re.split("[/?#]", rest, maxsplit=1)[0]
    if "#" in rest or "@" in rest[len(netloc) :]:
        raise WrongUsage(f"the {name} holds a sign that has a meaning in URLs: {_ENCODED}")
    if _host(netloc).count(":") > 1 and "[" not in netloc:
        raise WrongUsage(f"the {name} has several colons in its host: an IPv6 address stands in brackets, [::1]")
    port = _host(netloc).rpartition("]")[2].partition(":")[2]
    if port and not (port.isascii() and port.isdigit()):
        raise WrongUsage(f"the port in the {name} is no number: write it like {example}; {_ENCODED}")
    if port and not 0 < int(port[:6]) < 65536:
        raise WrongUsage(f"the {name} has the port {port[:10]}, and ports are from 1 to 65535: correct it")
    try:
        split = urlsplit(url)
        _ = split.port
        return split
    except ValueError:
        raise WrongUsage(f"the {name} cannot be read: write it like {example}; {_ENCODED}") from None


def _host(netloc: str) -> str:
    """Return host and port."""
    return netloc.rpartition("@")[2]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
