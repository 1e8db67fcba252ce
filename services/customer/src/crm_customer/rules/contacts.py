"""What makes two addresses or numbers the same; they are kept as given and compared normalized."""

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

PLAIN_LOCAL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*", re.ASCII | re.IGNORECASE)
LONGEST_PLAIN = 64


class NotAnAddress(ValueError):
    """No e-mail address can be read from the text."""


class NotANumber(ValueError):
    """No phone number can be read from the text."""


def normalized_email(address: str) -> str:
    """Return the form in which an address is compared: no case, domain in its Unicode form (RFC 6531).

    Domains repeat, so of a plain address only the domain is judged, once; the verdict is the same.
    """
    local, _, domain = address.partition("@")
    if len(local) <= LONGEST_PLAIN and PLAIN_LOCAL.fullmatch(local) and len(address) <= LONGEST_PLAIN:
        return f"{local}@{_domain(domain)}".casefold()
    return _judged(address).casefold()


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    return _judged(f"a@{domain}").removeprefix("a@")


def _judged(address: str) -> str:
    """Ask the library; a reserved domain such as .test is an address too."""
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from None


def e164(number: str, region: str) -> str:
    """Return the number as E.164; without a country code it is read as dialed in ``region`` (ISO 3166)."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise NotANumber("Not a phone number.") from None
    if not phonenumbers.is_possible_number(parsed) or parsed.extension:
        raise NotANumber("Not a phone number.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
