"""What every answer forbids the browser."""

import gzip

from flask import Flask, url_for


def test_no_page_may_load_from_elsewhere_or_stand_in_a_frame(site: Flask) -> None:
    answer = site.test_client().get("/sign-in", follow_redirects=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_static_file_is_kept_under_the_address_of_its_content(site: Flask) -> None:
    with site.test_request_context():
        address = url_for("static", filename="booth/booth.css")
    assert "?v=" in address
    with site.test_client().get(address) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_static_text_goes_compressed_to_whoever_takes_it(site: Flask) -> None:
    plain = site.test_client().get("/static/booth/booth.js", headers={"Accept-Encoding": ""})
    small = site.test_client().get("/static/booth/booth.js", headers={"Accept-Encoding": "gzip"})
    with plain, small:
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == plain.data
        assert len(small.data) * 2 < len(plain.data)
        assert small.content_length == len(small.data)
        assert "Accept-Encoding" in small.headers["Vary"]
        assert "Vary" in plain.headers
