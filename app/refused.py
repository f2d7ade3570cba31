"""The one way the service says no."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """A request that the rules do not allow, with the reason as a word.

    `reason` is a stable snake_case identifier ("already_in_the_box", "no_quorum"); `facts` are
    the figures its sentence needs. The sentence itself lives in `app/web/refusals.py` and the
    catalogues, never here, so that it can be said in the reader's language.
    """

    def __init__(self, reason: str, /, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts: Mapping[str, Any] = facts
