"""Signed links: read only whole, only for what they were made for, only by those who trust the maker."""

import base64
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis import links

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def text(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def pair(name):
    """A signing key and what others trust."""
    seed = os.urandom(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"{name}/1:{text(seed)}", f"{name}/1:{text(public)}"


SENDER, TRUSTED = pair("campaign")
TOKEN = links.sign(SENDER, "unsubscribe", "guest-7", {"message": "m1"})


@given(
    st.text(max_size=40), st.text(max_size=60), st.dictionaries(st.text(max_size=10), st.text(max_size=60), max_size=4)
)
def test_what_was_signed_is_read(purpose, subject, values):
    link = links.read(TRUSTED, purpose, links.sign(SENDER, purpose, subject, values))
    assert (link.issuer, link.subject, link.values, link.expires_at) == ("campaign", subject, values, None)


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_no_character_can_be_changed(at, character):
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    assert (links.read(TRUSTED, "unsubscribe", changed) is not None) == (changed == TOKEN)


@given(st.text(max_size=200))
def test_garbage_is_no_link(token):
    assert links.read(TRUSTED, "unsubscribe", token) is None


@pytest.mark.parametrize(
    "token", ["", ".", "..", TOKEN + "=", TOKEN + ".", TOKEN.partition(".")[0], TOKEN * 99, "a." * 9]
)
def test_a_token_has_one_spelling_only(token):
    assert links.read(TRUSTED, "unsubscribe", token) is None


def test_a_link_is_good_for_its_purpose_only():
    assert links.read(TRUSTED, "preferences", TOKEN) is None


def test_a_stranger_makes_no_links():
    stranger, _ = pair("campaign")
    assert links.read(TRUSTED, "unsubscribe", links.sign(stranger, "unsubscribe", "guest-7")) is None
    unknown, _ = pair("nobody")
    assert links.read(TRUSTED, "unsubscribe", links.sign(unknown, "unsubscribe", "guest-7")) is None


def test_an_end_is_kept_and_none_is_none():
    link = links.read(TRUSTED, "survey", links.sign(SENDER, "survey", "v1", until=NOW))
    assert link.is_over(NOW)
    assert not link.is_over(NOW - timedelta(seconds=1))
    assert not links.read(TRUSTED, "unsubscribe", TOKEN).is_over(NOW + timedelta(days=36_500))


def test_a_link_too_long_for_a_message_is_refused_when_it_is_made():
    with pytest.raises(ValueError, match="at most"):
        links.sign(SENDER, "click", "m1", {"target": "https://example.com/" + "x" * 4000})
