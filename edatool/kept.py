"""Making much that stays, without looking for garbage among it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Have Python's collector of cycles wait, in all threads, until what is made here is made.

    It looks through all there is again and again while that grows, which takes as long as reading a large spec.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
