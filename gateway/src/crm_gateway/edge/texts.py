"""What the public pages say, in every language they speak; English where a guest's language is not among them."""

import json
from collections.abc import Mapping
from importlib import resources

ENGLISH, SPANISH = LANGUAGES = ("en", "es")

_TEXTS: Mapping[str, Mapping[str, str]] = json.loads(
    resources.files("crm_gateway").joinpath("edge", "texts.json").read_text(encoding="utf-8")
)


def say(language: str, key: str, **values: str) -> str:
    """Give a text in a language; KeyError for one that does not exist."""
    return _TEXTS[key][language].format(**values)


def knows(key: str) -> bool:
    """Tell whether there is such a text."""
    return key in _TEXTS
