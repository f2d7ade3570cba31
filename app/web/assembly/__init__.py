"""Who sits, as pages of the desk: sessions, the roster, the check-in desk, badges."""

from app.web.assembly import badges, checkin, conduct, deputies, roster, sessions
from app.web.assembly.room import assembly

__all__ = ["assembly", "badges", "checkin", "conduct", "deputies", "roster", "sessions"]
