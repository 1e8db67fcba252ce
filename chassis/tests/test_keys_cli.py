"""crm-keys: what an operator types to rotate master keys."""

from uuid import uuid4

import pytest
from click.testing import CliRunner

from crm_chassis.config import Secret
from crm_chassis.crypto import MasterKeys
from crm_chassis.keys import KeySettings, KeyStore
from crm_chassis.keys_cli import main
from crm_chassis.migrate import upgrade


def run(*arguments, url="", keys=""):
    environ = {"CRM_KEYS_DATABASE_URL": url, "CRM_MASTER_KEYS": keys}
    return CliRunner().invoke(main, arguments, env=environ)


def generated(key_id):
    return run("generate", key_id).output.strip()


@pytest.fixture
def keys_url(make_database):
    """A keys database with the data keys of seven persons under k1."""
    url = make_database("keys")
    upgrade(Secret(url), "crm_chassis:key_migrations", "keys_version")
    return url


@pytest.fixture
def k1(keys_url):
    """The master key k1, in use."""
    key = generated("k1")
    store = KeyStore(KeySettings(keys_database_url=Secret(keys_url), master_keys=Secret(key)))
    store.verify()
    store.obtain([uuid4() for _ in range(7)])
    store.close()
    return key


def test_a_generated_key_is_fresh_and_readable():
    assert MasterKeys.parse(generated("k9")).current.key_id == "k9"
    assert generated("k9") != generated("k9")
    assert MasterKeys.parse(run("generate").output.strip()).current.key_id.startswith("k20")


def test_check_tells_a_right_key_from_a_wrong_one(keys_url, k1):
    assert run("check", url=keys_url, keys=k1).output == "the master keys fit; current: k1\n"
    wrong = generated("k1")
    refused = run("check", url=keys_url, keys=wrong)
    assert refused.exit_code == 1
    assert "CRM_MASTER_KEYS: the key given for id k1 is not the one" in refused.output
    assert wrong.partition(":")[2] not in refused.output


def test_a_rotation_from_beginning_to_end(keys_url, k1):
    k2 = generated("k2")
    both = f"{k2},{k1}"
    refused = run("retire", "k1", url=keys_url, keys=both)
    assert (refused.exit_code, "crm-keys rewrap" in refused.output) == (1, True)
    rewrapped = run("rewrap", "--batch", "3", url=keys_url, keys=both)
    assert rewrapped.output.splitlines()[-4:] == [
        "3 re-wrapped",
        "6 re-wrapped",
        "7 re-wrapped",
        "no data key is left under an old master key",
    ]
    lines = run("status", url=keys_url, keys=both).output.splitlines()
    assert [line.split() for line in lines[2:]] == [["k1", "0", "yes"], ["k2", "7", "yes", "yes"]]
    retired = run("retire", "k1", url=keys_url, keys=both)
    assert (retired.exit_code, "destroy every copy" in retired.output) == (0, True)
    assert run("check", url=keys_url, keys=k2).exit_code == 0
    assert run("retire", "k1", url=keys_url, keys=k2).exit_code == 1


def test_checking_registers_nothing(keys_url, k1):
    assert run("check", url=keys_url, keys=f"{generated('k2')},{k1}").exit_code == 0
    assert "k2" not in run("status", url=keys_url, keys=k1).output


def test_what_is_missing_is_named_and_a_database_away_is_said_so(keys_url):
    missing = run("status")
    assert missing.exit_code == 1
    assert "CRM_KEYS_DATABASE_URL" in missing.output
    assert "CRM_MASTER_KEYS" in missing.output
    away = run("status", url="postgresql://nobody@127.0.0.1:1/none", keys=generated("k1"))
    assert (away.exit_code, "does not answer" in away.output) == (1, True)
    assert "CRM_MASTER_KEYS" in run("status", url=keys_url, keys="k1:short").output
