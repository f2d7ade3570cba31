"""Several people at the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable, Sequence

from flask import Flask

from app.extensions import db
from app.refused import Refused


def at_once(app: Flask, *acts: Callable[[], object]) -> Sequence[object]:
    """Do all acts at the same time; return what each returned, or the reason it was refused.

    Whatever else was raised is returned too, so that a test can say that there was none.
    """
    answers: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def do(index: int) -> None:
        with app.app_context():
            start.wait()
            try:
                answers[index] = acts[index]()
            except Refused as refused:
                answers[index] = refused.reason
            except Exception as error:  # noqa: BLE001  (the test says what may not be raised)
                answers[index] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
