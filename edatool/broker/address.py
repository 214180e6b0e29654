"""Where a broker is and who we are to it, read from URLs."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from edatool.errors import WrongUsage

EXAMPLE = "amqp://user:password@host:5672/vhost"


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM format: the authorities to trust, and a client certificate with its key."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
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

    def __str__(self) -> str:
        """Return the URL without the password."""
        scheme = "amqps" if self.tls else "amqp"
        vhost = "" if self.vhost is None else "/" + quote(self.vhost, safe="")
        return f"{scheme}://{quote(self.user, safe='')}@{_bracketed(self.host)}:{self.port}{vhost}"


def parse(url: str, management: str | None = None, files: Tls | None = None) -> Address:
    """Read ``amqp[s]://user:password@host:port/vhost``; parts left out get the protocol's defaults.

    ``management`` is ``http[s]://[user:password@]host:port``, ``none`` to do without, or None to derive it
    from ``url`` (port 15672, or 15671 with TLS). A vhost in the URL is percent-encoded, as the AMQP URI
    specification of RabbitMQ has it, so ``/`` is ``%2F``; a path of ``/`` alone means the vhost ``/``.

    Raises:
        WrongUsage: a URL that cannot be read; the message never repeats a password.
    """
    split = _split(url, ("amqp", "amqps"), f"write it like {EXAMPLE}")
    files = files or Tls()
    secure = split.scheme == "amqps"
    if not secure and files != Tls():
        raise WrongUsage("certificates were given, but the broker URL is amqp://: write amqps://")
    if bool(files.certificate) != bool(files.key):
        raise WrongUsage("a client certificate needs its key: give both --cert and --cert-key")
    host = split.hostname or "localhost"
    return Address(
        host=host,
        port=split.port or (5671 if secure else 5672),
        user=unquote(split.username or "guest"),
        password=unquote(split.password or "guest"),
        vhost=_vhost(split.path),
        tls=files if secure else None,
        management=_management(management, host, secure=secure),
        management_given=management is not None,
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


def _vhost(path: str) -> str | None:
    if path.count("/") > 1:
        raise WrongUsage(f"the broker URL's vhost holds a slash: write %2F for it ({EXAMPLE})")
    return unquote(path[1:]) or "/" if path else None


def _management(given: str | None, host: str, *, secure: bool) -> str | None:
    if given == "none":
        return None
    if given is None:
        return f"https://{_bracketed(host)}:15671" if secure else f"http://{_bracketed(host)}:15672"
    split = _split(given, ("http", "https"), "write it like http://host:15672, or none")
    if split.username or split.password:
        raise WrongUsage("the management URL takes no user or password: those of the broker URL are used")
    port = split.port or (443 if split.scheme == "https" else 80)
    return f"{split.scheme}://{_bracketed(split.hostname or host)}:{port}{split.path.rstrip('/')}"


def _split(url: str, schemes: tuple[str, ...], way_out: str) -> SplitResult:
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError:
        raise WrongUsage(f"this is not a {schemes[0]} URL that can be read: {way_out}") from None
    if split.scheme not in schemes:
        raise WrongUsage(f"a URL that starts with {' or '.join(s + '://' for s in schemes)} is needed: {way_out}")
    return split


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
