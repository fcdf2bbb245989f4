"""What a run on a scheduler has told those whom the stack tells."""

import json
from typing import Any

from sparkify_harness.stack import Stack
from tests.files import whole_lines


def told(stack: Stack, run_id: str) -> dict[str, dict[str, Any]]:
    """The alerts of a run so far, by their kinds."""
    (file,) = stack.alerting.files
    alerts = [json.loads(line) for line in whole_lines(file)]
    return {alert["kind"]: alert for alert in alerts if alert["run_id"] == run_id}
