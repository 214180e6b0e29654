"""Short strings of AMQP 0-9-1 (section 4.2.5.3): names, routing keys, ids and most properties of messages are such."""

SHORT_STRING_BYTES = 255


def is_short(text: str) -> bool:
    """Tell whether a text is a short string, in UTF-8."""
    return len(text.encode()) <= SHORT_STRING_BYTES
