"""Field encryption and search tokens without a database."""

import base64
import os
import unicodedata
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_chassis.config import Secret
from crm_chassis.crypto import (
    BadKey,
    BlindIndex,
    CiphertextRefused,
    FieldCipher,
    MasterKey,
    MasterKeys,
    parse_key,
    search_form,
)

fields = st.sampled_from(["name", "email", "phone", "name|", "", "e"])
PERSONS = [UUID(int=number) for number in range(1, 4)]
persons = st.sampled_from(PERSONS)
ONE_BIT = 8


class KeysInMemory:
    """Data keys of a few persons, without a database."""

    def __init__(self):
        self.keys = {person: os.urandom(32) for person in PERSONS}

    def obtain(self, persons):
        """Give the keys of these persons."""
        return {person: self.keys[person] for person in persons}

    def read(self, persons):
        """Give the keys of those who have one."""
        return {person: self.keys[person] for person in persons if person in self.keys}


KEYS = KeysInMemory()
CIPHER = FieldCipher("customer", KEYS)
INDEX = BlindIndex(Secret(base64.urlsafe_b64encode(bytes(range(32))).decode()))


def key_text():
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


@given(st.lists(st.tuples(persons, fields, st.binary(max_size=200))))
def test_what_is_encrypted_comes_back(items):
    sealed = CIPHER.encrypt_many(items)
    opened = CIPHER.decrypt_many([(person, name, text) for (person, name, _), text in zip(items, sealed, strict=True)])
    assert opened == [plain for _, _, plain in items]


places = st.tuples(st.sampled_from(["customer", "loyalty"]), persons, fields)


@given(places, places, st.binary())
def test_a_ciphertext_moved_elsewhere_is_refused(written, moved_to, plain):
    assume(written != moved_to)
    sealed = FieldCipher(written[0], KEYS).encrypt(*written[1:], plain)
    with pytest.raises(CiphertextRefused):
        FieldCipher(moved_to[0], KEYS).decrypt(*moved_to[1:], sealed)


def test_even_with_the_same_data_key_a_ciphertext_is_bound_to_its_person_and_service():
    same = KeysInMemory()
    same.keys = dict.fromkeys(PERSONS, os.urandom(32))
    sealed = FieldCipher("customer", same).encrypt(PERSONS[0], "name", b"Ann")
    for service, person, name in (
        ("customer", PERSONS[1], "name"),
        ("loyalty", PERSONS[0], "name"),
        ("customer", PERSONS[0], "email"),
    ):
        with pytest.raises(CiphertextRefused):
            FieldCipher(service, same).decrypt(person, name, sealed)


