"""A Python function by its name."""

import importlib
from collections.abc import Callable
from typing import Any

from edatool.errors import WrongUsage


def function(name: str) -> Callable[..., Any]:
    """Return what ``package.module:function`` names; the module is imported.

    Raises:
        WrongUsage: there is no such module or function.
    """
    module, _, attribute = name.partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise WrongUsage(
            f"{name}: there is no module {error.name!r}: name one that Python finds, such as by PYTHONPATH=."
        ) from None
    except (AttributeError, ValueError):
        raise WrongUsage(f"{name}: module {module!r} has no {attribute!r}: write package.module:function") from None
    if not callable(found):
        raise WrongUsage(f"{name} cannot be called: name a function")
    called: Callable[..., Any] = found
    return called
