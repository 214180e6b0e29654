"""What was answered to requests by their keys: the same key has the same answer, and is done once."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from edatool.errors import KeyStoreError
from edatool.gateway.answers import RETRY_AFTER, Answer, problem
from edatool.gateway.few_lines import REFUSALS
from edatool.runtime.keys.claims import KeyClaim, KeyStore, Remembered

Make = Callable[[], Coroutine[Any, Any, Answer]]
_UNKNOWN = 504


class Answered:
    """Remembers what was taken; what failed is forgotten, so that it can come again. Used in one event loop."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._tasks: set[asyncio.Task[Answer]] = set()

    async def answer(self, key: str, make: Make, seconds: float, of: bytes = b"") -> Answer:
        """Return what ``make`` returns, or returned to an earlier request at most ``seconds`` ago.

        ``of`` is what is asked for: something else under the same key is refused. So is what is in hand still, as the
        IETF draft «The Idempotency-Key HTTP Header Field» has it (section 2.7).
        """
        try:
            found = await self._keys.claim(key, hashlib.sha256(of).hexdigest())
        except KeyStoreError as error:
            return no_keys(error)
        match found:
            case "another request":
                return other_request()
            case "in hand":
                return in_hand()
            case Remembered(text):
                return Answer(202, json.loads(text))
        # A task of its own: that the sender goes away does not end it.
        task = asyncio.ensure_future(self._made(found, make, seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _made(self, claim: KeyClaim, make: Make, seconds: float) -> Answer:
        answer = None
        try:
            answer = await make()
        finally:
            await self._settle(claim, answer, seconds)
        return answer

    async def _settle(self, claim: KeyClaim, answer: Answer | None, seconds: float) -> None:
        try:
            if answer is None or answer.status == _UNKNOWN:
                await self._keys.reopen(claim)
            elif answer.status < 300:
                await self._keys.remember(claim, json.dumps(answer.body), seconds)
            else:
                await self._keys.forget(claim)
        except KeyStoreError as error:
            # What became of the event is true all the same; the key is in hand until its lease is over.
            REFUSALS.warning("an answer cannot be remembered: %s", error)


def other_request() -> Answer:
    """Return the problem of a request under the id of another."""
    return problem(422, "other-request", "This id was used for another request")


def in_hand() -> Answer:
    """Return the problem of a request that came before the first under its id was answered."""
    title = "The first request under this id is in hand still"
    return problem(409, "in-hand", title, headers={"Retry-After": "1"})


def no_keys(error: KeyStoreError) -> Answer:
    """Return the problem of a request that cannot be told from others, as the keys cannot be reached."""
    REFUSALS.warning("requests with a key are refused: %s", error)
    return problem(503, "no-keys", "No keys can be kept for now", headers={"Retry-After": str(RETRY_AFTER)})
