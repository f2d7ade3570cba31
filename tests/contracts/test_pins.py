"""What is installed is what was tried: every distribution that ours leads to has its one version.

Known flaws are looked up with pip-audit where there is a network (docs/threat-model.md); this is
the half that works without: an audit of `constraints.txt` misses nothing that really runs.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parents[2]
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")
BINDING = re.compile(r"A?GPL|GNU (Affero )?General Public", re.IGNORECASE)
"""Licences that would bind whoever passes the service on; the LGPL does not."""


def pins() -> dict[str, str]:
    lines = (HOUSE / "constraints.txt").read_text(encoding="utf-8").split("\n")
    found = [PIN.match(line) for line in lines if line and not line.startswith("#")]
    assert None not in found, "constraints.txt holds what is no pin"
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def reached(wanted: Iterable[str]) -> dict[str, Distribution]:
    """Return what is installed of all that requirements lead to, by name."""
    found: dict[str, Distribution] = {}
    open_ends = [(Requirement(text), "") for text in wanted]
    asked: set[tuple[str, str]] = set()
    while open_ends:
        needed, extra = open_ends.pop()
        name = canonicalize_name(needed.name)
        if needed.marker and not needed.marker.evaluate({"extra": extra}):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # an extra that is not installed here
        for asked_for in ("", *needed.extras):
            if (name, asked_for) not in asked:
                asked.add((name, asked_for))
                further = found[name].requires or []
                open_ends += [(Requirement(text), asked_for) for text in further]
    return found


def required(*, extras: bool) -> Iterator[str]:
    yield from PROJECT["project"]["dependencies"]
    if extras:
        groups = PROJECT["project"]["optional-dependencies"] | PROJECT.get("dependency-groups", {})
        yield from (needed for group in groups.values() for needed in group)


def test_whatever_is_installed_is_pinned_as_it_is():
    known = pins()
    installed = reached(required(extras=True))
    assert len(installed) > 60
    running = {name: found.version for name, found in installed.items()}
    assert {name: version for name, version in running.items() if known.get(name) != version} == {}


def test_whatever_the_service_runs_on_may_be_passed_on():
    unsaid, binding = [], {}
    for name, found in reached(required(extras=False)).items():
        about = found.metadata
        said = [about.get("License-Expression", ""), about.get("License", "").partition("\n")[0]]
        said += [kind for kind in about.get_all("Classifier", []) if kind.startswith("License")]
        words = " ".join(filter(None, said))
        if not words and not about.get_all("License-File"):
            unsaid.append(name)
        if BINDING.search(re.sub("LGPL|Lesser General Public", "", words)):
            binding[name] = words
    assert unsaid == []
    assert binding == {}
