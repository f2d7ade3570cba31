"""The doors of the screens: whoever has the key of a session may look, and nothing else.

No sign-in, no cookie, no form: the machine at the projector is given the link and left alone.
"""

from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask_babel import get_locale

from app.accounts.guards import public
from app.ballotbox.codes import printed, read_code
from app.extensions import db
from app.hall.feed import shell_of, snapshot_behind, stream, watch
from app.hall.scenes import View, drawn, scene_of
from app.hall.service import screen_behind
from app.hall.watch import Channel
from app.refused import Refused
from app.streaming import following

blueprint = Blueprint("hall", __name__, url_prefix="/screen")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.after_request
def keep_key(answer: Response) -> Response:
    """Let the key in the address go nowhere else, and nothing of the page into a cache."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    return answer


@blueprint.get("/<key>", defaults={"view": View.HALL}, endpoint="hall")
@blueprint.get("/<key>/table", defaults={"view": View.TABLE}, endpoint="table")
@public
def screen(key: str, view: View) -> str:
    """Show the picture of this moment; the page follows along by itself from here."""
    snapshot = snapshot_behind(key)
    if snapshot is None:
        raise Refused("unknown_screen")
    scene = scene_of(snapshot, view)
    return render_template(
        "hall/screen.html",
        snapshot=snapshot,
        scene=scene,
        view=view.value,
        key=printed(snapshot.key),
        shell=shell_of(snapshot),
        drawn=drawn(scene, snapshot),
    )


@blueprint.get("/<key>/feed", defaults={"view": View.HALL}, endpoint="hall_feed")
@blueprint.get("/<key>/table/feed", defaults={"view": View.TABLE}, endpoint="table_feed")
@public
def feed(key: str, view: View) -> Response:
    """Follow the picture as a stream of events, one connection a screen."""
    channel = Channel(read_code(screen_behind(key).key), view, str(get_locale()))
    db.session.remove()  # a stream lasts for hours: it keeps no connection of the database
    said = following(stream(watch(), channel))
    answer = current_app.response_class(said, mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front must not collect it
    return answer


@blueprint.get("/<key>/emblem")
@public
def emblem(key: str) -> Any:
    """Show the emblem of the congress."""
    picture = screen_behind(key).emblem
    if picture is None:
        raise Refused("unknown_screen")
    return current_app.response_class(picture, mimetype="image/png")
