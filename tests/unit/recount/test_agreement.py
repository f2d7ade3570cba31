"""The two counts, written apart, must agree on whatever may be voted on."""

import random
from collections import Counter

import pytest

from recount.recount import BALLOTS, examine
from tests.elections import evaluation, vote

MAKERS = {"vote": vote, "evaluation": evaluation}
EACH = 1_000
"""Enough to meet every policy of both instruments; bench/agreement.py does ten thousand of each."""


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_both_counts_agree_on_every_figure(make) -> None:
    met: Counter[str] = Counter()
    for seed in range(EACH):
        election = make(seed)
        checks, _sealed, again = examine(election.files())
        assert [check for check in checks if not check.agrees] == [], f"seed {seed}"
        met.update(str(line["outcome"] and "decided") for line in again["lines"])
        met.update(f"follow-up {again.get('follow_up', {}).get('kind')}" for _ in "1")
        met.update(f"withheld {line.get('withheld')}" for line in again["lines"])
        if election.sample is not None:
            met["open sample " + ("alone" if again["open_sample"] else "beside members")] += 1
        met.update(f"void {again['void']}" for _ in "1")
    said = {"void True", "void False", "None", "decided"}
    if make is vote:
        kinds = ("none", "runoff", "presidium_decides", "supplementary_vote", "hold_again")
        said |= {f"follow-up {kind}" for kind in kinds}
    else:
        kinds = ("nothing", "groups", "score", "counts", "all")
        said |= {"open sample alone", "open sample beside members"}
        said |= {f"withheld {kind}" for kind in kinds}
    assert said <= set(met), "the generator has stopped meeting some policy"


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_ballot_changed_afterwards_is_found(make) -> None:
    for seed in range(60):
        files = make(seed).files()
        lines = files[BALLOTS].decode("utf-8-sig").split("\r\n")
        at = random.Random(seed).randrange(1, len(lines) - 1) if len(lines) > 2 else 0
        if not at:
            continue
        *head, last = lines[at].split(",")
        lines[at] = ",".join([*head, "?fc" if last == "?fd" else "?fd"])
        files[BALLOTS] = "\r\n".join(lines).encode("utf-8-sig")
        checks, _sealed, _again = examine(files)
        assert {check.what for check in checks if not check.agrees} >= {"文件", "选票"}
