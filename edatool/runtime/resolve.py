"""Specs that are no files here: in installed packages, and on the broker."""

from collections.abc import Sequence
from pathlib import Path

from edatool.broker.address import Address, vhost_of
from edatool.errors import WrongUsage
from edatool.routes import Routes

PREFIX = "package:"
BROKER = "broker:"


def found(spec: str | Sequence[str], address: Address | None) -> Routes | list[str]:
    """Return the files that a spec is read from, or the spec itself where it is kept on the broker.

    ``package:NAME/PATH`` is a file of an installed package; ``broker:NAME`` alone is the spec of that name as the last
    apply left it on the vhost of ``address``.

    Raises:
        WrongUsage: there is no such package, its files are not in a folder, as in a zip, or there is no broker.
        NeedsPerson: what is kept is damaged, or of a later format.
        BrokerRefused: nothing is kept under that name, or the user may not read it.
        BrokerUnreachable: nobody answers.
    """
    names = [spec] if isinstance(spec, str) else list(spec)
    if not any(name.startswith(BROKER) for name in names):
        return files_of(names)
    if len(names) > 1 or address is None:
        raise WrongUsage(
            f"{BROKER}NAME is a whole spec, for publishing to the RabbitMQ that keeps it: here, name files"
        )
    return load_from_broker(names[0].removeprefix(BROKER), address)


def load_from_broker(name: str, address: Address) -> Routes:
    """Return a spec as the last apply left it on the vhost of an address; the user needs the tag ``policymaker``.

    Raises: as ``found``.
    """
    # Imported here, for it loads an HTTP client, which a service with a file does not need.
    from edatool.broker.http import stored_specs  # noqa: PLC0415
    from edatool.broker.identity import require_one_broker  # noqa: PLC0415
    from edatool.broker.session import Session  # noqa: PLC0415
    from edatool.checks.stored import from_json, load_kept  # noqa: PLC0415

    with Session(address, vhost_of(None, address)) as session:
        require_one_broker(session)
        return load_kept(from_json(stored_specs.read(session, name), name), f"{BROKER}{name}")


def files_of(spec: str | Sequence[str]) -> list[str]:
    """Return the files that a spec is read from; ``package:NAME/PATH`` is a file of an installed package.

    Raises:
        WrongUsage: there is no such package, or its files are not in a folder, as in a zip.
    """
    return [_file_of(name) for name in ([spec] if isinstance(spec, str) else spec)]


def _file_of(name: str) -> str:
    if not name.startswith(PREFIX):
        return name
    package, slash, inside = name.removeprefix(PREFIX).partition("/")
    if not (package and slash and inside):
        raise WrongUsage(f"{name!r} names no file of a package: write package:shop_contracts/routes.yaml")
    from importlib.resources import files  # noqa: PLC0415 - few specs are in a package

    try:
        file = files(package).joinpath(inside)
    except (ImportError, ValueError, TypeError):
        raise WrongUsage(f"there is no package {package!r} here: install it, or correct {name!r}") from None
    if not isinstance(file, Path):
        raise WrongUsage(f"the package {package!r} is not in a folder: install it unpacked")
    return str(file)
