from edatool.counted import few, few_sentences


def test_some_names_are_named_and_the_rest_is_counted() -> None:
    assert few(["a", "b", "c"], 3) == "a, b, c"
    assert few(["a", "b", "c"], 2) == "a, b and 1 more"


def test_of_many_sentences_some_are_said_and_the_rest_is_counted() -> None:
    assert few_sentences(["a is gone", "b is full", "c is new"], 2) == "a is gone; b is full; and 1 more"
