"""The forms of the house, read from its own pages: a new one is found without a list of them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.accounts.roles import Role
from tests.web.door.house import House

ENDS_THE_LOGIN = {"/sign-out", "/password"}


@dataclass
class Form:
    """A form as a page offers it: where it goes, what its fields are, what they may say."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.form, self.select = page, None, ""
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form" and named.get("method") == "post":
            self.form = Form((named.get("action") or self.page).partition("#")[0])
            self.found.append(self.form)
        if self.form is None:
            return
        if tag == "select":
            self.select = named.get("name", "")
        name = self.select if tag == "option" else named.get("name", "")
        if name and tag in {"input", "select", "textarea", "button", "option"}:
            if named.get("type") == "file":
                self.form.files.add(name)
            else:
                if named.get("type") == "password":
                    self.form.secrets.add(name)
                self.form.fields.setdefault(name, []).append(named.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def forms_of(house: House) -> list[Form]:
    """Read every form that an administrator or a scrutineer or a card is offered anywhere."""
    found: dict[tuple[str, str], Form] = {}
    house.app.config["WTF_CSRF_ENABLED"] = True
    for role in (Role.ADMINISTRATOR, Role.SCRUTINEER, None):
        client = house.client(role)
        for _, path in house.tries():
            with client.get(path) as answer:
                if answer.mimetype == "text/html":
                    reader = Forms(path)
                    reader.feed(answer.text)
                    for form in reader.found:
                        key = (form.action, ",".join(sorted(form.fields)))
                        found.setdefault(key, form)
    house.app.config["WTF_CSRF_ENABLED"] = False
    # What scripts send, and no page offers as a form, is tried with names that others use.
    known = {form.action.partition("?")[0] for form in found.values()}
    anything = {name: values for form in found.values() for name, values in form.fields.items()}
    for rule, method in house.rules():
        for path in house.paths(rule) if method == "POST" else []:
            if path not in known:
                found[path, ""] = Form(path, {**anything, "id": ["1"]})
    return [form for form in found.values() if form.action not in ENDS_THE_LOGIN]
