"""What stands for a text that is too long to be a name."""


def sha256(text: str) -> str:
    """Return the hash of a text, as 64 hexadecimal digits."""
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, and few specs need it

    return hashlib.sha256(text.encode()).hexdigest()
