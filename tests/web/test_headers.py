"""What every answer forbids the browser."""

from flask import Flask


def test_no_page_may_load_from_elsewhere_or_stand_in_a_frame(site: Flask) -> None:
    answer = site.test_client().get("/sign-in", follow_redirects=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
