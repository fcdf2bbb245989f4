"""Quality checks: what must hold for the data in the warehouse, as frozen objects.

`kinds` has the kinds of checks, `defaults` those of the pipeline's own tables; `scopes` says what
is judged, `judging` asks, `results` keeps what came of it.
"""

from sparkify.quality.check import Check
from sparkify.quality.judging import evaluate
from sparkify.quality.kinds import KINDS
from sparkify.quality.outcome import Outcome, report
from sparkify.quality.severity import Severity, Verdict

__all__ = ["KINDS", "Check", "Outcome", "Severity", "Verdict", "evaluate", "report"]
