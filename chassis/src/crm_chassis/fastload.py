"""A fast validator compiled from a marshmallow schema: for bulk rows, same verdicts and same values (property test).

msgspec checks and converts what it can express; what it cannot (a field of another class, a validator of one's own,
`@validates` hooks) runs as marshmallow's own code on the value. Whatever the fast path does not accept, marshmallow
judges: it words the errors, or accepts what only it understands. Items are JSON values as orjson gives them.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

import marshmallow as ma
import msgspec
from marshmallow import validate as rules
from msgspec import UNSET, UnsetType

from crm_chassis.errors import DomainError
from crm_chassis.fields import FIRST_YEAR, RFC_3339, Currency, Instant, MinorUnits, Text, Uuid, Whole
from crm_chassis.problems import flatten

INT64 = 2**63
Change = Callable[[Any], Any]
Compiled = tuple[Any, Change | None, list[Change]]
TEXTS = (ma.fields.String, Text, Currency)
INTEGERS = (ma.fields.Integer, Whole, MinorUnits)
PLAIN = {ma.fields.Boolean: bool, ma.fields.UUID: uuid.UUID, Uuid: uuid.UUID}
HOOKS_OUTSIDE = ("pre_load", "post_load")


class Refused(DomainError):
    """The item's fields are not as the schema describes them; `errors` names them by path."""


class FastLoader:
    """Loads items as *schema* would, several times faster."""

    def __init__(self, schema: ma.Schema) -> None:
        self.schema = schema
        try:
            self._fast = None if schema.many else _compile_object(schema)
        except RecursionError:  # a schema within itself
            self._fast = None

    def load(self, item: Any) -> dict[str, Any]:
        """Return what the schema makes of *item*; raises Refused with the messages by field path."""
        if self._fast is not None:
            kind, finish = self._fast
            try:
                return finish(msgspec.convert(item, kind))  # type: ignore[no-any-return]
            except (msgspec.ValidationError, ma.ValidationError, ValueError, OverflowError):
                pass
        try:
            return dict(self.schema.load(item))
        except ma.ValidationError as error:
            raise Refused(errors=flatten(error.messages)) from None


def compile_schema(schema: ma.Schema | type[ma.Schema]) -> FastLoader:
    """Return a loader for single items of *schema*; compile once, at import."""
    return FastLoader(schema() if isinstance(schema, type) else schema)


def _compile_object(schema: ma.Schema) -> tuple[type, Change] | None:
    """Return a struct type and what makes the loaded dict of one, None where only marshmallow can load the schema."""
    if schema.partial or schema.unknown != ma.RAISE or not _has_plain_hooks(schema):
        return None
    members: list[Any] = []
    renamed: dict[str, str] = {}
    changes, optional = [], []
    for name, field in schema.load_fields.items():
        key = field.attribute or name
        if not key.isidentifier() or key in renamed:
            return None
        renamed[key] = field.data_key if field.data_key is not None else name
        kind, change = _compile_field(field)
        if change is not None:
            changes.append((key, change))
        if field.required:
            members.append((key, kind))
        else:
            members.append((key, kind | UnsetType if kind is not Any else Any, UNSET))
            optional.append((key, field.load_default))
    struct = msgspec.defstruct("Item", members, forbid_unknown_fields=True, kw_only=True, rename=renamed, gc=False)
    return struct, partial(_finish, changes=changes, optional=optional, hooks=_hooks(schema))


def _finish(
    struct: Any, *, changes: list[tuple[str, Change]], optional: list[tuple[str, Any]], hooks: list[Change]
) -> dict[str, Any]:
    """Make the loaded dict: values changed, defaults filled in, what is absent left out, hooks run."""
    data: dict[str, Any] = msgspec.structs.asdict(struct)
    for key, change in changes:
        value = data[key]
        if value is not UNSET:
            data[key] = change(value)
    for key, default in optional:
        if data[key] is UNSET:
            if default is ma.missing:
                del data[key]
            else:
                data[key] = default() if callable(default) else default
    for hook in hooks:
        hook(data)
    return data


def _has_plain_hooks(schema: ma.Schema) -> bool:
    """Say whether the schema's hooks only look at the loaded data."""
    hooks = schema._hooks  # noqa: SLF001  marshmallow shows them nowhere else
    looking_at_more = [options for _, many, options in hooks["validates_schema"] if many or options["pass_original"]]
    return not any(hooks[tag] for tag in HOOKS_OUTSIDE) and not looking_at_more


