"""Regular expressions of filters for browsers: those that are the same there, and no others."""

import re

# What JSON Schema, the engine that edatool uses, and ECMA-262 with the flag u all read alike. Left out are groups that
# repeat: a browser may try their ways one after the other, and take for ever.
_ALIKE = re.compile(
    r"""(?:
        [^\\^$.|?*+()\[\]{}]                      # a character
      | \\[\^$.|?*+()\[\]{}/\\dDwWsStnrfv]        # one that would mean something, or a class of them
      | [\^$.|]
      | \((?:\?:|(?!\?))
      | \)(?!\??[*+{])
      | [*+?]\??
      | \{[0-9]{1,3}(?:,[0-9]{0,3})?\}\??
      | \[\^?(?:[^\\\[\]^&~-]-[^\\\[\]^&~-]|[^\\\[\]^&~-]|\\[\\\]\[^.dw/-])+\]
    )*""",
    re.VERBOSE,
)
_POINT = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])|\.", re.DOTALL)


def for_browsers(text: str) -> str | None:
    """Return what finds the same in a browser with the flag u; None where that is not known to be so."""
    if not _ALIKE.fullmatch(text):
        return None
    # To us a point is any character but a newline, to browsers none of several others, either.
    return _POINT.sub(lambda found: found[1] or r"[^\n]", text)
