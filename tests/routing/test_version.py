import pytest

from edatool import WrongUsage
from edatool.routing.version import newest_of, numbers


def test_what_a_version_leaves_out_is_zero_or_the_newest() -> None:
    assert [numbers(text) for text in ("3", "3.12", "4.0.5", "4.2.0-rc.1")] == [
        (3, 0, 0),
        (3, 12, 0),
        (4, 0, 5),
        (4, 2, 0),
    ]
    assert newest_of("4.3") > numbers("4.3.99") > newest_of("4.3.5")


@pytest.mark.parametrize(
    "text", ["", "four", "v4", "4.", "4.2.0.1", "4.1234", "\N{ARABIC-INDIC DIGIT FOUR}.\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match=r"like 3\.12 or 4\.0\.5"):
        numbers(text)
