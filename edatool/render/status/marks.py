"""How alerts and notices are told apart, also without colours."""

MARKS = {"alert": "!", "notice": "?"}
COLOURS = {"alert": "red", "notice": "yellow"}
