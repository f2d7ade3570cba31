"""A session to try everything on: a congress of 327 in rehearsal, 30 projects, cards in hand."""

from app.demonstration.congress import demonstrate

__all__ = ["demonstrate"]
