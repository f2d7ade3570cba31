"""A form that was being sent when its login had ended: nothing of what was entered is lost.

It is kept in the page of the very browser it was typed in, never on the server: the page that
asks to sign in carries it in hidden fields, and leads on to the form, which shows it again. Nothing
is done until somebody presses the button of the form itself once more. Only what our own page sent
is kept (`from_our_page`), and only our own page carries it on: what another site wrote can neither
begin the way through a sign-in nor be slipped in halfway. Passwords and files are not carried.

Whoever signs in goes on with what stands on their screen, under their own name, which is said, and
as far as their own role goes.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Flask, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.guards import LoginEndedError, from_our_page, is_here, own_path
from app.extensions import OnlyShownError, only_shown
from app.web.accounts.forms import SignInForm

SECRETS = frozenset({"password", "current", "new", "again"})
"""Every field of the house that a password is typed into."""
MOST_BYTES = 1_900_000
"""Of what is kept, as it is sent: more could not be sent once more."""
MOST_FIELDS = 5_000
"""Many times those of the largest form: strangers send them by the hundred thousand."""

_PATH, _PAGE, _FILES, _FIELD = "kept-path", "kept-page", "kept-files", "kept."
_FILE_AGAIN = _l("The file must be chosen once more: no browser hands it on.")
_OURS = frozenset({"csrf_token", _PATH, _PAGE, _FILES})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was being sent: to which path, from which page, its fields, whether a file with it."""

    path: str
    page: str
    fields: tuple[tuple[str, str], ...]
    files: bool

    @property
    def onward(self) -> list[tuple[str, str]]:
        """The fields that go on to the form itself."""
        return [*self.fields, *self.marks]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The fields that tell of the page and of files when the form is sent on."""
        return [(_PAGE, self.page), *([(_FILES, "yes")] if self.files else [])]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields by which the sign-in carries all of it."""
        fields = [(_FIELD + name, value) for name, value in self.fields]
        return [(_PATH, self.path), *self.marks, *fields]

    @property
    def too_large(self) -> bool:
        """Whether it cannot be carried."""
        return len(self.fields) > MOST_FIELDS or len(urlencode(self.hidden)) > MOST_BYTES


def carried() -> Kept | None:
    """Return what the sign-in form of our own page carries, if anything.

    Its token alone is no proof: a neighbour of our host can plant a cookie of its own, and with it
    a token that fits.
    """
    path = own_path(request.form.get(_PATH), "")
    if not path or not from_our_page():
        return None
    fields = [
        (name.removeprefix(_FIELD), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_FIELD)
    ]
    kept = Kept(path, _page(), tuple(fields), _FILES in request.form)
    return None if kept.too_large else kept


def _sent_now() -> Kept:
    """Return what this request sends, without passwords and files."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _OURS and name not in SECRETS
    ]
    return Kept(request.full_path.removesuffix("?"), _page(), tuple(fields), _with_files())


def _page() -> str:
    """Return the path of the page that the form stood on."""
    there = ""
    if is_here(said := request.referrer or ""):
        there = urlunsplit(urlsplit(said)._replace(scheme="", netloc="", fragment=""))
    return own_path(request.form.get(_PAGE) or there)


def _with_files() -> bool:
    return _FILES in request.form or any(file.filename for file in request.files.values())


def asked_again(form: SignInForm, kept: Kept) -> str:
    """Render the sign-in that carries what was entered."""
    return render_template("accounts/kept.html", form=form, kept=kept)


def goes_on(kept: Kept) -> str:
    """Render the way from a new login back to the form: nothing is done by going it."""
    return render_template("accounts/goes_on.html", kept=kept)


def on_login_ended(_error: LoginEndedError) -> Any:
    """Ask who sent a form after their login had ended to sign in, and keep the form meanwhile."""
    kept = _sent_now()
    if kept.too_large:
        return render_template("accounts/too_much.html"), HTTPStatus.UNAUTHORIZED
    return asked_again(SignInForm(formdata=None), kept), HTTPStatus.UNAUTHORIZED


def why_again() -> list[str]:
    """Say above a form that is shown again why nothing was done; nothing for any other page."""
    if not only_shown():
        return []
    if not current_user.is_authenticated:
        if request.endpoint != "accounts.sign_in_post":
            return []  # the page that keeps the form says it itself
        return [_("This page was open for too long. Please sign in once more.")]
    said = _(
        "You have signed in again meanwhile, so nothing is saved yet. All that you entered stands "
        "here: please look it over and press the button once more. You are signed in as %(name)s.",
        name=current_user.display_name,
    )
    return [said, str(_FILE_AGAIN)] if _with_files() else [said]


def on_only_shown(_error: OnlyShownError) -> Response:
    """Give way to `_not_done`: a view was about to do something that may only be shown."""
    return Response(status=HTTPStatus.NO_CONTENT)


def _not_done(answer: Response) -> Response:
    """Lead back to the page of a button that enters nothing; say that nothing was done."""
    if not only_shown() or answer.status_code >= HTTPStatus.BAD_REQUEST:
        return answer
    flash(
        _("You have signed in again meanwhile, so nothing was done. Please press once more."),
        "warn",
    )
    return redirect(_page(), HTTPStatus.SEE_OTHER)


def init_kept(app: Flask) -> None:
    """Keep what is being sent, whichever way its login ended."""
    app.jinja_env.globals["why_again"] = why_again
    app.register_error_handler(LoginEndedError, on_login_ended)
    app.register_error_handler(OnlyShownError, on_only_shown)
    app.after_request(_not_done)
