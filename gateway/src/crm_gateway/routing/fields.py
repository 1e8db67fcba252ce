"""What of an operation is not for everybody, compiled from the merged document: the gateway's own check (ADR 0010).

Services leave out and refuse such fields themselves; what gets past one of them ends here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from crm_chassis.auth import Principal
from crm_chassis.visibility import MARK, ForbiddenFields

Schema = Mapping[str, Any]
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


@dataclass
class Marks:
    """Which keys of a JSON object have a class of data, or hold objects whose keys have; lists are seen through."""

    classes: dict[str, str] = field(default_factory=dict)
    inside: dict[str, "Marks"] = field(default_factory=dict)
    rest: "Marks | None" = None
    """Of keys that the schema does not name."""

    def nested(self) -> Iterator["Marks"]:
        """Give the marks of what lies inside."""
        yield from self.inside.values()
        if self.rest is not None:
            yield self.rest


@dataclass(frozen=True)
class Fields:
    """What an operation takes and answers that has a class of data."""

    query: Mapping[str, str] = field(default_factory=dict)
    answer: Marks = field(default_factory=Marks)
    classes: frozenset[str] = frozenset()
    """All classes within the answer."""

    def refuse_query(self, asking: Principal, query_string: str) -> None:
        """Refuse to narrow by what the asker may not see; raises ForbiddenFields."""
        if self.query and query_string:
            names = {name for name, _ in parse_qsl(query_string, keep_blank_values=True)}
            hidden = [name for name in names if name in self.query and not asking.may_see(self.query[name])]
            if hidden:
                raise ForbiddenFields(errors={name: ["Not for your role."] for name in sorted(hidden)})

    def hidden_from(self, asking: Principal) -> frozenset[str]:
        """Give the classes within the answer that the asker may not see."""
        return frozenset(each for each in self.classes if not asking.may_see(each))

    def strip(self, body: Any, hidden: frozenset[str]) -> set[str]:
        """Take the fields of these classes out of a parsed answer; give the names of those that were there."""
        taken: set[str] = set()
        waiting = [(body, self.answer)]
        while waiting:
            value, marks = waiting.pop()
            if isinstance(value, list):
                waiting += [(item, marks) for item in value]
            elif isinstance(value, dict):
                for key in [key for key, data_class in marks.classes.items() if data_class in hidden and key in value]:
                    del value[key]
                    taken.add(key)
                known = marks.inside if marks.rest is None else value
                for key in known:
                    inner = marks.inside.get(key, marks.rest)
                    if inner is not None and key in value:
                        waiting.append((value[key], inner))
        return taken


class FieldsReader:
    """Reads the marks of one document."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._known: dict[frozenset[int], Marks] = {}

    def of_operation(self, described: Schema) -> Fields:
        """Give the marks of an operation as the document describes it."""
        parameters = [self._resolved(each) for each in described.get("parameters", [])]
        classes = {each["name"]: _class_of(each) or _class_of(each.get("schema", {})) for each in parameters}
        responses = map(self._resolved, described.get("responses", {}).values())
        contents = [content for response in responses for content in response.get("content", {}).values()]
        answer = self._marks([content.get("schema", {}) for content in contents])
        return Fields(
            query={name: data_class for name, data_class in classes.items() if data_class},
            answer=answer,
            classes=_pruned(answer),
        )

    def _resolved(self, node: Schema) -> Schema:
        while "$ref" in node:
            found: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def _marks(self, schemas: Iterable[Schema]) -> Marks:
        """Give the marks of what may be any of these schemas; made once for each choice, so that one may hold itself.

        A key that is marked in one of them is taken as marked in all.
        """
        objects = self._objects(schemas)
        choice = frozenset(map(id, objects))
        if choice in self._known:
            return self._known[choice]
        made = self._known[choice] = Marks()
        parts: dict[str, list[Schema]] = {}
        for name, part in ((name, part) for each in objects for name, part in each.get("properties", {}).items()):
            parts.setdefault(name, []).append(part)
        for name, given in parts.items():
            classes = {found for part in given if (found := _class_of(part) or _class_of(part.get("items")))}
            if len(classes) > 1:
                raise ValueError(f"{name}: one answer, two classes of data")
            if classes:
                made.classes[name] = classes.pop()
            else:
                made.inside[name] = self._marks(given)
        if others := [rest for each in objects if isinstance(rest := each.get("additionalProperties"), Mapping)]:
            made.rest = self._marks(others)
        return made

    def _objects(self, schemas: Iterable[Schema]) -> list[Schema]:
        """Give the schemas of objects that these come to: themselves, their alternatives, their items."""
        found: dict[int, Schema] = {}
        waiting = list(schemas)
        while waiting:
            schema = self._resolved(waiting.pop())
            if id(schema) not in found:
                found[id(schema)] = schema
                waiting += (each for word in _ALTERNATIVES for each in schema.get(word, ()))
                waiting += [items] if isinstance(items := schema.get("items"), Mapping) else []
        return [each for each in found.values() if "properties" in each or "additionalProperties" in each]


def _class_of(schema: Any) -> str | None:
    found = schema.get(MARK) if isinstance(schema, Mapping) else None
    return None if found is None else str(found)


def _reached(marks: Marks) -> frozenset[str]:
    """Collect the classes in marks and in all that lies inside."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [marks]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            found.update(each.classes.values())
            waiting += each.nested()
    return frozenset(found)


def _pruned(marks: Marks) -> frozenset[str]:
    """Forget what lies inside and has no class anywhere, so that nobody walks there; give the classes that remain."""
    seen: set[int] = set()
    waiting = [marks]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            each.inside = {key: inner for key, inner in each.inside.items() if _reached(inner)}
            each.rest = each.rest if each.rest is not None and _reached(each.rest) else None
            waiting += each.nested()
    return _reached(marks)
