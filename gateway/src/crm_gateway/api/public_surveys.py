"""Surveys: asked by their service, answered here; a score tapped in a message counts once it is confirmed."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Response, request

from crm_chassis.auth import ANYONE, allow
from crm_chassis.clients import UpstreamProblem
from crm_chassis.errors import Kind
from crm_chassis.http import body_limit
from crm_chassis.links import Link
from crm_gateway.api.public import MOST_FORM, form, message, page, pages
from crm_gateway.edge.desk import NoAnswer, desk
from crm_gateway.limits import EDGE, limited
from crm_gateway.operations.edge_messages import Told

SURVEY = "survey"
SCORE = "score"
HIGHEST = 10
MOST_ANSWERS, LONGEST_ANSWER = 50, 4_000
_PREFIX = "answer."
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

blueprint = pages("public-surveys")


@blueprint.get("/s/<token>")
@limited(EDGE)
@allow(ANYONE)
def survey_page(token: str) -> Response:
    """Show the survey; ?score= of a link in a message is chosen already and still has to be sent by the button."""
    link = desk().link(SURVEY, token)
    if link.is_over(datetime.now(UTC)):
        return message("survey.over", HTTPStatus.GONE)
    score = _score([request.args.get(SCORE, "")])
    try:
        return page("survey", survey=desk().ask("edge-survey", link), score=score)
    except NoAnswer:
        if score is None:
            return message("later", HTTPStatus.SERVICE_UNAVAILABLE)
        return page("score", score=score)
    except UpstreamProblem as problem:
        if problem.kind in {Kind.NOT_FOUND, Kind.GONE}:
            return message("survey.over", HTTPStatus.GONE)
        return message("later", HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.post("/s/<token>")
@limited(EDGE)
@body_limit(MOST_FORM)
@allow(ANYONE)
def answer_survey(token: str) -> Response:
    """Take the answers, whatever is down; whether they still count is the service's to say."""
    link = desk().link(SURVEY, token)
    if link.is_over(datetime.now(UTC)):
        return message("survey.over", HTTPStatus.GONE)
    sent = form()
    content = {"score": _score(sent.get(SCORE, [])), "answers": _answers(sent)}
    if content["score"] is None and not content["answers"]:
        return message("survey.empty", HTTPStatus.BAD_REQUEST)
    desk().take_in(_told(link, content))
    return message("survey.thanks")


def _told(link: Link, content: dict[str, Any]) -> Told:
    return Told(SURVEY, link.issuer, content, subject=link.subject, values=link.values)


def _score(given: list[str]) -> int | None:
    """Read a score from 0 to 10; None for none, several or any other."""
    if len(given) != 1 or not given[0].isascii() or not given[0].isdigit() or len(given[0]) > len(str(HIGHEST)):
        return None
    return int(given[0]) if int(given[0]) <= HIGHEST else None


def _answers(sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Give what was answered by question, cut to what a person types; empty answers are none."""
    answers = {}
    for name, values in list(sent.items())[:MOST_ANSWERS]:
        question = name.removeprefix(_PREFIX)
        texts = [_CONTROL.sub("", value).strip()[:LONGEST_ANSWER] for value in values[:MOST_ANSWERS]]
        if name.startswith(_PREFIX) and _NAME.fullmatch(question) and any(texts):
            answers[question] = [text for text in texts if text]
    return answers
