"""Robots hold votes and an evaluation of 34 units through a real server; all counts agree."""

import signal

from tests.integration.service.server import Server


def test_a_whole_congress_votes_and_the_return_agrees(server: Server) -> None:
    server.start("--demonstration")
    held = server.run("rehearse", "1", "--seconds", "4", "--server", server.address)
    assert held.returncode == 0, held.stdout + held.stderr
    assert "327" in held.stdout
    assert "完全一致" in held.stdout
    again = server.run("rehearse", "1", "--voters", "40", "--seconds", "0", "--seed", "2",
                       "--server", server.address)  # fmt: skip
    assert again.returncode == 0, again.stdout + again.stderr
    rated = server.run("rehearse", "1", "--voters", "130", "--seconds", "2", "--seed", "3",
                       "--server", server.address)  # fmt: skip
    assert rated.returncode == 0, rated.stdout + rated.stderr
    assert "130" in rated.stdout
    assert "完全一致" in rated.stdout
    fourth = server.run("rehearse", "1", "--voters", "1", "--server", server.address)
    assert fourth.returncode == 1
    assert "没有" in fourth.stderr
    second = server.run("serve")
    assert second.returncode == 1
    assert "已被占用" in second.stderr
    server.end(signal.SIGTERM)
