"""What a function tells where nobody wants to hear it."""


def silent(*_: object) -> None:
    """Tell nobody."""
