"""The versions of RabbitMQ whose routing differs."""

import re

from edatool.errors import WrongUsage

Version = tuple[int, int, int]

NEWEST: Version = (4, 3, 6)
"""The newest version that the simulator is proven against; what is simulated where no version is named."""

TYPED_NUMBERS: Version = (3, 13, 0)
"""From here on 1 and 1.0 are different header values, and dead-lettered messages carry ``x-last-death-*``."""

ERLANG_27_POSSIBLE: Version = (4, 0, 0)
ERLANG_27_NEEDED: Version = (4, 3, 0)
"""From Erlang/OTP 27 on 0.0 and -0.0 are different header values."""

DEATHS_IN_ORDER: Version = (3, 13, 3)
"""From here on circles of dead letters are looked for in the order in which the message died."""


def numbers(text: str) -> Version:
    """Read a version as RabbitMQ says it: ``3.12``, ``4.0.5``, ``4.2.0-rc.1``; what is left out counts as zero.

    Raises:
        WrongUsage: it is no version.
    """
    found = re.match(r"(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?![\d.])", text, re.ASCII)
    if not found:
        raise WrongUsage(f"write the version of RabbitMQ like 3.12 or 4.0.5, not {text!r}")
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


def newest_of(text: str) -> Version:
    """Read a version; what is left out stands for the newest, so that ``4.3`` is later than 4.3.5.

    Raises:
        WrongUsage: it is no version.
    """
    said = re.findall(r"\d+", text, re.ASCII)[:3]
    major, minor, patch = numbers(text)
    return major, minor if len(said) > 1 else _LATER, patch if len(said) > 2 else _LATER


_LATER = 999
