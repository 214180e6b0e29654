"""Whether texts differ in nothing but case: by the simple mapping of Unicode, each character by itself."""


def lowered(text: str) -> str:
    """Return a text of the same length that is equal for texts that differ in case alone; ß stays ß, and is not ss."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)
