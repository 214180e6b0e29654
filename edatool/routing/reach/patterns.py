"""Which topic patterns say no more than others."""

from edatool.routing.exchange_types.topic import contained

__all__ = ["contained"]
