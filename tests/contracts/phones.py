"""A process of its own that votes with every card of a file: `phones.py URL FOLDER BOX FILE N`.

Run several times at once against one database, it is several servers with the same cards. It
prints, as JSON, the answer to each card and the receipts that were acknowledged.
"""

import json
import random
import sys
import threading
from pathlib import Path

from app.ballotbox.admission import admit
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.refused import Refused
from tests.conftest import make_app

THREADS = 8


def main(url: str, folder: str, box_id: int, codes: list[str], seed: int) -> None:
    app = make_app(url, Path(folder))
    random.Random(seed).shuffle(codes)
    answers: dict[str, str] = {}
    receipts: list[str] = []
    print("ready", flush=True)
    sys.stdin.readline()

    def vote(mine: list[str]) -> None:
        with app.app_context():
            for code in mine:
                receipt = new_receipt()
                try:
                    cast(admit(code), box_id, b"x--", receipt)
                    answers[code] = "in"
                    receipts.append(receipt)
                except Refused as refused:
                    answers[code] = refused.reason

    threads = [threading.Thread(target=vote, args=(codes[n::THREADS],)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"answers": answers, "receipts": receipts}), flush=True)


if __name__ == "__main__":
    main(
        sys.argv[1],
        sys.argv[2],
        int(sys.argv[3]),
        Path(sys.argv[4]).read_text().split(),
        int(sys.argv[5]),
    )
