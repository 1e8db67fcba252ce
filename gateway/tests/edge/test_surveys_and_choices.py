"""Surveys and the preference centre: what their services say is shown, what a guest says is kept whatever is down."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

SURVEY = {
    "title": "How was your dinner?",
    "text": "Two minutes, and the kitchen reads it.",
    "questions": [
        {"id": "nps", "kind": "score", "label": "Would you recommend us?", "least": 0, "most": 10, "is_main": True,
         "is_required": True, "least_label": "Never", "most_label": "Surely"},
        {"id": "dish", "kind": "choice", "label": "Best dish", "is_multiple": True,
         "choices": [{"value": "pasta", "label": "Pasta"}, {"value": "fish", "label": "Fish <of the day>"}]},
        {"id": "words", "kind": "text", "label": "Anything else?"},
    ],
}  # fmt: skip
CHOICES = {
    "choices": [
        {"channel": "email", "purpose": "marketing", "state": "granted"},
        {"channel": "sms", "purpose": "marketing", "state": "withdrawn"},
        {"channel": "email", "purpose": "loyalty", "state": "granted"},
    ]
}


@pytest.fixture
def answering(services):
    """``answering(service, status, body)``: what it answers to whatever it is asked."""

    def answer(service, body, status=200):
        content = json.dumps(body).encode()
        services[service].answer = lambda handler, asked: handler.say(asked, status, content)

    return answer


@pytest.fixture
def away(services):
    for one in services.values():
        one.answer = lambda handler, asked: setattr(handler, "close_connection", True)


def said(edge, taken_by):
    """What the service is told: the one message's content."""
    taken_by.answer = lambda handler, asked: handler.say(asked, 204, b"", Content_Type=None)
    taken_by.asked.clear()
    assert edge.forward() == 1
    return json.loads(taken_by.asked[-1].body)


def test_a_survey_is_asked_and_its_answers_reach_its_service(edge, answering, services):
    answering("feedback", SURVEY)
    path = f"/p/s/{edge.link('survey', 'visit-1', {'survey': 's1'})}"
    text = edge.client.get(path).get_data(as_text=True)
    assert "How was your dinner?" in text
    assert "Fish &lt;of the day&gt;" in text
    assert len(re.findall(r'type="radio" name="score"', text)) == 11
    asked = json.loads(services["feedback"].asked[-1].body)
    assert asked == {"source": "gateway", "subject": "visit-1", "values": {"survey": "s1"}}
    sent = {
        "score": "9",
        "answer.dish": ["pasta", "fish"],
        "answer.words": " Great \x00 evening\n",
        "answer.": "x",
        "z": "y",
    }
    assert edge.client.post(path, data=sent).status_code == 200
    told = said(edge, services["feedback"])
    assert told["subject"] == "visit-1"
    assert told["content"] == {"score": 9, "answers": {"dish": ["pasta", "fish"], "words": ["Great  evening"]}}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_score_tapped_in_a_message_is_chosen_but_not_sent(edge, answering, method):
    """A scanner that follows all eleven links votes for nobody."""
    answering("feedback", SURVEY)
    answer = edge.client.open(f"/p/s/{edge.link('survey')}?score=7", method=method)
    assert answer.status_code == 200
    if method == "GET":
        assert re.search(r'value="7" checked', answer.get_data(as_text=True))
    assert edge.rows() == []


def test_with_its_service_away_a_tapped_score_can_still_be_sent(edge, away):
    path = f"/p/s/{edge.link('survey')}"
    shown = edge.client.get(f"{path}?score=10")
    assert shown.status_code == 200
    assert 'name="score" value="10"' in shown.get_data(as_text=True)
    assert edge.client.post(path, data={"score": "10"}).status_code == 200
    assert len(edge.rows()) == 1
    later = edge.client.get(path)
    assert later.status_code == 503
    assert int(later.headers["Retry-After"]) > 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_survey_that_its_service_ended_says_so(edge, answering, status):
    answering("feedback", {"type": "urn:maitre:problem:survey-over", "status": status}, status)
    answer = edge.client.get(f"/p/s/{edge.link('survey')}?score=5")
    assert answer.status_code == 410
    assert "has ended" in answer.get_data(as_text=True)


