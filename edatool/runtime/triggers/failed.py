"""An action that did not do what it was started for."""


class ActionFailed(Exception):
    """The action failed, and is to be tried again; the text says how it failed."""
