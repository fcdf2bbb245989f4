"""Many mutants, some at a time, each before the tests that reach it."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutant import Mutant
from tests.mutants.reach import reaching
from tests.mutants.trial import Bench, Outcome, Verdict


class NotGreen(Exception):
    """Tests fail with nothing wrong in the code, or there are none: they say nothing of mutants."""


def hunt(
    checkout: Path, code: str, mutants: Sequence[Mutant], *, processes: int, limit: float
) -> Iterator[tuple[Mutant | None, Outcome]]:
    """Try mutants, and before them whether their tests are green without.

    Args:
        checkout: The project.
        code: The folder in it that its packages are imported from.
        mutants: What to try.
        processes: How many at a time.
        limit: Seconds after which a mutant counts as one that does not end.

    Yields:
        Each as it is done; None for the tests without one.

    Raises:
        NotGreen: The tests of a mutant fail without it.
    """
    benches: SimpleQueue[Bench] = SimpleQueue()

    def trial(mutant: Mutant | None, tests: Sequence[str]) -> tuple[Mutant | None, Outcome]:
        bench = benches.get()
        try:
            return mutant, bench.try_out(mutant, tests)
        finally:
            benches.put(bench)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        for number in range(processes):
            bench = Bench(checkout, code, folder / f"bench-{number}", limit)
            benches.put(stack.enter_context(bench))
        pool = stack.enter_context(ThreadPoolExecutor(processes))
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        groups = dict.fromkeys(reaching(mutant.path) for mutant in mutants)
        for done in as_completed([pool.submit(trial, None, tests) for tests in groups]):
            _, outcome = done.result()
            if outcome.verdict is not Verdict.SURVIVED:
                raise NotGreen(f"without a mutant: {outcome.test or outcome.log}")
            yield done.result()
        tried = [pool.submit(trial, mutant, reaching(mutant.path)) for mutant in mutants]
        for done in as_completed(tried):
            yield done.result()
