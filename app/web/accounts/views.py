"""Signing in and out, passwords, and who is on the staff."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as login_cookie
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import service
from app.accounts.guards import access, own_path, public, public_form
from app.accounts.models import Staff
from app.accounts.passwords import SHORTEST, fresh_password
from app.accounts.roles import Role
from app.extensions import limiter, only_shown
from app.refused import Refused
from app.web.accounts.forms import ChangeStaffForm, NewStaffForm, PasswordForm, SignInForm
from app.web.kept import asked_again, carried, goes_on
from app.web.refusals import sentence

blueprint = Blueprint("accounts", __name__)

UNPROCESSABLE = 422
FAILURES_OF_ONE_NAME = "8 per 5 minutes"
FAILURES_OF_AN_ADDRESS = "100 per 5 minutes"

Page = str | AnyResponse | tuple[str, int]


def _name_at_address() -> str:
    typed = service.plain_username(request.form.get("username", ""))[:100]
    return f"{get_remote_address()} {typed}"


def _whoever_is_signed_in() -> str:
    return str(current_user.id)


def _failed(response: Response) -> bool:
    return response.status_code == UNPROCESSABLE


@blueprint.get("/sign-in")
@public
def sign_in() -> Page:
    """Ask for name and password; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")))
    return render_template("accounts/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@limiter.limit(FAILURES_OF_ONE_NAME, key_func=_name_at_address, deduct_when=_failed)
@limiter.limit(FAILURES_OF_AN_ADDRESS, deduct_when=_failed)
@public_form
def sign_in_post() -> Page:
    """Sign in. Only failures count towards the limit: a hall may share one address.

    A form that was being sent as the login ended goes on to where it was entered.
    """
    form, kept = SignInForm(), carried()
    if form.validate() and not only_shown():
        try:
            begin_login(service.authenticate(form.username.data, form.password.data))
        except Refused as refused:
            form.form_errors.append(sentence(refused))
        else:
            return goes_on(kept) if kept else redirect(own_path(request.args.get("next")))
    if kept:
        return asked_again(form, kept), UNPROCESSABLE
    return render_template("accounts/sign_in.html", form=form), UNPROCESSABLE


def begin_login(staff: Staff) -> None:
    """Start a login in an emptied cookie: nothing a stranger put there before lives on."""
    language = login_cookie.get("locale")
    login_cookie.clear()
    if language:
        login_cookie["locale"] = language
    login_user(staff)


@blueprint.post("/sign-out")
@access(*Role, while_password_due=True, shown_again=False)
def sign_out() -> Page:
    """End the login."""
    logout_user()
    flash(_("You are signed out."), "good")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/password")
@access(*Role, while_password_due=True)
def change_password() -> Page:
    """Ask for a new password of one's own."""
    return render_template("accounts/password.html", form=PasswordForm(), least=SHORTEST)


@blueprint.post("/password")
@limiter.limit(FAILURES_OF_ONE_NAME, key_func=_whoever_is_signed_in, deduct_when=_failed)
@access(*Role, while_password_due=True)
def change_password_post() -> Page:
    """Change one's own password: this login goes on, all others of this person end."""
    form = PasswordForm()
    if form.validate():
        try:
            staff = service.change_own_password(current_user.id, form.current.data, form.new.data)
        except Refused as refused:
            fault = form.current if refused.reason == "password_wrong" else form.new
            fault.errors = [sentence(refused)]
        else:
            begin_login(staff)
            flash(_("Your password is changed."), "good")
            return redirect(own_path(None))
    return render_template("accounts/password.html", form=form, least=SHORTEST), UNPROCESSABLE


@blueprint.get("/staff")
@access(Role.ADMINISTRATOR)
def staff() -> Page:
    """List everybody who may sign in, or once could."""
    return render_template("accounts/staff.html", everybody=service.all_staff())


@blueprint.get("/staff/new")
@access(Role.ADMINISTRATOR)
def new_staff() -> Page:
    """Ask who is to be taken on."""
    return render_template("accounts/new_staff.html", form=NewStaffForm())


@blueprint.post("/staff/new")
@access(Role.ADMINISTRATOR)
def new_staff_post() -> Page:
    """Take somebody on; their first password is shown this once."""
    form = NewStaffForm()
    if form.validate():
        password = fresh_password()
        try:
            taken_on = service.create_staff(
                form.username.data, form.display_name.data, Role(form.role.data), password
            )
        except Refused as refused:
            form.username.errors = [sentence(refused)]
        else:
            return _handover(taken_on, password)
    return render_template("accounts/new_staff.html", form=form), UNPROCESSABLE


@blueprint.get("/staff/<int:staff_id>")
@access(Role.ADMINISTRATOR)
def one_staff(staff_id: int) -> Page:
    """Show one person, to be changed."""
    person = service.find_staff(staff_id)
    return render_template("accounts/one_staff.html", person=person, form=_form_of(person))


@blueprint.post("/staff/<int:staff_id>")
@access(Role.ADMINISTRATOR)
def change_staff(staff_id: int) -> Page:
    """Change what somebody is called and trusted with."""
    person = service.find_staff(staff_id)
    form = _form_of(person)
    if form.validate():
        service.change_staff(staff_id, form.display_name.data, Role(form.role.data))
        flash(_("Saved."), "good")
        return redirect(url_for("accounts.staff"))
    return render_template("accounts/one_staff.html", person=person, form=form), UNPROCESSABLE


def _form_of(person: Staff) -> ChangeStaffForm:
    return ChangeStaffForm(display_name=person.display_name, role=person.role)


@blueprint.post("/staff/<int:staff_id>/password")
@access(Role.ADMINISTRATOR)
def reset_password(staff_id: int) -> Page:
    """Replace a forgotten password; the new one is shown this once."""
    password = service.reset_password(staff_id)
    return _handover(service.find_staff(staff_id), password)


@blueprint.post("/staff/<int:staff_id>/active")
@access(Role.ADMINISTRATOR)
def set_active(staff_id: int) -> Page:
    """Let somebody go, or in again."""
    if request.form.get("active") == "yes":
        person = service.reactivate(staff_id)
        flash(_("%(name)s may sign in again.", name=person.display_name), "good")
    else:
        person = service.deactivate(staff_id)
        flash(_("%(name)s can no longer sign in.", name=person.display_name), "good")
    return redirect(url_for("accounts.staff"))


def _handover(person: Staff, password: str) -> AnyResponse:
    """Show a password once, on a page that no browser or proxy keeps."""
    page = render_template("accounts/handover.html", person=person, password=password)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