def _hooks(schema: ma.Schema) -> list[Change]:
    """Return the schema's own checks, field hooks first, each taking the loaded dict."""
    hooks = schema._hooks  # noqa: SLF001
    given: dict[str, Any] = {"partial": None, "many": False, "unknown": ma.RAISE}
    return [
        *(
            _field_hook(getattr(schema, hook), schema.load_fields[name], name)
            for hook, _, options in hooks["validates"]
            for name in options["field_names"]
            if name in schema.load_fields
        ),
        *(partial(getattr(schema, hook), **given) for hook, _, _ in hooks["validates_schema"]),
    ]


def _field_hook(check: Callable[..., Any], field: ma.fields.Field[Any], name: str) -> Change:
    key, shown = field.attribute or name, field.data_key if field.data_key is not None else name
    return lambda data: check(data[key], data_key=shown) if key in data else None


def _compile_field(field: ma.fields.Field[Any]) -> tuple[Any, Change | None]:
    """Return the msgspec type of a field's values, and what is left to do with one that it accepted."""
    compiled = None if field.pre_load or field.post_load else _compile_known(field)
    if compiled is None:
        return Any, field.deserialize
    kind, change, left = compiled
    if change is not None or left:
        change = _checked(change, left)
    if field.allow_none:
        return kind | None, None if change is None else _unless_none(change)
    return kind, change


def _compile_known(field: ma.fields.Field[Any]) -> Compiled | None:
    """Return type, change and the validators not in the type; None for a class of field that msgspec cannot express."""
    kind, validators = type(field), list(field.validators)
    if kind in TEXTS:
        allowed = rf"\A[^{field.control.pattern[1:-1]}]*\Z" if isinstance(field, Text) else None
        return _constrained(str, validators, allowed)
    if kind in INTEGERS:
        return _constrained(int, validators)
    if kind in PLAIN:
        return PLAIN[kind], None, validators
    if kind is Instant:
        return Annotated[str, msgspec.Meta(pattern=rf"(?a)\A(?:{RFC_3339.pattern})\Z")], _instant, validators
    return _compile_container(field, validators)


def _compile_container(field: ma.fields.Field[Any], validators: list[Change]) -> Compiled | None:
    """Return the same for lists and nested objects."""
    if isinstance(field, ma.fields.List) and type(field) is ma.fields.List:
        item, change = _compile_field(field.inner)
        listed, _, left = _constrained(list[item], validators)  # type: ignore[valid-type]
        return listed, None if change is None else _each(change), left
    if isinstance(field, ma.fields.Nested) and type(field) is ma.fields.Nested and field.unknown in (None, ma.RAISE):
        compiled = _compile_object(field.schema)
        if compiled is not None:
            struct, finish = compiled
            many = field.many or field.schema.many
            return (list[struct], _each(finish), validators) if many else (struct, finish, validators)  # type: ignore[valid-type]
    return None


def _constrained(base: Any, validators: list[Change], pattern: str | None = None) -> tuple[Any, None, list[Change]]:
    """Return *base* with the lengths, ranges and choices that msgspec can check, and the validators that it cannot."""
    limits: dict[str, Any] = {"pattern": pattern} if pattern else {}
    left, are_choices = [], False
    for rule in validators:
        wanted: dict[str, Any] = {}
        if type(rule) is rules.Length and base is not int:
            least, most = (rule.equal, rule.equal) if rule.equal is not None else (rule.min, rule.max)
            wanted = {"min_length": least, "max_length": most}
        elif type(rule) is rules.Range and base is int:
            wanted = {"ge" if rule.min_inclusive else "gt": rule.min, "le" if rule.max_inclusive else "lt": rule.max}
        elif type(rule) is rules.OneOf and not limits and rule.choices and all(type(c) is base for c in rule.choices):
            base, are_choices = Literal[tuple(rule.choices)], True
            continue
        wanted = {name: limit for name, limit in wanted.items() if limit is not None}
        expressible = all(type(limit) is int and -INT64 <= limit < INT64 for limit in wanted.values())
        if wanted and expressible and not wanted.keys() & limits.keys() and not are_choices:
            limits |= wanted
        else:
            left.append(rule)
    return (Annotated[base, msgspec.Meta(**limits)] if limits else base), None, left


def _checked(change: Change | None, validators: list[Change]) -> Change:
    def run(value: Any) -> Any:
        value = value if change is None else change(value)
        for check in validators:
            check(value)
        return value

    return run if validators or change is None else change


def _unless_none(change: Change) -> Change:
    return lambda value: None if value is None else change(value)


def _each(change: Change) -> Change:
    return lambda values: [change(value) for value in values]


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
    if instant.year < FIRST_YEAR:
        raise ValueError("too early")
    return instant
