"""How many examples the tests of hypothesis take: few in ``make test``, all in ``make test-slow``."""

from hypothesis import settings

ALL, FEW = 100, 20
FEWEST = 10


def register() -> None:
    """Register the profile of all examples as ``full``, which ``--hypothesis-profile`` names, and load that of few.

    How long an example takes says more of the machine than of the code; a test has its own timeout.
    """
    settings.register_profile("full", deadline=None, max_examples=ALL)
    settings.register_profile("quick", deadline=None, max_examples=FEW)
    settings.load_profile("quick")


def examples(full: int) -> int:
    """Return how many examples a test takes that takes ``full`` in the profile of all."""
    return max(min(full, FEWEST), full * settings().max_examples // ALL)
