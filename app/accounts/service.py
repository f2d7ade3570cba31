"""The staff's own transactions: taking on, changing, letting go, passwords."""

import unicodedata

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Staff, login_trace
from app.accounts.passwords import fresh_password, hashed, matches, refuse_weak
from app.accounts.roles import Role
from app.extensions import db, transaction
from app.refused import Refused


def plain_username(typed: str) -> str:
    """Return the name as it is stored: full-width letters, case and spaces do not tell apart."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def create_staff(
    username: str,
    display_name: str,
    role: Role,
    password: str,
    *,
    must_change_password: bool = True,
) -> Staff:
    """Take somebody on.

    Raises Refused("username_taken", username), Refused("name_missing"), or what `refuse_weak`
    says of the password.
    """
    username, display_name = plain_username(username), display_name.strip()
    if not username or not display_name:
        raise Refused("name_missing")
    refuse_weak(password, username)
    staff = Staff(
        username=username,
        display_name=display_name,
        role=role,
        password_hash=hashed(password),
        must_change_password=must_change_password,
    )
    try:
        with transaction() as writing:
            writing.add(staff)
            writing.flush()
    except IntegrityError:
        raise Refused("username_taken", username=username) from None
    return staff


def all_staff() -> list[Staff]:
    """Return everybody, those who may sign in first, by name."""
    return list(db.session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.username)))


def find_staff(staff_id: int) -> Staff:
    """Return one person; raises Refused("staff_unknown")."""
    staff = db.session.get(Staff, staff_id)
    if staff is None:
        raise Refused("staff_unknown")
    return staff


def authenticate(username: str, password: str) -> Staff:
    """Return who signs in with this name and password.

    Raises Refused("sign_in_wrong"), the same and after the same work for an unknown name, a
    wrong password and somebody who has left.
    """
    staff = _of_username(username)
    known = matches(password, staff.password_hash if staff else None)
    if staff is None or not known or not staff.active:
        raise Refused("sign_in_wrong")
    return staff


def of_login(login_id: str) -> Staff | None:
    """Return whose login cookie this is, or None once it is no longer worth anything."""
    number, _, trace = login_id.partition(":")
    staff = db.session.get(Staff, int(number)) if number.isdecimal() else None
    if staff is None or not staff.active or trace != login_trace(staff.password_hash):
        return None
    return staff


def change_own_password(staff_id: int, current: str, new: str) -> Staff:
    """Set the password that its owner chose; every other login of theirs ends.

    Raises Refused("password_wrong"), Refused("password_unchanged") or what `refuse_weak` says.
    """
    staff = find_staff(staff_id)
    if not matches(current, staff.password_hash):
        raise Refused("password_wrong")
    if current == new:
        raise Refused("password_unchanged")
    return set_password(staff_id, new, must_change_password=False)


def set_password(staff_id: int, new: str, *, must_change_password: bool) -> Staff:
    """Set a password; every login made with the old one ends. Raises what `refuse_weak` says."""
    refuse_weak(new, find_staff(staff_id).username)
    password_hash = hashed(new)  # slow on purpose, so outside the transaction
    with transaction():
        staff = find_staff(staff_id)
        staff.password_hash = password_hash
        staff.must_change_password = must_change_password
    return staff


def reset_password(staff_id: int) -> str:
    """Replace a forgotten password; return the one to hand over, to be changed at sign-in."""
    password = fresh_password()
    set_password(staff_id, password, must_change_password=True)
    return password


def change_staff(staff_id: int, display_name: str, role: Role) -> Staff:
    """Change what somebody is called and trusted with.

    Raises Refused("name_missing"), Refused("last_administrator").
    """
    display_name = display_name.strip()
    if not display_name:
        raise Refused("name_missing")
    with transaction() as writing:
        staff = find_staff(staff_id)
        if role is not Role.ADMINISTRATOR:
            _refuse_without_administrator(writing, staff)
        staff.display_name = display_name
        staff.role = role
    return staff


def deactivate(staff_id: int) -> Staff:
    """Let somebody go: their logins end at once. Raises Refused("last_administrator")."""
    with transaction() as writing:
        staff = find_staff(staff_id)
        _refuse_without_administrator(writing, staff)
        staff.active = False
    return staff


def reactivate(staff_id: int) -> Staff:
    """Let somebody in again, with the password they had."""
    with transaction():
        staff = find_staff(staff_id)
        staff.active = True
    return staff


def _of_username(typed: str) -> Staff | None:
    return db.session.scalars(
        select(Staff).where(Staff.username == plain_username(typed))
    ).one_or_none()


def _refuse_without_administrator(writing: Session, staff: Staff) -> None:
    """Refuse to lose the last one who can let others in.

    The rows are locked (SQLite locks the whole database), or two administrators could each let
    the other go at the same time.
    """
    administrators = writing.scalars(
        select(Staff)
        .where(Staff.role == Role.ADMINISTRATOR, Staff.active)
        .order_by(Staff.id)
        .with_for_update()
    ).all()
    if [staff] == list(administrators):
        raise Refused("last_administrator")
