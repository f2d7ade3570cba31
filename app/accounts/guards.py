"""The doors: every endpoint declares who may enter, and one gate asks before each request.

A declaration is a mark on the view function, put there by `access`, `public` or `ticket_holder`.
The gate refuses whoever the mark does not name, and the application does not start while an
endpoint has none (`assert_all_declared`).

A form must also bring the token of the login it was made for. One that our own page sent with a
token of an earlier login is not thrown away: its view shows it again, and can do nothing else
(`app.extensions.only_show`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from app.accounts.roles import Role, opens
from app.accounts.service import of_login
from app.extensions import csrf, login, only_show

View = TypeVar("View", bound=Callable[..., Any])


class LoginEndedError(Unauthorized):
    """Somebody sent a form of ours after their login had ended; what they entered is with it."""


class Keeper(StrEnum):
    """Who keeps a door: the gate by role, nobody, or the view, which asks the box."""

    ROLE = "role"
    NOBODY = "nobody"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Door:
    """Who may enter a view. `roles` is empty unless the keeper is the role.

    A form that is `shown_again` is kept where its token is stale; its view does nothing but
    through a transaction.
    """

    keeper: Keeper
    roles: frozenset[Role] = frozenset()
    while_password_due: bool = False
    shown_again: bool = False

    def admits(self, role: Role) -> bool:
        """Whether a signed-in member of the staff of this role may enter."""
        return self.keeper is not Keeper.ROLE or opens(role, self.roles)


def _declare(view: View, door: Door) -> View:
    view.door = door  # type: ignore[attr-defined]  # functools.wraps carries it outwards
    return view


def access(
    *roles: Role, while_password_due: bool = False, shown_again: bool = True
) -> Callable[[View], View]:
    """Declare that a view is for these roles and for the roles that include them.

    `while_password_due` lets in also who must change a password first: only the pages for that.
    `shown_again` is False for a view that does something without a transaction.
    """
    if not roles:
        raise TypeError("access() needs the roles that may enter")
    door = Door(Keeper.ROLE, frozenset(roles), while_password_due, shown_again)
    return lambda view: _declare(view, door)


def public(view: View) -> View:
    """Declare that anybody may enter."""
    return _declare(view, Door(Keeper.NOBODY))


def public_form(view: View) -> View:
    """Declare that anybody may enter, and that a form with a stale token is shown again."""
    return _declare(view, Door(Keeper.NOBODY, shown_again=True))


def ticket_holder(view: View) -> View:
    """Declare that the view itself asks the box to admit the ticket it is given."""
    return _declare(view, Door(Keeper.TICKET))


def door_of(app: Flask, endpoint: str) -> Door | None:
    """Return what an endpoint declares; static files are public by nature."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Door(Keeper.NOBODY)
    door = getattr(app.view_functions.get(endpoint), "door", None)
    return door if isinstance(door, Door) else None


def assert_all_declared(app: Flask) -> None:
    """Refuse to start with a door nobody keeps; raises RuntimeError naming the endpoints."""
    open_doors = sorted(name for name in app.view_functions if door_of(app, name) is None)
    if open_doors:
        raise RuntimeError(f"endpoints that do not declare who may enter: {', '.join(open_doors)}")


def may_enter(endpoint: str) -> bool:
    """Whether the endpoint exists and its door admits whoever asks now (for links to it)."""
    door = door_of(current_app, endpoint)
    if door is None:
        return False
    if door.keeper is not Keeper.ROLE:
        return True
    return bool(current_user.is_authenticated) and door.admits(Role(current_user.role))


def from_our_page() -> bool:
    """Whether a browser says that a page of this very site sent what it sends.

    Every browser says so of a form; one that says nothing is not believed. No page elsewhere can
    make a browser say it (https://www.rfc-editor.org/rfc/rfc6454, Fetch Metadata).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_here(request.headers.get("Origin") or request.referrer or "")


def is_here(address: str) -> bool:
    """Whether an address that a header names is of this very site; one that is none is not.

    Behind TLS a page that came without is not ours: whoever is on the line could have written it.
    """
    try:
        said = urlsplit(address)
    except ValueError:
        return False
    return said.netloc == request.host and (said.scheme == "https" or not request.is_secure)


def _follows_by_itself() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def token() -> None:
    """Ask a form for its token; a stale one of our own page may only be shown again."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        door = door_of(current_app, request.endpoint or "")
        if door and door.keeper is Keeper.ROLE and not current_user.is_authenticated:
            return  # nobody's login is abused, and the gate shows the way to the sign-in
        if door is None or not door.shown_again or _follows_by_itself() or not from_our_page():
            raise
        only_show()


def gate() -> Response | None:
    """Ask the door of the endpoint before each request; None lets the request through."""
    if request.endpoint is None:
        return None  # nothing lives there: a 404 follows
    door = door_of(current_app, request.endpoint)
    if door is None:
        raise RuntimeError(f"{request.endpoint} does not declare who may enter")
    if door.keeper is not Keeper.ROLE:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in(door)
    if not door.admits(Role(current_user.role)):
        abort(403)
    if current_user.must_change_password and not door.while_password_due:
        return redirect(url_for("accounts.change_password"))
    return None


def _to_sign_in(door: Door) -> Response:
    """Show the way to the sign-in page, and back to a page that can be asked for again."""
    if _follows_by_itself():
        abort(401)  # a part that follows along by itself must not get the sign-in page
    if request.method == "POST" and door.shown_again and from_our_page():
        raise LoginEndedError
    back = request.full_path.removesuffix("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def own_path(asked: str | None, otherwise: str = "/") -> str:
    r"""Return a path of this site to go on to, or `otherwise`.

    Whatever a browser might take for another host is refused: a scheme, `//host`, `/\host`, and
    the control characters that browsers strip before they read an address.
    """
    if not asked or not asked.startswith("/") or asked.startswith("//"):
        return otherwise
    if "\\" in asked or not asked.isprintable():
        return otherwise
    return asked


def init_guards(app: Flask) -> None:
    """Put token and gate before every request, and know whose login a cookie is."""
    login.user_loader(of_login)
    app.before_request(token)
    app.before_request(gate)
