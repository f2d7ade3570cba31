"""No log ever holds what opens a card: an address of the booth is its code (promise 6).

Nor a receipt of an open questionnaire, beside which the log of a server has a time and an address.
"""

import logging
import re
import traceback

CARD = re.compile(r"/([bq])/[^\s\[\"']+")


class Discreet(logging.Filter):
    """Takes the codes out of records about the booth, and out of errors whatever they quote.

    Where an error was raised is told by its frames, and what it was by its kind; its message
    could hold a code, a receipt or marks and is left out.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record that names an address of the booth; let every record pass."""
        message = record.getMessage()
        if not CARD.search(message):
            return True
        record.msg, record.args = CARD.sub(r"/\1/…", message), ()
        if record.exc_info:
            kind, _error, frames = record.exc_info
            name = "" if kind is None else kind.__name__
            record.exc_text = "".join([*traceback.format_tb(frames), name])
            record.exc_info = None
        return True


DISCREET = Discreet()


def keep_codes_out_of_logs(logger: logging.Logger) -> None:
    """Put the filter on the application's log and on that of the plain server."""
    for each in (logger, logging.getLogger("waitress")):
        each.addFilter(DISCREET)
