"""Robots hold a vote through a real server, and what is counted is what they sent."""

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
    third = server.run("rehearse", "1", "--voters", "1", "--server", server.address)
    assert third.returncode == 1
    assert "没有" in third.stderr
    second = server.run("serve")
    assert second.returncode == 1
    assert "已被占用" in second.stderr
    server.end(signal.SIGTERM)
