"""Tells an alert from a command line: `python -m sparkify.alerts [SETTING] [--alert FILE]`.

For trying whether alerts arrive, and for those that make alerts outside of Airflow. Connections and
Variables are looked up as Airflow's own commands do it. Ends with 1 if a channel was not told, with
2 if the setting is wrong or missing.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from sparkify.alerts.alert import Alert, AlertKind
from sparkify.alerts.channels import VARIABLE, parse, tell
from sparkify.alerts.errors import AlertSettingError


def main(arguments: list[str] | None = None) -> int:
    """Tells a trial alert, or the one in the file; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sparkify.alerts", description="Tell the channels a trial alert."
    )
    parser.add_argument(
        "setting", nargs="?", help=f"channels; the Variable {VARIABLE} where it is not given"
    )
    parser.add_argument("--alert", metavar="FILE", help="tell this alert, JSON; - for stdin")
    chosen = parser.parse_args(arguments)
    # As `airflow connections` does: the metadata database is asked where the environment is silent.
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    try:
        routes = parse(_setting() if chosen.setting is None else chosen.setting)
    except AlertSettingError as error:
        return _say(str(error), 2)
    if not routes:
        return _say(f"no channel is set: give one, or set the Variable {VARIABLE}", 2)
    failed = tell(_read(chosen.alert) if chosen.alert else _trial(), routes)
    for item in failed:
        _say(f"{item.route.name} was not told: {_clean(item.error)}", 1)
    return 1 if failed else 0


def _setting() -> str:
    from airflow.sdk import Variable  # noqa: PLC0415 - slow, and not needed with a setting

    return str(Variable.get(VARIABLE, default="") or "")


def _trial() -> Alert:
    return Alert(AlertKind.TRIAL, dag_id="sparkify_etl", run_id="trial")


def _read(file: str) -> Alert:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return Alert.from_dict(json.loads(text))


def _clean(error: Exception) -> str:
    from sparkify.alerts.occasions import clean  # noqa: PLC0415 - slow, and only failures need it

    return clean(f"{type(error).__name__}: {error}")


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
