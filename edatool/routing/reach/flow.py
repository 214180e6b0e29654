"""Messages that are alike, as far as what is known of them goes."""

from collections.abc import Sequence

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.frozen import frozen
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.reach.words import Made, Word, words_of
from edatool.spec.spec import Event


@frozen
class Flow:
    """Messages alike: of one event, with one fixed key, or (neither ``event`` nor ``words``) any at all."""

    words: tuple[Word, ...] | None = None
    event: Event | None = None
    contract: Contract | None = None
    # Each is made once.
    __eq__, __hash__ = object.__eq__, object.__hash__

    @property
    def key(self) -> str | None:
        """The one key that all of them have, None where there may be several."""
        if self.words is None:
            return None
        texts = [text for word in self.words if word.texts is not None and len(word.texts) == 1 for text in word.texts]
        return ".".join(texts) if len(texts) == len(self.words) else None

    def may_have_key(self, key: str) -> bool:
        """Tell whether some message may have this key; each word is taken by itself."""
        if self.words is None:
            return True
        texts = words(key)
        return len(self.words) == len(texts) and all(
            word.may_be(text) for word, text in zip(self.words, texts, strict=True)
        )

    def header_values(self, name: str) -> Sequence[object] | None:
        """Return what a header may be, None where that is not known; a message has what its event promotes."""
        if self.event is None:
            return None
        path = self.event.headers.get(name)
        if path is None:
            return ()
        return field_of(self.contract, path.names).values if self.contract else None


def flow_of(event: Event, contract: Contract | None, made: Made) -> Flow:
    """Return all messages of an event."""
    return Flow(words_of(event, contract, made), event, contract)
