"""Sets of rules under a name, for ``--profile`` and ``checks: {profile: ...}``."""

from collections.abc import Collection, Mapping

from edatool.checks.catalogue import OPINIONS
from edatool.errors import WrongUsage
from edatool.frozen import frozen


@frozen
class Profile:
    """Which rules it asks for beside the usual ones, by name, and for which RabbitMQ where nobody names one.

    ``raises``: warnings count as errors.
    """

    about: str
    asks: Collection[str] = ()
    raises: bool = False
    rabbitmq: str | None = None


PROFILES: Mapping[str, Profile] = {
    "strict": Profile("rules that are off by default are asked, too, and warnings are errors", OPINIONS, raises=True),
    "migration-4": Profile("what RabbitMQ 4 refuses or ignores is found, too, as with --rabbitmq 4.3", rabbitmq="4.3"),
}
USUAL = Profile("what is right for nearly everybody")


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        WrongUsage: there is none of this name.
    """
    if name not in PROFILES:
        raise WrongUsage(f"there is no profile {name!r}: name {' or '.join(PROFILES)}")
    return PROFILES[name]
