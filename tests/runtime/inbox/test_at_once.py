"""Threads that ask an inbox at the same moment: each is answered."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from edatool.runtime.inbox.claims import Answer, ClaimRequest, Done, Settled
from edatool.runtime.inbox.inbox import Inbox

PATIENCE = 20


class Store:
    """Answers once it may go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def apply(self, settled: Sequence[Settled], wanted: Sequence[ClaimRequest]) -> tuple[list[bool], list[Answer]]:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        return [True for _ in settled], [Done() for _ in wanted]


class Lock:
    """A lock after which a thread is held up, where ``holds`` says so."""

    def __init__(self) -> None:
        self.lock, self.holds = threading.Lock(), False
        self.held, self.go_on = threading.Event(), threading.Event()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        holds, self.holds = self.holds, False
        self.lock.release()
        if holds:
            self.held.set()
            assert self.go_on.wait(PATIENCE)


def test_who_is_told_to_lead_before_it_waits_is_answered_like_all_others() -> None:
    store, lock = Store(), Lock()
    inbox = Inbox(store)  # type: ignore[arg-type]  # nothing else is asked of it
    vars(inbox)["_lock"] = lock
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(inbox.claim, "shipping", "m-1", 60)
        assert store.begun.wait(PATIENCE)
        lock.holds = True
        second = threads.submit(inbox.claim, "shipping", "m-2", 60)
        assert lock.held.wait(PATIENCE)
        store.go_on.set()
        assert first.result(PATIENCE) == Done()
        lock.go_on.set()
        assert second.result(PATIENCE) == Done()
