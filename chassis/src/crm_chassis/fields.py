"""Marshmallow fields that refuse what a database or a reader could stumble over, naming the field."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma

CONTROL = re.compile(r"[\x00-\x1f]")
CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CONTROL_MESSAGE = "Control characters are not allowed."
MOST_MINOR_UNITS = 10**12
FIRST_YEAR = 1900
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(?:\1[0-9a-fA-F]{4}){2}\1[0-9a-fA-F]{12}")
RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)

# ISO 4217's codes of money in use, without funds, metals and test codes (compared with Faker's list).
CURRENCIES = frozenset(
    re.findall(
        r"\w+",
        """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
        CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
        HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
        LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
        PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
        TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """,
    )
)


INSTANT_MESSAGES: dict[str, Any] = {
    "invalid": "Not an RFC 3339 instant with its offset, as 2026-01-31T18:30:00Z.",
    "early": f"Before the year {FIRST_YEAR}.",
}


class Body(ma.Schema):
    """A request's body: unknown fields are refused, and the OpenAPI document says so."""

    class Meta:
        """Refuse what nobody described."""

        unknown = ma.RAISE


class Text(ma.fields.String):
    """A string of *least* to *most* characters without control characters; lines and tabs only where *multiline*."""

    def __init__(self, most: int, *, least: int = 1, multiline: bool = False, **options: Any) -> None:
        given = options.pop("validate", None)
        validators = [] if given is None else given if isinstance(given, list) else [given]
        self.control = CONTROL_BUT_LINES if multiline else CONTROL
        described = {"pattern": f"^[^{self.control.pattern[1:-1]}]*$", **options.pop("metadata", {})}
        super().__init__(validate=[ma.validate.Length(least, most), *validators], metadata=described, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if self.control.search(value):
            raise ma.ValidationError(CONTROL_MESSAGE)
        return str(super()._deserialize(value, attr, data, **rest))


class Whole(ma.fields.Integer):
    """An integer written as a JSON integer: no boolean, no float, no text."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        given = options.pop("validate", None)
        validators = [] if given is None else given if isinstance(given, list) else [given]
        super().__init__(strict=True, validate=[ma.validate.Range(least, most), *validators], **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        return int(super()._deserialize(value, attr, data, **rest))


class Flag(ma.fields.Boolean):
    """A JSON boolean: no 0, no "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **rest)


class MinorUnits(Whole):
    """An amount of money in minor units (cents), 0 to 10^12 unless said otherwise."""

    def __init__(self, least: int = 0, most: int = MOST_MINOR_UNITS, **options: Any) -> None:
        super().__init__(least, most, **options)


class Currency(ma.fields.String):
    """A currency in use, as its ISO 4217 code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=ma.validate.OneOf(sorted(CURRENCIES), error="Not a currency (ISO 4217)."), **options)


class Instant(ma.fields.AwareDateTime):
    """A point in time, RFC 3339 with its offset, kept in UTC; none before 1900. "How late" is the caller's rule."""

    def __init__(self, **options: Any) -> None:
        described = {"pattern": "^(19|[2-9][0-9])[0-9]{2}-", **options.pop("metadata", {})}
        super().__init__(format="iso", error_messages=INSTANT_MESSAGES, metadata=described, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> datetime:
        if not isinstance(value, str) or not RFC_3339.fullmatch(value):
            raise self.make_error("invalid", input=value)
        instant = super()._deserialize(value.upper(), attr, data, **rest)
        try:
            instant = instant.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value) from error
        if instant.year < FIRST_YEAR:
            raise self.make_error("early")
        return instant


class Uuid(ma.fields.UUID):
    """A UUID as 32 hexadecimal digits, in its usual form with hyphens or without any."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> UUID:
        if not isinstance(value, str) or not UUID_FORM.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return super()._deserialize(value, attr, data, **rest)
