"""A spec, read and checked."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.broker.address import Address, parse
from edatool.checks import load as checks
from edatool.checks.findings.profiles import profile_named
from edatool.findings import Finding
from edatool.routes import Routes
from edatool.routing.acceptance.objection import named
from edatool.runtime.resolve import found

if TYPE_CHECKING:
    from edatool.spec.git_tree import GitTree


def load(
    *files: str,
    environment: Mapping[str, str] | None = None,
    rabbitmq: str | None = None,
    broker: str | Address | None = None,
    profile: str | None = None,
) -> Routes:
    """Read a spec and its contracts, and find everything that is wrong with them: the ``findings`` of what is returned.

    Nothing is raised for what a user wrote. Only where ``ok`` the spec can be routed, planned or published with.

    Args:
        files: the spec, ``routes.yaml`` unless one is named; later ones override earlier ones. ``-`` is standard input,
            ``package:NAME/PATH`` a file of an installed package, ``broker:NAME`` alone what apply left on the broker.
        environment: the values of ``${NAME}`` in the spec, by default those of the process.
        rabbitmq: a version such as ``4.3``, to find what that RabbitMQ refuses or ignores, too.
        broker: ``amqp[s]://user:password@host:port/vhost``, where ``broker:NAME`` is kept.
        profile: ``strict`` or ``migration-4``, instead of the one that the spec's ``checks`` name.

    Raises:
        WrongUsage: there is no such version, no such profile, no such package, or no broker for ``broker:NAME``.
        BrokerError, NeedsPerson: a spec on the broker cannot be read.
    """
    given = found(files or ("routes.yaml",), parse(broker) if isinstance(broker, str) else broker)
    if isinstance(given, Routes):
        return given
    return load_files(given, environment, rabbitmq, profile)


def load_files(
    files: Sequence[str],
    environment: Mapping[str, str] | None,
    rabbitmq: str | None,
    profile: str | None,
    *,
    texts: Mapping[Path, str] | None = None,
    tree: "GitTree | None" = None,
) -> Routes:
    """Do what ``load`` does with files, of a commit or of which some are to hold other ``texts``, by resolved names."""
    values = os.environ if environment is None else environment
    version = rabbitmq or (profile_named(profile).rabbitmq if profile else None)
    return checks.load(files, values, named(version) if version else None, profile=profile, texts=texts, tree=tree)


def validate(
    *files: str,
    environment: Mapping[str, str] | None = None,
    rabbitmq: str | None = None,
    profile: str | None = None,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a spec and its contracts, warnings too; see ``load``.

    Raises: as ``load``.
    """
    return load(*files, environment=environment, rabbitmq=rabbitmq, profile=profile).findings
