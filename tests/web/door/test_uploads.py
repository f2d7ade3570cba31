"""Files that are not what they say: every form that takes one refuses them, whole and in words."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app.accounts.roles import Role
from app.ballotbox.domain import Stage
from app.refused import Refused
from evaluation.materials import Slot, read_material
from tests.integration.evaluation.evaluations import PDF
from tests.unit.intake.workbooks import rezipped, workbook
from tests.web.door.forms import Form
from tests.web.door.house import House
from tests.web.door.test_who_enters import rows_of

HOUSE = Path(__file__).parents[3]
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]><worksheet>&j;</worksheet>"
)
OUTSIDE_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<worksheet>&x;</worksheet>"
)


def bomb(name: str, size: int = 300_000_000) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open(name, "w") as part:
            for _ in range(size // 1_000_000):
                part.write(bytes(1_000_000))
    return written.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that unpacks to so many points."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, kind)
    return written.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SHEET = "xl/worksheets/sheet1.xml"
NASTY = {
    "nothing": b"",
    "bomb": bomb(SHEET),
    "bomb beside": bomb("xl/media/image1.png"),
    "billion laughs": rezipped(workbook(["编号", "姓名"]), {SHEET: BILLION_LAUGHS.encode()}),
    "entity from outside": rezipped(workbook(["编号"]), {SHEET: OUTSIDE_ENTITY.encode()}),
    "a zip in a zip": rezipped(workbook(["a"]), {SHEET: bomb(SHEET, 50_000_000)}),
    "a damaged zip": workbook(["编号", "姓名"], ["1", "张三"])[:-30],
    "commas": b"," * 9_000_000,
    "lines": b"\n" * 9_000_000 + b"x",
    "wide": ("编号,姓名" + ",x" * 20_000 + "\n" + "1,张三\n" * 100).encode(),
    "nul": "编号,姓名\n1,张\0三\n".encode(),
    "half a letter": "编号,姓名\n1,张三".encode("gb18030")[:-1],
    "svg": SVG,
    "page": b"<html><script>alert(1)</script><table><tr><td>1</table></html>",
    "program": b"MZ" + bytes(range(256)) * 40,
    "gif with a page": b"GIF89a<script>alert(1)</script>",
    "claims too many points": png_claiming(30_000, 30_000),
    "claims an ocean": png_claiming(2**31 - 1, 2**31 - 1),
    "a head and no picture": b"\xff\xd8\xff\xe0" + SVG,
    "a png of nothing": b"\x89PNG\r\n\x1a\n",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
}
NAMES = (
    "名册.xlsx",
    "../../etc/passwd",
    'a"; filename="b.csv',
    "a%0D%0AX: y.csv",
    "x" * 3000 + ".png",
    "",
)


@pytest.fixture
def outside(house: House) -> House:
    house.app.testing = False
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    return house


@pytest.fixture
def asking(forms: list[Form]) -> list[Form]:
    """The forms that take a file, one of each kind."""
    found = {
        str(sorted(form.files)) + form.action.rpartition("/")[2]: form
        for form in forms
        if form.files
    }
    assert len({file for form in found.values() for file in form.files}) >= 5
    return list(found.values())


def post(client: FlaskClient, path: str, data: dict[str, object]) -> TestResponse:
    """Send a form; close what the browser of tests leaves to the garbage collector.

    It spools what is large to a file, which was found open in whatever test came next.
    """
    answer = client.post(path, data=data)
    answer.request.environ["wsgi.input"].close()
    return answer


@pytest.mark.parametrize("nasty", NASTY)
def test_no_form_takes_what_it_did_not_ask_for(outside, asking, nasty):
    client = outside.client(Role.ADMINISTRATOR)
    before = rows_of(outside)
    for form in asking:
        for at, field in enumerate(sorted(form.files)):
            data = {
                name: values[0] for name, values in form.fields.items() if "without" not in name
            }
            name = NAMES[at % len(NAMES)] or "x"
            sent = {**data, field: (io.BytesIO(NASTY[nasty]), name)}
            answer = post(client, form.action, sent)
            assert answer.status_code < 500, (form.action, field)
            if nasty != "nothing" or answer.status_code != 302:
                assert answer.status_code == 422, (form.action, field, answer.status_code)
            assert "Traceback" not in answer.text
    if nasty != "nothing":
        assert rows_of(outside) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_only_ever_shown(outside, name):
    client = outside.client(Role.ADMINISTRATOR)
    sent = {"table": (io.BytesIO("编号,姓名\n777,张示范\n".encode()), name or "x")}
    answer = client.post("/desk/deputies/import", data=sent)
    assert answer.status_code == 200
    assert "X: y" not in str(answer.headers)
    assert "张示范" in client.get("/desk/deputies").text


def test_a_hundred_megabytes_are_refused_unread(outside):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, many: int = -1) -> bytes:
            Endless.given += max(many, 0)
            return bytes(max(many, 0))

    client = outside.client(Role.ADMINISTRATOR)
    answer = client.post(
        "/desk/deputies/import",
        environ_overrides={
            "wsgi.input": Endless(),
            "CONTENT_LENGTH": "100000000",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        },
    )
    assert answer.status_code == 413
    assert "10 MB" in answer.text
    assert Endless.given < 1_000_000


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/desk/deputies/new", "/sign-in"])
def test_too_much_text_is_called_text(outside, path, kind):
    client = outside.client(Role.ADMINISTRATOR)
    answer = client.post(path, data={"name": "x" * 3_000_000}, content_type=kind)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413
    assert "文字太多" in answer.text
    assert "2 MB" in answer.text
    answer = client.post(path, data={"name": "x" * 1_900_000}, content_type=kind)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 422


def test_formulas_are_text_and_stay_text(outside):
    client = outside.client(Role.ADMINISTRATOR)
    table = '编号,姓名,代表团\n801,张公式,"=HYPERLINK(""http://evil.example"")"\n802,李公式,+1+1\n'
    sent = {"table": (io.BytesIO(table.encode()), "a.csv")}
    assert client.post("/desk/deputies/import", data=sent).status_code == 200
    page = client.get("/desk/deputies").text
    assert 'href="http://evil.example"' not in page
    assert "=HYPERLINK(&#34;http://evil.example&#34;)" in page


def reason(slot: Slot, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_material(slot, content)
    return caught.value.reason


def test_a_photo_is_a_picture_and_nothing_besides():
    assert reason(Slot.PHOTO, png_claiming(30_000, 30_000)) == "picture_too_large"
    for disguised in (b"\xff\xd8\xff\xe0" + SVG, SVG, picture("GIF"), PDF):
        assert reason(Slot.PHOTO, disguised) == "picture_unreadable"
    assert reason(Slot.READING, picture("GIF")) == "reading_unreadable"
    two = picture("JPEG") + SVG + b"<script>alert(1)</script>"
    kept = read_material(Slot.PHOTO, two)
    assert kept.media_type == "image/jpeg"
    assert b"<script>" not in kept.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_to_be_read_is_drawn_anew_too(kind):
    """Hundreds of phones unpack it: what would be a bomb here would be one there."""
    kept = read_material(Slot.READING, picture(kind, (3000, 2000)) + SVG)
    assert kept.media_type == f"image/{kind.lower()}"
    assert SVG not in kept.content
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (2400, 1600)
    assert reason(Slot.READING, png_claiming(30_000, 30_000)) == "picture_too_large"
    assert reason(Slot.READING, b"\xff\xd8\xff\xe0" + SVG) == "picture_unreadable"


def test_reading_material_is_served_as_what_it_was_taken_for(outside):
    at = outside.plan.sittings["evaluation"]
    client = outside.client(Role.ORGANISER)
    where = f"/desk/evaluations/{at.boxes[Stage.DRAFTED]}/material/{at.material}"
    with client.get(where) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


MEASURE = """
import io, json, resource, sys
from app.accounts import models
from app.assembly.roster import read_roster
from app.refused import Refused
from tests.web.door.test_uploads import NASTY
from evaluation.materials import Slot, read_material
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
read_roster("编号,姓名\\n1,张三\\n".encode(), "a")
before = peak()
for name, content in NASTY.items():
    for read in (lambda c: read_roster(c, "a"), lambda c: read_material(Slot.PHOTO, c)):
        try:
            read(content)
        except Refused:
            pass
print(json.dumps({"before": before, "after": peak()}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no rusage there")
def test_no_file_takes_the_memory_that_the_vote_needs():
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    figures = json.loads(done.stdout)
    assert figures["after"] - figures["before"] < 200, figures
