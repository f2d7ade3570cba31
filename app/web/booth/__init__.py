"""The deputy's phone: one scan for the session, the paper, the review, the receipt.

The code in the address is all that a phone brings: no cookie, no token, no account. Nothing here
goes through the ORM, and GET spends nothing (link previews fetch too).
"""

from app.web.booth.papers import preview
from app.web.booth.views import booth

__all__ = ["booth", "preview"]
