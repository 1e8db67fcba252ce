"""The fixtures themselves: what they promise to every other test."""

import coins
import psycopg
import pytest

from crm_chassis.testing import wait_until


@pytest.fixture(scope="module")
def settings(service_settings):
    made = service_settings(coins.Settings, "json", CRM_LOG_LEVEL="ERROR")
    with psycopg.connect(made.database_url, autocommit=True) as database:
        database.execute(coins.TABLES)
    return made


def test_clean_empties_the_tables_and_keeps_what_the_migrations_brought(settings, clean):
    with (
        psycopg.connect(settings.database_url, autocommit=True) as database,
        psycopg.connect(settings.keys_database_url, autocommit=True) as keys,
    ):
        brought = keys.execute("SELECT * FROM master_key_check").fetchall()
        assert brought
        for _ in range(2):
            database.execute("INSERT INTO coin (cents) VALUES (1)")
            database.execute("INSERT INTO inbox (event_id, consumer) VALUES (gen_random_uuid(), 'coins')")
            keys.execute("DELETE FROM master_key_check")
            clean(settings)
            assert database.execute("SELECT count(*) FROM coin").fetchone() == (0,)
            assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
            assert database.execute("SELECT count(*) FROM chassis_version").fetchone() == (1,)
            assert keys.execute("SELECT * FROM master_key_check").fetchall() == brought


def test_settings_are_made_once_and_no_two_services_share_a_database(settings, service_settings):
    assert service_settings(coins.Settings, "json", CRM_LOG_LEVEL="ERROR") is settings
    other = service_settings(coins.Settings, "json", CRM_LOG_LEVEL="CRITICAL")
    assert len({s.reveal() for s in (settings.database_url, settings.keys_database_url, other.database_url)}) == 3


def test_waiting_gives_what_it_waited_for_and_fails_after_its_time():
    answers = iter([0, None, "found"])
    assert wait_until(lambda: next(answers), timeout=5) == "found"
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_until(lambda: False, timeout=0.05)
