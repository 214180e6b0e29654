import time

from edatool.runtime.publish.files.pace import paced


def test_items_come_no_faster_than_wanted_and_all_of_them_come() -> None:
    start = time.monotonic()
    assert list(paced(range(500), 2000)) == list(range(500))
    assert time.monotonic() - start > 0.2


def test_a_pause_is_not_followed_by_a_rush() -> None:
    items = paced(iter(range(10_000)), 1000)
    next(items)
    time.sleep(0.5)
    start = time.monotonic()
    for _ in range(300):
        next(items)
    assert time.monotonic() - start > 0.15
