"""Ticket cards measured: time beside the plain way, memory, and every code read back.

    python bench/cards.py --cards 3000

The plain way is what a tutorial gives: `qrcode.make` for each card and the image drawn beside
the same words. Both run in this process one after the other, so their ratio holds where the
seconds drift; the plain way prints fewer cards, scaled per card. Ends with status 1 where a
code does not read back, or where time or memory pass what issue 2 allows.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.ballotbox.codes import new_code, printed
from app.printing.cards import GRID, CardSheet, TicketCard, ticket_cards

ADDRESS = "http://192.168.1.100:8000"
WORDS = CardSheet(
    title="松阳县第十七届人民代表大会第五次会议 民生实事项目票决",
    how_to_use=f"微信扫一扫，或在浏览器打开 {ADDRESS}/b 输入票码",
    secret="一人一卡，无记名；请勿拍照或转交",
    code_label="票码",
    spare="备用",
)
SECONDS, MEGABYTES = 8, 100


def some(count: int) -> list[TicketCard]:
    codes = [new_code() for _ in range(count)]
    return [
        TicketCard(f"{ADDRESS}/b/{code}", printed(code), spare=at % 20 == 0)
        for at, code in enumerate(codes)
    ]


def ours(cards: list[TicketCard]) -> bytes:
    return ticket_cards(cards, WORDS)


def plain(cards: list[TicketCard]) -> bytes:
    import qrcode
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    from app.printing.lettering import BOLD, REGULAR, register

    register()
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    places = list(GRID.places())
    for at, card in enumerate(cards):
        x, y = places[at % GRID.size]
        image = qrcode.make(card.url, error_correction=qrcode.ERROR_CORRECT_M).get_image()
        canvas.drawImage(ImageReader(image), x, y + 40, 108, 108)
        canvas.setFont(BOLD, 12)
        canvas.drawString(x + 14, y + 170, WORDS.title)
        canvas.setFont(BOLD, 16)
        canvas.drawString(x + 120, y + 90, card.code)
        canvas.setFont(REGULAR, 8)
        canvas.drawString(x + 14, y + 25, WORDS.how_to_use)
        canvas.drawString(x + 14, y + 12, WORDS.secret)
        if at % GRID.size == GRID.size - 1:
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def peak(count: int) -> float:
    """Return the most memory, in MB, of a process of its own that prints that many cards."""
    program = (
        "import resource, runpy, sys\n"
        f"bench = runpy.run_path({__file__!r})\n"
        f"bench['ours'](bench['some']({count}))\n"
        "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(most / 2**20 if sys.platform == 'darwin' else most / 2**10)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return float(ran.stdout)


def read_back(pdf: bytes) -> list[str]:
    """Return what a decoder reads from each page at 150 dpi."""
    import pypdfium2
    import zxingcpp

    found: list[str] = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        image = page.render(scale=150 / 72, grayscale=True).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    return found


def seconds(
    job: Callable[[list[TicketCard]], bytes], cards: list[TicketCard]
) -> tuple[float, bytes]:
    started = perf_counter()
    pdf = job(cards)
    return perf_counter() - started, pdf


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cards", type=int, default=3_000)
    arguments.add_argument("--plain", type=int, default=240, help="cards printed the plain way")
    chosen = arguments.parse_args()

    ours(some(8))  # both ways find the faces loaded
    cards = some(chosen.cards)
    taken, pdf = seconds(ours, cards)
    plainly, plain_pdf = seconds(plain, cards[: chosen.plain])
    each, plain_each = taken / len(cards), plainly / min(chosen.plain, len(cards))
    most = peak(chosen.cards)
    print(f"{len(cards):,} cards in {taken:.2f} s, {1000 * each:.2f} ms a card")
    print(f"the plain way: {1000 * plain_each:.2f} ms a card, ratio {plain_each / each:.1f}")
    print(
        f"file: {len(pdf) / len(cards):,.0f} bytes a card, the plain way "
        f"{len(plain_pdf) / min(chosen.plain, len(cards)):,.0f}"
    )
    print(f"peak memory of the process: {most:.0f} MB")

    started = perf_counter()
    found = read_back(pdf)
    missing = {card.url for card in cards} - set(found)
    wrong = set(found) - {card.url for card in cards}
    print(
        f"read back from 150 dpi: {len(set(found) - wrong):,} of {len(cards):,}, "
        f"{len(wrong)} wrong, in {perf_counter() - started:.0f} s"
    )
    failed = bool(missing or wrong or len(found) != len(cards))
    return int(failed or taken > SECONDS or most > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
