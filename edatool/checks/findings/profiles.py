"""Sets of rules under a name, for ``--profile`` and ``checks: {profile: ...}``."""

from collections.abc import Collection, Mapping

from edatool.checks.catalogue import OPINIONS, Rule
from edatool.errors import WrongUsage
from edatool.frozen import frozen


@frozen
class Profile:
    """Which rules it asks for beside the usual ones, by name, and for which RabbitMQ where nobody names one.

    ``raises``: warnings count as errors.
    """

    asks: Collection[str] = ()
    raises: bool = False
    rabbitmq: str | None = None


_OF_A_VERSION = ("refused-by-version", "ignored-by-version", "needs-plugin")
"""What is found where a version of RabbitMQ is named."""
PROFILES: Mapping[str, Profile] = {
    "strict": Profile(OPINIONS, raises=True),
    "migration-4": Profile(_OF_A_VERSION, rabbitmq="4.3"),
}
USUAL = Profile()


def profiles_that_ask(rule: Rule) -> list[str]:
    """Return the names of the profiles that ask for a rule which is not asked without them."""
    return [name for name, profile in PROFILES.items() if rule.name in profile.asks]


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        WrongUsage: there is none of this name.
    """
    if name not in PROFILES:
        raise WrongUsage(f"there is no profile {name!r}: name {' or '.join(PROFILES)}")
    return PROFILES[name]
