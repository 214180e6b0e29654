"""How large a payload may be for all that is wrong with it to be said."""

MOST_VALUES = 10_000
"""Of the payload in all; a sentence for each takes a second of work."""
MOST_COPIES = 250_000
"""Of fields: the engine copies an object for each of its names that is wrong, and we see none before all are found."""


def is_explainable(payload: object) -> bool:
    """Say whether all that may be wrong with a payload is said quickly, and without much memory."""
    waiting, values, copies = [payload], 0, 0
    while waiting and values <= MOST_VALUES and copies <= MOST_COPIES:
        one = waiting.pop()
        if isinstance(one, dict):
            copies += len(one) ** 2
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        values += 1
    return not waiting and values <= MOST_VALUES
