"""`python -m sparkify_harness.compose.address`: does not open the stack to the network by accident.

The password of a local stack's administrator is all that stands between the network and whatever
Airflow can reach, so an address beyond this machine must be asked for twice.
"""

import ipaddress
import os
import sys

BIND = "SPARKIFY_BIND"
ALLOW = "SPARKIFY_ALLOW_REMOTE"


def refusal(bind: str, allow: str) -> str | None:
    """Why the stack must not start, None where it may.

    Args:
        bind: the address on which its ports are published.
        allow: "yes" where the user has said that an address beyond this machine is meant.
    """
    try:
        loopback = ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return f"{BIND} must be an IP address, such as 127.0.0.1, not {bind!r}"
    if loopback or allow == "yes":
        return None
    return (
        f"{BIND}={bind} opens the stack to the network; "
        f"if that is meant, say {ALLOW}=yes in .env too"
    )


def main() -> int:
    """Checks the environment; exit code 0 or 1."""
    reason = refusal(os.environ.get(BIND, "127.0.0.1"), os.environ.get(ALLOW, "no"))
    if reason is not None:
        print(f"error: {reason}", file=sys.stderr)  # noqa: T201 - a program's own message
    return reason is not None


if __name__ == "__main__":
    sys.exit(main())
