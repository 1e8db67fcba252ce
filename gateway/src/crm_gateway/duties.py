"""What a person must do before anything else: change a temporary password, add a second factor."""

from enum import StrEnum

from crm_chassis.errors import DomainError, Kind
from crm_gateway.config import BASE


class PasswordChangeNeeded(DomainError):
    """The password is a temporary one: sign in with a browser and change it at POST /auth/password first."""

    kind = Kind.FORBIDDEN


class SecondFactorRequired(DomainError):
    """This role must have a second factor: sign in with a browser and add one at POST /auth/second-factor first."""

    kind = Kind.FORBIDDEN


class Duty(StrEnum):
    """What is due."""

    PASSWORD = "password"  # noqa: S105  a word
    SECOND_FACTOR = "second_factor"


_WHERE = {Duty.PASSWORD: f"{BASE}/auth/password", Duty.SECOND_FACTOR: f"{BASE}/auth/second-factor"}
_REFUSALS: dict[Duty, type[DomainError]] = {
    Duty.PASSWORD: PasswordChangeNeeded,
    Duty.SECOND_FACTOR: SecondFactorRequired,
}
_ALWAYS = {("GET", f"{BASE}/auth/session"), ("DELETE", f"{BASE}/auth/session")}


def duty_of(*, must_change_password: bool, must_add_second_factor: bool) -> Duty | None:
    """Give what is due first."""
    if must_change_password:
        return Duty.PASSWORD
    return Duty.SECOND_FACTOR if must_add_second_factor else None


def check_duty(duty: Duty | None, method: str, path: str) -> None:
    """Refuse whatever is not the way to do what is due, or to see who one is, or to leave."""
    if duty is None or (method, path) in _ALWAYS:
        return
    where = _WHERE[duty]
    if path != where and not path.startswith(where + "/"):
        raise _REFUSALS[duty]
