"""Times in sentences."""


def spoken(seconds: float) -> str:
    """Return a time in the two largest units, such as ``2h 5m``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{number}{unit}" for number, unit in zip((days, hours, minutes, rest), "dhms", strict=True) if number]
    return " ".join(parts[:2]) or "0s"
