"""The list of receipts on a phone: every deputy can see that their ballot was counted."""

from collections.abc import Sequence
from typing import Any

from app.ballotbox.codes import printed_receipt, read_receipt
from app.web.booth.phone import language


def look_for(typed: str, receipts: Sequence[str]) -> dict[str, Any]:
    """Return what the page shows: all receipts, what was typed, and whether it is among them.

    `found` is None where nothing was looked for; text that cannot be a receipt is not among them.
    """
    found: bool | None = None
    wanted = ""
    if typed.strip():
        try:
            wanted = read_receipt(typed)
        except ValueError:
            wanted = ""
        found = wanted in receipts
    return {
        "receipts": [printed_receipt(receipt) for receipt in receipts],
        "typed": typed[:60],
        "found": found,
        "mine": printed_receipt(wanted) if found else "",
        "lang": language().get("lang", ""),
    }
