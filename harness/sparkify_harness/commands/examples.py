"""Examples in help texts."""


def examples(*lines: tuple[str, str]) -> str:
    """Examples below a command's help.

    Args:
        lines: each a command, and what it is for.
    """
    shown = (f"  [dim]# {what}[/dim]\n  {command}" for command, what in lines)
    return "\n".join(["Examples:", *shown])
