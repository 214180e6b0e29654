"""An inbox in Redis: a hash for each event of each consumer, which expires by itself.

Each change is a script, which Redis runs as one. What is asked at once goes there at once. Redis' own clock says when
an event is forgotten. An answer is as durable as the server's settings make it (``appendfsync``).
"""

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from edatool.errors import InboxError, InboxFull, WrongUsage
from edatool.runtime.inbox.claims import Answer, Busy, Claimed, ClaimRequest, Dead, Done, Held, InboxCount, Settled

_PREFIX = "edatool:inbox:"
_PATIENCE = 10.0
"""Seconds to wait for a server that does not answer."""
_AT_ONCE = 1000
_EXAMPLE = "write it like redis://user:password@host:6379/0"

# Lua's numbers hold microseconds since the epoch exactly, and write them with an exponent unless they are told not to.
_BEGIN = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local state, token, till = unpack(redis.call('HMGET', KEYS[1], 'state', 'token', 'until'))
till = tonumber(till or 0)
"""
_CLAIM = f"""{_BEGIN}
local lease, retention = tonumber(ARGV[1]), tonumber(ARGV[2])
if state == 'done' or state == 'dead' then return {{state}} end
if state == 'claimed' and (token ~= ARGV[3] or till ~= tonumber(ARGV[4])) then
    return {{'busy', token, string.format('%.0f', till)}}
end
token = string.format('%.0f', math.max(now, tonumber(token or 0) + 1))
redis.call('HSET', KEYS[1], 'state', 'claimed', 'token', token, 'until', string.format('%.0f', now + lease))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max((lease + retention) / 1000, 1)))
return {{'claimed', token}}
"""
_SETTLE = f"""{_BEGIN}
local outcome, retention = ARGV[2], tonumber(ARGV[3])
if token ~= ARGV[1] or (state ~= 'claimed' and state ~= outcome) then return 0 end
redis.call('HSET', KEYS[1], 'state', outcome)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(retention / 1000, 1)))
return 1
"""
_RENEW = f"""{_BEGIN}
local lease, retention = tonumber(ARGV[2]), tonumber(ARGV[3])
if token ~= ARGV[1] or state ~= 'claimed' then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + lease))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', (lease + retention) / 1000))
return 1
"""
_REOPEN = f"""{_BEGIN}
if state ~= 'dead' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'failed')
return 1
"""
_FORGET = f"""{_BEGIN}
if not token or tonumber(token) >= now - tonumber(ARGV[1]) then return 0 end
if state == 'claimed' and till > now then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisStore:
    """An inbox in a Redis, which forgets what was settled ``retention`` seconds ago."""

    def __init__(self, url: str, retention: float) -> None:
        self._retention = _microseconds(retention)
        self._name = _without_password(url)
        self._redis = _library()
        self._client = _client(self._redis, url)
        register: Callable[[str], Any] = self._client.register_script
        self._claim, self._settle, self._renew = register(_CLAIM), register(_SETTLE), register(_RENEW)
        self._reopen, self._forget = register(_REOPEN), register(_FORGET)

    def apply(self, settled: Sequence[Settled], wanted: Sequence[ClaimRequest]) -> tuple[list[bool], list[Answer]]:
        """Do as ``InboxStore`` says."""
        with self._translated(), self._client.pipeline(transaction=False) as pipeline:
            for one in settled:
                values = [one.claim.token, one.outcome, self._retention]
                self._settle([_key(one.claim.consumer, one.claim.message_id)], values, pipeline)
            for each in wanted:
                seen = each.abandoned or Held(0, 0)
                values = [_microseconds(each.lease), self._retention, seen.token, int(seen.until)]
                self._claim([_key(each.consumer, each.message_id)], values, pipeline)
            answers = pipeline.execute()
        held, found = answers[: len(settled)], answers[len(settled) :]
        return [bool(one) for one in held], [_answer(one, *each) for one, each in zip(wanted, found, strict=True)]

    def renew(self, claims: Sequence[Claimed], lease: float) -> None:
        """Do as ``InboxStore`` says."""
        with self._translated(), self._client.pipeline(transaction=False) as pipeline:
            for one in claims:
                values = [one.token, _microseconds(lease), self._retention]
                self._renew([_key(one.consumer, one.message_id)], values, pipeline)
            pipeline.execute()

    def reopen(self, consumer: str, message_id: str) -> bool:
        """Do as ``InboxStore`` says."""
        with self._translated():
            return bool(self._reopen([_key(consumer, message_id)]))

    def count(self) -> Sequence[InboxCount]:
        """Do as ``InboxStore`` says."""
        tokens: dict[tuple[str, Any], list[int]] = {}
        with self._translated():
            seconds, rest = self._client.time()
            now = int(seconds) * 1_000_000 + int(rest)
            for key, (state, token, until) in self._read():
                over = state == b"claimed" and int(until) <= now
                tokens.setdefault((_consumer(key), "abandoned" if over else state.decode()), []).append(int(token))
        return [
            InboxCount(consumer, state, len(found), max(now - min(found), 0) / 1e6)
            for (consumer, state), found in sorted(tokens.items())
        ]

    def purge(self, older_than: float, consumer: str | None = None) -> int:
        """Do as ``InboxStore`` says."""
        count = 0
        with self._translated():
            for some in self._keys(_PREFIX if consumer is None else _key(consumer, "")):
                with self._client.pipeline(transaction=False) as pipeline:
                    for key in some:
                        self._forget([key], [_microseconds(older_than)], pipeline)
                    count += sum(pipeline.execute())
        return count

    def close(self) -> None:
        """Do as ``InboxStore`` says."""
        self._client.connection_pool.disconnect()

    def _read(self) -> Iterator[tuple[bytes, Sequence[bytes]]]:
        """Yield the key, state, token and end of the lease of each event that is there."""
        for some in self._keys(_PREFIX):
            with self._client.pipeline(transaction=False) as pipeline:
                for key in some:
                    pipeline.hmget(key, "state", "token", "until")
                rows = zip(some, pipeline.execute(), strict=True)
            yield from ((key, row) for key, row in rows if row[0])  # others have expired meanwhile

    def _keys(self, prefix: str) -> Iterator[list[bytes]]:
        """Yield the keys of events, many at once."""
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
        keys = self._client.scan_iter(match=pattern, count=_AT_ONCE)
        while some := list(islice(keys, _AT_ONCE)):
            yield some

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._redis.exceptions.RedisError as error:
            text = str(error)
            words = " ".join((text.partition("of pipeline caused error: ")[2] or text).split())
            if isinstance(error, self._redis.exceptions.OutOfMemoryError):
                raise InboxFull(f"the inbox {self._name} is full: {words}") from None
            raise InboxError(f"the inbox {self._name} cannot be used: {words}") from None


