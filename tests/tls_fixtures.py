"""A broker behind TLS."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from edatool.broker.address import Address, Tls, parse
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy


@dataclass(frozen=True)
class Secured:
    """A broker behind TLS that asks for a client certificate, on both of its ports."""

    address: Address
    folder: Path
    vhost: str


@contextmanager
def behind_tls(vhost: Vhost, tmp_path: Path) -> Iterator[Secured]:
    """Put TLS before the broker of a vhost, with an authority of its own, whose files are in ``tmp_path``."""
    ca, other = trustme.CA(), trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    other.cert_pem.write_to_path(tmp_path / "other-ca.pem")
    ours = ca.issue_cert("client")
    ours.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    ours.private_key_pem.write_to_path(tmp_path / "key.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_REQUIRED
    ca.issue_cert("localhost").configure_cert(context)
    ca.configure_trust(context)
    plain = parse(vhost.url, vhost.management)
    management_port = int(vhost.management.rsplit(":", 1)[1])
    with Proxy((plain.host, plain.port), context) as amqp, Proxy((plain.host, management_port), context) as management:
        files = Tls(str(tmp_path / "ca.pem"), str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
        url = f"amqps://{plain.user}:{plain.password}@localhost:{amqp.port}"
        yield Secured(parse(url, f"https://localhost:{management.port}", files), tmp_path, vhost.name)
