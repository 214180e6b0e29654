"""Ages on the command line."""

import re
from typing import TYPE_CHECKING

from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from datetime import timedelta


def age(option: str, text: str) -> "timedelta":
    """Return the age that an option says.

    Raises:
        WrongUsage: it is none.
    """
    from datetime import timedelta

    from edatool.spec.quantity import milliseconds

    if not re.fullmatch(r"[0-9]{1,9}(s|m|h|d)", text):
        raise WrongUsage(f"{option} takes an age such as 30m, 12h or 7d, not {text!r}")
    return timedelta(milliseconds=milliseconds(text))
