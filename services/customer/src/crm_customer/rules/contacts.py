"""What makes two addresses or numbers the same; they are kept as given and compared normalized."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email


class NotAnAddress(ValueError):
    """No e-mail address can be read from the text."""


class NotANumber(ValueError):
    """No phone number can be read from the text."""


def normalized_email(address: str) -> str:
    """Return the form in which an address is compared: no case, domain in its Unicode form (RFC 6531)."""
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from None
    return found.normalized.casefold()


def e164(number: str, region: str) -> str:
    """Return the number as E.164; without a country code it is read as dialed in ``region`` (ISO 3166)."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise NotANumber("Not a phone number.") from None
    if not phonenumbers.is_possible_number(parsed) or parsed.extension:
        raise NotANumber("Not a phone number.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
