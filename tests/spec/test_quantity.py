import pytest

from edatool.spec.quantity import as_duration, milliseconds, size_in_bytes, stream_age


@pytest.mark.parametrize(
    ("text", "number"),
    [("250ms", 250), ("5s", 5_000), ("1m", 60_000), ("2h", 7_200_000), ("1d", 86_400_000), ("0s", 0)],
)
def test_durations_are_milliseconds(text: str, number: int) -> None:
    assert milliseconds(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(250, "250ms"), (5_000, "5s"), (60_000, "1m"), (90_000, "90s"), (7_200_000, "2h"), (0, "0ms")],
)
def test_durations_are_written_in_the_largest_whole_unit(number: int, text: str) -> None:
    assert as_duration(number) == text


@pytest.mark.parametrize(("text", "number"), [(5, 5), ("5B", 5), ("1KB", 1000), ("1KiB", 1024), ("2GiB", 2**31)])
def test_sizes_are_bytes(text: str | int, number: int) -> None:
    assert size_in_bytes(text) == number


@pytest.mark.parametrize(("text", "age"), [("7d", "7D"), ("12h", "12h"), ("3M", "3M"), ("3m", "3m"), ("1Y", "1Y")])
def test_ages_are_written_as_streams_take_them(text: str, age: str) -> None:
    assert stream_age(text) == age
