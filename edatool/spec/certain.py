"""What was meant by a wrong value, where it can mean nothing else."""

import re

from edatool.spec.hints import NO, YES
from edatool.spec.nearest import same_word
from edatool.spec.quantity import UNITS_IN_WORDS
from edatool.spec.shape import Boolean, Integer, OneOf, Quantity, Shape, Text, accepts


def meant_value(shape: Shape, value: object, written: str | None) -> str | int | bool | None:
    """Return the value that a wrong one stands for; None where a person has to choose.

    ``written`` is how a value that is no string was written.
    """
    meant = _meant(shape, value, written)
    return meant if accepts(shape, meant) else None


def _meant(shape: Shape, value: object, written: str | None) -> str | int | bool | None:
    match shape, value:
        case Text(), bool() | int() | float():
            return written
        case Boolean(), str():
            word = value.lower()
            return word in YES if word in (*YES, *NO) else None
        case Integer(), float():
            return int(value) if value.is_integer() else None
        case Integer(), str():
            return int(value) if re.fullmatch("-?[1-9][0-9]{,17}|0", value) else None
        case OneOf(), str() | int():
            by_word = {str(option): option for option in shape.options}
            return by_word.get(same_word(str(value), by_word) or "")
        case Quantity(), str():
            return _quantity(shape, value)
        case _:
            return None


def _quantity(shape: Quantity, value: str) -> str | None:
    """Return a number with its unit, which was written in another case, as a word, or behind a blank."""
    match = re.fullmatch(r"([0-9]{1,15})\s*([A-Za-z]+)", value.strip())
    if not match:
        return None
    number, unit = match.groups()
    in_words = UNITS_IN_WORDS.get(unit.lower(), unit) if len(unit) > 2 else unit
    meant = in_words if in_words in shape.units else same_word(in_words, shape.units)
    return number + meant if meant else None
