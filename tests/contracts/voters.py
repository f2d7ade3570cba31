"""A server to be killed: `voters.py URL FOLDER BOX FILE` votes with the cards of a file.

It prints each receipt once it was acknowledged; whoever reads a line may rely on it.
"""

import sys
import threading
from pathlib import Path

from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from tests.conftest import make_app

THREADS = 8


def main(url: str, folder: str, box_id: int, cards: list[str]) -> None:
    app = make_app(url, Path(folder))
    telling = threading.Lock()

    def vote(mine: list[str]) -> None:
        with app.app_context():
            for card in mine:
                code, receipt = card.split("/")
                cast(admit(code), box_id, b"x--", receipt)
                with telling:
                    print(receipt, flush=True)

    for n in range(THREADS):
        threading.Thread(target=vote, args=(cards[n::THREADS],)).start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]).read_text().split())
