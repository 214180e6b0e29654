"""What all pictures in Mermaid share."""

from edatool.visible import visible


def quoted(label: str) -> str:
    """Return a label in quotes; Mermaid takes numeric entities there, and nothing else to escape."""
    escaped = "".join(char if char.isalnum() or char in " .-_/:,()" else f"#{ord(char)};" for char in visible(label))
    return f'"{escaped}"'
