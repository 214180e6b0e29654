"""What can be wrong with a pattern."""


class PatternError(ValueError):
    """RabbitMQ refuses the pattern; the text says why in a few words."""


class Unsupported(ValueError):
    """The pattern may be one for RabbitMQ, and cannot be judged here; the text names what cannot."""