@given(st.binary(max_size=50), st.data())
def test_a_changed_ciphertext_is_refused_whichever_bit_was_changed(plain, data):
    sealed = bytearray(CIPHER.encrypt(PERSONS[0], "name", plain))
    bit = data.draw(st.integers(0, len(sealed) * ONE_BIT - 1))
    sealed[bit // ONE_BIT] ^= 1 << bit % ONE_BIT
    with pytest.raises(CiphertextRefused):
        CIPHER.decrypt(PERSONS[0], "name", bytes(sealed))


@given(st.binary(max_size=40))
def test_what_is_no_ciphertext_or_was_cut_short_is_refused(junk):
    sealed = CIPHER.encrypt(PERSONS[0], "name", b"Ann")
    for text in (junk, sealed[: len(junk) % len(sealed)]):
        with pytest.raises(CiphertextRefused):
            CIPHER.decrypt(PERSONS[0], "name", text)


def test_one_ciphertext_that_does_not_fit_is_named_without_its_text():
    with pytest.raises(CiphertextRefused, match=f"field email of {PERSONS[1]}"):
        CIPHER.decrypt(PERSONS[1], "email", b"secret text")


def test_the_same_text_never_gives_the_same_ciphertext():
    sealed = CIPHER.encrypt_many([(PERSONS[0], "name", b"Ann")] * 100)
    assert len(set(sealed)) == 100
    assert {len(text) for text in sealed} == {1 + 12 + 3 + 16}
    assert {text[:1] for text in sealed} == {b"\x01"}


def test_without_a_key_nothing_is_readable():
    assert CIPHER.decrypt_many([(uuid4(), "name", b"whatever")]) == [None]


@pytest.mark.parametrize("service", ["", "a|b"])
def test_a_service_name_that_could_blur_the_binding_is_refused(service):
    with pytest.raises(ValueError, match="service"):
        FieldCipher(service, KEYS)


def test_the_first_master_key_is_current_and_none_is_shown():
    first, second = key_text(), key_text()
    keys = MasterKeys.parse(Secret(f" new:{first}, old:{second}=,"))
    assert (keys.current.key_id, list(keys.by_id)) == ("new", ["new", "old"])
    assert first not in repr(keys)
    assert "AESGCM" not in repr(keys)


@pytest.mark.parametrize(
    "text",
    ["", " , ", "nocolon", ":abc", "k1:short", "k1:" + "A" * 42, "k1:" + "!" * 43, "é:" + "A" * 43, "k" * 41 + ":A"],
)
def test_master_keys_that_cannot_be_read_are_refused_by_name_only(text):
    with pytest.raises(BadKey, match="CRM_MASTER_KEYS") as refusal:
        MasterKeys.parse(text)
    assert "AAAA" not in str(refusal.value)
    assert "!!!" not in str(refusal.value)


def test_two_master_keys_of_one_id_are_refused():
    with pytest.raises(BadKey, match="k1 stands twice"):
        MasterKeys.parse(f"k1:{key_text()},k1:{key_text()}")


def test_a_wrapped_data_key_opens_for_its_person_and_master_key_only():
    secret = os.urandom(32)
    one, renamed, other = MasterKey.of("k1", secret), MasterKey.of("k2", secret), MasterKey.of("k1", os.urandom(32))
    wrapped = one.wrap(PERSONS[0], b"d" * 32)
    assert one.unwrap(PERSONS[0], wrapped) == b"d" * 32
    for key, person in ((one, PERSONS[1]), (renamed, PERSONS[0]), (other, PERSONS[0])):
        with pytest.raises(CiphertextRefused):
            key.unwrap(person, wrapped)
    assert len({one.check_value, renamed.check_value, other.check_value}) == 3


def test_a_key_is_read_with_and_without_padding():
    raw = os.urandom(32)
    padded = base64.urlsafe_b64encode(raw).decode()
    assert parse_key(padded, "X") == parse_key(padded.rstrip("="), "X") == raw


@given(st.text(), st.text())
def test_tokens_tell_values_fields_and_keys_apart(one, other):
    assert (INDEX.token("email", one) == INDEX.token("email", other)) == (one == other)
    assert INDEX.token("email", one) != INDEX.token("phone", one)
    assert INDEX.token("email", one) != BlindIndex(key_text()).token("email", one)
    assert len(INDEX.token("email", one)) == 16


def test_an_index_key_is_recognized_by_its_id():
    assert BlindIndex(text := key_text()).key_id == BlindIndex(Secret(text)).key_id != INDEX.key_id


def test_an_index_key_that_cannot_be_read_names_its_variable():
    with pytest.raises(BadKey, match="CRM_INDEX_KEY"):
        BlindIndex("short")


@given(st.text(max_size=30), st.text(min_size=3, max_size=8), st.text(max_size=30))
def test_any_part_of_a_text_finds_it(before, part, after):
    assume(len(search_form(part)) >= 3)
    stored = INDEX.trigrams("name", before + part + after)
    assert set(INDEX.query_trigrams("name", part)) <= set(stored)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4), st.integers(1, 8), st.data())
def test_the_beginning_of_any_word_finds_a_text(words, length, data):
    form = search_form(" ".join(words))
    assume(form)
    word = data.draw(st.sampled_from(form.split()))
    assert set(INDEX.query_trigrams("name", word[:length])) <= set(INDEX.trigrams("name", " ".join(words)))


@given(st.text("ab c", max_size=8), st.text("ab c", min_size=1, max_size=5))
def test_the_check_of_what_was_found_agrees_with_the_tokens(text, query):
    wanted = INDEX.query_trigrams("name", query)
    if wanted and INDEX.contains(text, query):
        assert set(wanted) <= set(INDEX.trigrams("name", text))


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("José Müller-Lüdenscheid", "jose", True),
        ("José Müller-Lüdenscheid", "LUDEN", True),
        ("José Müller", "e mul", True),
        ("José Müller", "m", True),
        ("José Müller", "mu", True),
        ("José Müller", "ul", False),
        ("José Müller", "miller", False),
        ("İstanbul Straße", "istanbul strasse", True),
        ("李小龍", "李", True),
        ("anna@example.com", "@example", True),
    ],
)
def test_what_is_found_by_trigrams(text, query, is_found):
    wanted = INDEX.query_trigrams("name", query)
    assert wanted
    assert (set(wanted) <= set(INDEX.trigrams("name", text))) == INDEX.contains(text, query) == is_found


def test_trigrams_are_sorted_unique_int4_and_differ_by_field_and_key():
    tokens = INDEX.trigrams("name", "anananan Anan")
    assert tokens == sorted(set(tokens))
    assert all(-(2**31) <= token < 2**31 for token in tokens)
    assert not set(tokens) & set(INDEX.trigrams("email", "anananan Anan"))
    assert not set(tokens) & set(BlindIndex(key_text()).trigrams("name", "anananan Anan"))


def test_nothing_to_search_for_gives_no_tokens():
    assert INDEX.trigrams("name", " \t") == INDEX.query_trigrams("name", " ") == []


@given(st.text())
def test_the_search_form_is_stable_and_has_no_marks(text):
    form = search_form(text)
    assert search_form(form) == form
    assert not any(unicodedata.category(character) == "Mn" for character in form)
