import pytest

from edatool import WrongUsage
from edatool.cli.selecting import offset_of


def test_an_offset_is_a_number_or_first() -> None:
    assert (offset_of("first"), offset_of("1000")) == ("first", 1000)


@pytest.mark.parametrize("text", ["", "last", "-1", "1e3", "9" * 20, "\N{ARABIC-INDIC DIGIT FOUR}"])
def test_what_a_stream_cannot_be_asked_for_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="--offset takes a number or first"):
        offset_of(text)
