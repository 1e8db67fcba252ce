"""Settings come from the environment, whole or not at all."""

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Annotated

import pytest

from crm_chassis.config import MissingSetting, Secret, ServiceSettings, Variable, read_settings

COMPLETE = {
    "CRM_DATABASE_URL": "postgresql://loyalty:hunter2@db/loyalty",
    "CRM_KEYS_DATABASE_URL": "postgresql://loyalty:hunter2@db/loyalty_keys",
    "CRM_BROKER_URL": "amqp://loyalty:hunter2@broker/%2F",
    "CRM_MASTER_KEYS": "1:hunter2",
    "CRM_SIGNING_KEY": "loyalty/1:hunter2",
    "CRM_TRUSTED_KEYS": "gateway/1:key",
}


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What one service adds."""

    service: str = "loyalty"
    is_demo: Annotated[bool, Variable("CRM_DEMO", "whether this is the demo")] = False


def test_settings_are_read_once_and_frozen():
    settings = read_settings(Settings, COMPLETE | {"CRM_DATABASE_POOL_SIZE": "3", "CRM_DEMO": "true", "CRM_OTHER": "x"})
    assert settings.database_url.reveal() == COMPLETE["CRM_DATABASE_URL"]
    assert (settings.service, settings.pool_size, settings.log_level, settings.is_demo) == ("loyalty", 3, "INFO", True)
    with pytest.raises(FrozenInstanceError):
        settings.pool_size = 5


def test_all_missing_settings_are_named_at_once_with_their_purpose():
    with pytest.raises(MissingSetting) as refused:
        read_settings(Settings, {"CRM_BROKER_URL": "", "CRM_DATABASE_POOL_SIZE": "many"})
    text = str(refused.value)
    for variable in (*COMPLETE, "CRM_DATABASE_POOL_SIZE"):
        assert variable in text
    assert "virtual host" in text
    assert "CRM_LOG_LEVEL" not in text


@pytest.mark.parametrize("variable", COMPLETE)
def test_no_secret_has_a_default(variable):
    with pytest.raises(MissingSetting, match=variable):
        read_settings(Settings, {k: v for k, v in COMPLETE.items() if k != variable})


def test_a_refused_value_is_not_quoted():
    with pytest.raises(MissingSetting) as refused:
        read_settings(Settings, COMPLETE | {"CRM_MASTER_KEYS": "hunter2\x00"})
    assert "hunter2" not in str(refused.value)
    assert "control characters" in str(refused.value)


def test_a_secret_is_read_from_a_file_too(tmp_path):
    path = tmp_path / "key"
    path.write_text("1:from-file\n")
    settings = read_settings(Settings, COMPLETE | {"CRM_MASTER_KEYS_FILE": str(path)})
    assert settings.master_keys.reveal() == "1:from-file"
    with pytest.raises(MissingSetting, match="CRM_MASTER_KEYS_FILE"):
        read_settings(Settings, COMPLETE | {"CRM_MASTER_KEYS_FILE": str(path) + "-not"})


def test_settings_never_show_their_secrets():
    settings = read_settings(Settings, COMPLETE)
    secret = settings.master_keys
    for shown in (repr(settings), str(secret), f"{secret}", f"{secret!r:>40}", "%s" % secret, "{}".format(secret)):  # noqa: UP031, UP032
        assert "hunter2" not in shown
    assert type(secret.reveal()) is str
    assert {type(getattr(settings, f.name)) for f in fields(settings) if f.name.endswith(("url", "keys", "key"))} == {
        Secret,
        str,
    }
