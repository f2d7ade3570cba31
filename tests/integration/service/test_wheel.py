"""A wheel carries all that the service needs: it is built, unpacked elsewhere, and used."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(HOUSE)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_everything_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "templates/base.html",
        "templates/booth/waiting.html",
        "app/static/booth/booth.css",
        "app/migrations/env.py",
        "app/translations/zh_Hans/LC_MESSAGES/messages.mo",
        "app/translations/en/LC_MESSAGES/messages.mo",
        "app/printing/fonts/NotoSansSC-Regular.ttf",
        "app/printing/fonts/NotoSerifSC-Bold.ttf",
        "app/reports/type/document.typ",
        "app/reports/type/slides.typ",
        "app/demonstration/projects.csv",
        "voting/paper.schema.json",
    } <= inside
    assert not [name for name in inside if name.startswith(("tests/", "bench/"))]


def test_it_serves_where_no_checkout_is(wheel: Path, tmp_path: Path) -> None:
    """Unpacked on the path before the checkout, as an installation would find it."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import app; assert app.__file__.startswith(sys.argv[1]), app.__file__\n"
        "from app.config import Settings\n"
        "from app.factory import create_app\n"
        "from app.migrating import upgrade\n"
        "from app.demonstration import demonstrate\n"
        "settings = Settings.from_env({'PIAOJUE_INSTANCE': sys.argv[2]})\n"
        "made = create_app(settings)\n"
        "with made.app_context():\n"
        "    upgrade(settings); lines = demonstrate()\n"
        "    from app.rehearsal import rehearsal_codes\n"
        "    code = rehearsal_codes(1).read_text().split()[0]\n"
        "page = made.test_client().get('/b/' + code)\n"
        "assert page.status_code == 200 and '票' in page.get_data(as_text=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site"), str(tmp_path / "instance")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
