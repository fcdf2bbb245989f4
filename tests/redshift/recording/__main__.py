"""``python -m tests.redshift.recording TARGET``: put the contract's cases to another warehouse.

Every case runs in a schema of its own, which is dropped afterwards. What agrees with the contract
and what does not is told; what was asked and answered is written, in the contract's names.
A run that was interrupted goes on where it was.
"""

import argparse
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.redshift.recording.journal import Journal
from tests.redshift.recording.names import SecretError, refuse_secrets
from tests.redshift.recording.run import Outcome, Verdict, put
from tests.redshift.recording.target import ALLOW_REMOTE, RemoteTargetError, TargetError, target


def main(arguments: list[str] | None = None) -> int:
    """Run, report, write.

    Returns:
        0 if everything that ran agrees.
    """
    parser = argparse.ArgumentParser(prog="make record", description=__doc__)
    parser.add_argument("target", help="postgresql://user@host:5439/database; or PGPASSWORD")
    parser.add_argument("--bucket", help="for COPY; keys and region are those of AWS_*")
    parser.add_argument("--only", default="", help="cases whose id has this text in it")
    parser.add_argument("--output", type=Path, default=Path("recording.json"))
    parser.add_argument(
        ALLOW_REMOTE, action="store_true", help="the target may be on another machine"
    )
    given = parser.parse_args(arguments)
    try:
        subject = target(
            given.target,
            given.bucket or None,
            allow_remote=given.allow_remote,
            environment=os.environ,
        )
    except (RemoteTargetError, TargetError) as error:
        parser.error(str(error))
    except KeyError as missing:
        parser.error(f"{missing.args[0]} is missing")
    journal = Journal(given.output.with_name(f"{given.output.name}.part"))
    if journal.outcomes:
        print(f"Going on after {len(journal.outcomes)} cases.", file=sys.stderr)  # noqa: T201
    outcomes = list(put(subject, given.only, journal))
    _report(outcomes)
    record = {outcome.id: outcome.record() for outcome in outcomes}
    try:
        refuse_secrets(record, subject)
    except SecretError as error:
        print(f"Nothing is written: {error}.", file=sys.stderr)  # noqa: T201
        return 2
    text = json.dumps(record, indent=1, ensure_ascii=False)
    given.output.write_text(text + "\n", encoding="utf-8")
    journal.remove()
    return int(any(outcome.verdict is Verdict.DIFFERS for outcome in outcomes))


def _report(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.verdict is Verdict.DIFFERS:
            print(f"{outcome.id}\n  {outcome.told}")  # noqa: T201
    counts = Counter(outcome.verdict for outcome in outcomes)
    print(", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict))  # noqa: T201
    reasons = Counter(o.told for o in outcomes if o.verdict is Verdict.LEFT_OUT)
    for reason, count in reasons.most_common():
        print(f"  left out: {count}, {reason}")  # noqa: T201


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is removed first
    sys.exit(main())
