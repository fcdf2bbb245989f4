"""What tests ask about other processes has an answer also when those end meanwhile."""

import os

import psutil

from tests.processes import command_lines, descendants, gone
from tests.waiting import eventually


def test_a_process_that_has_ended_and_was_not_waited_for() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    try:
        process = psutil.Process(child)
        assert eventually(lambda: process.status() == psutil.STATUS_ZOMBIE)
        assert process in descendants()
        assert gone(process)
        assert list(command_lines(descendants() & {process})) == []
    finally:
        os.waitpid(child, 0)
    assert gone(process)
    assert gone(child)
    assert list(command_lines({process})) == []
