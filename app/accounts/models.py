"""The staff: who signs in at the desk. Deputies never do; they hold tickets."""

import hashlib

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.roles import Role
from app.extensions import Model


class Staff(UserMixin, Model):  # type: ignore[misc]  # flask-login carries no types
    """A member of the staff and what they were trusted with.

    Nobody is deleted: the log of acts names them. Who has left is no longer `active`.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role.value) for role in Role)})", name="role"),
        CheckConstraint("length(username) > 0 AND length(display_name) > 0", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in (asked by Flask-Login)."""
        return self.active

    def get_id(self) -> str:
        """Return what the login cookie carries: the person and a trace of the password.

        A new password changes the trace, so every login made with the old one ends.
        """
        return f"{self.id}:{login_trace(self.password_hash)}"


def login_trace(password_hash: str) -> str:
    """Return 32 hexadecimal digits that change when the password does and tell nothing of it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
