"""Promise 1: what was acknowledged is on the disk, whenever server or database are killed.

`bench/crash.py` does the same for hundreds of rounds.
"""

import pytest

from bench.crash import rounds


@pytest.mark.parametrize(
    ("engine", "servers", "kill"),
    [
        ("sqlite", 1, "server"),
        pytest.param("postgresql", 2, "server", marks=pytest.mark.postgres),
        pytest.param("postgresql", 2, "database", marks=pytest.mark.postgres),
    ],
)
def test_no_acknowledged_ballot_is_lost_to_a_kill(engine: str, servers: int, kill: str) -> None:
    broke = rounds(engine, times=1, phones=80, seconds=1.5, servers=servers, kill=kill)
    assert broke == 0, "what broke is printed above"