def test_a_survey_link_ends_when_its_maker_said(edge):
    path = f"/p/s/{edge.link('survey', until=datetime.now(UTC) - timedelta(seconds=1))}"
    for answer in (edge.client.get(path), edge.client.post(path, data={"score": "5"})):
        assert answer.status_code == 410
    assert edge.rows() == []


@pytest.mark.parametrize(
    "sent",
    [{}, {"score": ""}, {"score": "11"}, {"score": "-1"}, {"score": "٣"}, {"score": ["1", "2"]}, {"answer.x": " "},
     {"answer.a b": "x"}, {"score": "9" * 400}],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_kept(edge, sent):
    assert edge.client.post(f"/p/s/{edge.link('survey')}", data=sent).status_code == 400
    assert edge.rows() == []


def test_a_flood_of_fields_is_cut(edge, services):
    sent = {f"answer.q{n}": "x" * 500 for n in range(100)}
    assert edge.client.post(f"/p/s/{edge.link('survey')}", data=sent).status_code == 200
    assert len(said(edge, services["feedback"])["content"]["answers"]) == 50


def test_present_choices_are_shown_and_new_ones_reach_their_service(edge, answering, services):
    answering("customer", CHOICES)
    path = f"/p/m/{edge.link('preferences', 'guest-7')}"
    text = edge.client.get(path).get_data(as_text=True)
    boxes = dict(re.findall(r'type="checkbox" name="choice" value="([a-z.]+)"( checked)?', text))
    assert boxes == {"email.marketing": " checked", "sms.marketing": "", "email.loyalty": " checked"}
    shown = re.findall(r'name="shown" value="([a-z.]+)"', text)
    assert shown == list(boxes)
    answer = edge.client.post(path, data={"shown": shown, "choice": ["sms.marketing", "push.marketing"]})
    assert answer.status_code == 200
    told = said(edge, services["customer"])
    states = {f"{c['channel']}.{c['purpose']}": c["state"] for c in told["content"]["choices"]}
    assert states == {"email.marketing": "withdrawn", "sms.marketing": "granted", "email.loyalty": "withdrawn"}
    assert told["content"]["everything"] is None


def test_with_the_service_away_everything_can_still_be_stopped(edge, away, services):
    path = f"/p/m/{edge.link('preferences', 'guest-7')}"
    text = edge.client.get(path).get_data(as_text=True)
    assert "cannot be shown right now" in text
    assert 'type="checkbox"' not in text
    assert edge.client.post(path, data={"stop": "everything"}).status_code == 200
    told = said(edge, services["customer"])
    assert told["content"] == {"everything": "withdrawn", "choices": []}


@pytest.mark.parametrize(
    "sent",
    [{}, {"choice": "email.marketing"}, {"shown": "x"}, {"shown": "../etc"}, {"shown": ["a.b", f"a.{'c' * 31}"]},
     {"stop": "no"}, {"shown": [f"a.{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(61)]}],
)  # fmt: skip
def test_a_form_that_is_not_the_pages_changes_nothing(edge, sent):
    assert edge.client.post(f"/p/m/{edge.link('preferences')}", data=sent).status_code == 400
    assert edge.rows() == []


def test_the_restaurants_name_is_on_the_page_and_its_absence_costs_nothing(edge, answering, services):
    answering("customer", {"name": "Osteria <Luna>"})
    text = edge.client.get(f"/p/u/{edge.link('unsubscribe')}").get_data(as_text=True)
    assert "Osteria &lt;Luna&gt; will not send you" in text
    for _ in range(3):
        edge.client.get(f"/p/u/{edge.link('unsubscribe')}")
    assert len(services["customer"].asked) == 1


def test_a_stalled_service_does_not_hold_a_guest(edge, services):
    """It accepts and never answers: the page comes all the same, without what it would have said."""
    held = threading.Event()
    for one in services.values():
        one.answer = lambda handler, asked: held.wait(20)
    answer = edge.client.get(f"/p/m/{edge.link('preferences')}")
    held.set()
    assert answer.status_code == 200
    assert "cannot be shown right now" in answer.get_data(as_text=True)