def _answer(wanted: ClaimRequest, kind: bytes, *values: bytes) -> Answer:
    match kind:
        case b"claimed":
            return Claimed(wanted.consumer, wanted.message_id, *map(int, values))
        case b"busy":
            return Busy(Held(*map(int, values)))
        case b"done":
            return Done()
    return Dead()


def _key(consumer: str, message_id: str) -> str:
    # The length of the name tells where it ends, whatever is in it.
    return f"{_PREFIX}{len(consumer)}:{consumer}:{message_id}"


def _consumer(key: bytes) -> str:
    length, _, rest = key.decode(errors="replace").removeprefix(_PREFIX).partition(":")
    return rest[: int(length)]


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)


def _library() -> Any:
    try:
        return importlib.import_module("redis")
    except ImportError:
        raise WrongUsage("Redis takes the package redis: install edatool-rabbitmq[redis]") from None


def _client(redis: Any, url: str) -> Any:
    # Nothing is tried twice here: whether the first try was carried out is not known.
    retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    try:
        return redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=retry)
    except (ValueError, TypeError):
        # Their words may repeat any part of the URL.
        raise WrongUsage(f"this DSN cannot be read: {_EXAMPLE}") from None


def _without_password(url: str) -> str:
    try:
        split = urlsplit(url)
        return f"{split.scheme}://{split.hostname or ''}:{split.port or 6379}{split.path}"
    except ValueError:
        raise WrongUsage(f"this DSN cannot be read: {_EXAMPLE}") from None
