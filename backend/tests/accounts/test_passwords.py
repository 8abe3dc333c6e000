"""Passwords by NIST SP 800-63B-4."""

import contextlib

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from scribe.accounts import passwords
from scribe.accounts.errors import PasswordGuessable, PasswordTooLong, PasswordTooShort

PERSONAL = ("Harbour Street Practice", "Dr Amara Lee", "amara.lee@harbour.example")


@pytest.mark.parametrize(
    "password",
    [
        "correct lake orbit mandolin",
        "tulip kettle anvil marsh",
        "correct mule battery stapler",
        "maple candle rocket puddle",
        "bodef-gulan-tirov-zekus",
        "xK9$mQ2!vL7#pR4w",
        "Vn7!qR2zLp0@eXc5TyWb",
        "Kaffee Fahrrad Lampe Wiese",
        "пять синих ёжиков поют",
        "正確馬電池釘書針日月星辰山川草木",
        "a" + "bcq wvz fjm xhk pdg" * 2,
        "my dog Bruno eats 14 carrots",
    ],
)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    passwords.refuse_weak(password, personal=PERSONAL)


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc4rfv",
        "q1w2e3r4t5y6u7i8",
        "zaq12wsxcde34rfv",
        "1q2w3e4r5t6y7u8i",
        "1q2w3e4r5t6z7u8i",
        "!QAZ2wsx#EDC4rfv",
        "qwertyuiopasdfghjkl",
        "azertyuiopqsdfghjklm",
        "thisismypassword",
        "thequickbrownfox",
        "the quick brown fox",
        "the-quick-brown-fox",
        "iloveyousomuch1",
        "mynameisjonathan",
        "my name is jonathan",
        "god save the queen",
        "manchesterunited",
        "passwordpassword",
        "Password1234567!",
        "P@ssw0rd!P@ssw0rd!",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "1234567890123456",
        "abcdefghijklmnopqrstuvwxyz",
        "zyxwvutsrqponmlk",
        "harbour street practice",
        "HarbourStreetPractice1",
        "AmaraLee-Harbour-2026",
        "amara.lee@harbour.example",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "scribe transcription medical",
        "letmeinletmeinletmein",
        "iloveyou iloveyou!!!",
        "welcome to the clinic",
        "december 2026 december",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordGuessable):
        passwords.refuse_weak(password, personal=PERSONAL)


def test_a_name_is_guessable_to_its_owner_only() -> None:
    password = "Zbigniewska Vrtblgrm"

    passwords.refuse_weak(password, personal=PERSONAL)
    with pytest.raises(PasswordGuessable):
        passwords.refuse_weak(password, personal=(*PERSONAL, "Dr Vrtblgrm Zbigniewska"))


def test_the_names_of_one_check_weigh_nothing_in_the_next() -> None:
    with pytest.raises(PasswordGuessable):
        passwords.refuse_weak("Zbigniewska Vrtblgrm", personal=("Vrtblgrm Zbigniewska",))

    passwords.refuse_weak("Zbigniewska Vrtblgrm", personal=())


def test_the_first_32_characters_decide() -> None:
    with pytest.raises(PasswordGuessable):
        passwords.refuse_weak("a" * 32 + "Vn7!qR2zLp0@eXc5TyWb", personal=())
    passwords.refuse_weak("Vn7!qR2zLp0@eXc5TyWb" + "a" * 200, personal=())


@given(password=st.text(max_size=300), name=st.text(max_size=40))
def test_any_text_is_taken_or_refused_by_name(password: str, name: str) -> None:
    with contextlib.suppress(PasswordTooShort, PasswordTooLong, PasswordGuessable):
        passwords.refuse_weak(password, personal=(name,))


def test_fifteen_characters_are_needed_and_256_allowed() -> None:
    with pytest.raises(PasswordTooShort):
        passwords.refuse_weak("xK9$mQ2!vL7#pR", personal=())
    passwords.refuse_weak("xK9$mQ2!vL7#pR4", personal=())
    passwords.refuse_weak(("tulip kettle anvil marsh " * 11)[:256], personal=())
    with pytest.raises(PasswordTooLong):
        passwords.refuse_weak(("tulip kettle anvil marsh " * 11)[:257], personal=())


def test_the_same_password_in_another_unicode_form_is_the_same() -> None:
    composed, decomposed = "caf\u00e9 tulip kettle \ufb01", "cafe\u0301 tulip kettle fi"

    assert passwords.matches(passwords.hashed(composed), decomposed)


@given(password=st.text(min_size=1, max_size=80), other=st.text(min_size=1, max_size=80))
def test_only_the_password_itself_matches(password: str, other: str) -> None:
    stored = passwords.hashed(password)

    assert passwords.matches(stored, password)
    same = passwords._normal(password) == passwords._normal(other)
    assert passwords.matches(stored, other) is same


def test_nobodys_password_is_as_costly_as_a_real_one_and_matches_nothing() -> None:
    assert extract_parameters(passwords.NOBODYS) == extract_parameters(PasswordHasher().hash("x"))
    assert passwords.matches(None, "x") is False


def test_a_hash_of_todays_strength_is_argon2id_by_rfc_9106() -> None:
    today = extract_parameters(passwords.NOBODYS)

    assert today.type.name == "ID"
    assert (today.memory_cost, today.time_cost) == (64 * 1024, 3)


def test_a_damaged_hash_is_no_match_and_no_error() -> None:
    assert passwords.matches("not a hash", "x") is False
