"""The rule, the hash and the passwords we hand out."""

import pytest

from app.accounts import passwords
from app.refused import Refused


def test_a_password_handed_out_can_be_read_from_paper():
    letters = iter("abcdefghjkmn")
    assert passwords.fresh_password(lambda _: next(letters)) == "abcd-efgh-jkmn"
    assert not set("01lio") & set(passwords.ALPHABET)


def test_passwords_handed_out_differ_and_meet_the_rule():
    made = {passwords.fresh_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        passwords.refuse_weak(password, "wang")


def test_the_hash_tells_right_from_wrong_and_not_the_password():
    stored = passwords.hashed("correct horse")
    assert stored.startswith("$argon2id$")
    assert "correct" not in stored
    assert passwords.matches("correct horse", stored)
    assert not passwords.matches("correct horsf", stored)
    assert passwords.hashed("correct horse") != stored


def test_nobody_has_a_password_and_the_work_is_done_all_the_same(monkeypatch):
    verified = []
    real = passwords._hasher

    class Counting:
        def verify(self, stored, password):
            verified.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not passwords.matches("anything at all", None)
    assert verified == [passwords._nobody]


def test_a_damaged_hash_matches_nothing():
    assert not passwords.matches("anything at all", "not a hash")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password_too_short"),
        ("123456789", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("wangxiaoming", "password_is_username"),
        ("WangXiaoMing1", "password_is_username"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password, reason):
    with pytest.raises(Refused) as refused:
        passwords.refuse_weak(password, "wangxiaoming")
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "password", ["1234567890", "我们的人民代表大会万岁", "wang and his bicycle"]
)
def test_length_is_what_counts(password):
    passwords.refuse_weak(password, "wang")
