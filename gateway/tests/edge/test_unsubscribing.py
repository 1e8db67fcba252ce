"""One-click unsubscribe (RFC 8058), its page, and the pages' promises: nothing by looking, no cookie, no script."""

import re

import pytest

ONE_CLICK = "List-Unsubscribe=One-Click"
URLENCODED = "application/x-www-form-urlencoded"
# The second is RFC 8058's own example (8.2), the first is what Gmail sends.
GMAIL = (ONE_CLICK, URLENCODED)
RFC = (
    '--F\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--F--\r\n',
    "multipart/form-data; boundary=F",
)


@pytest.mark.parametrize(("body", "kind"), [GMAIL, RFC])
def test_one_click_unsubscribes_without_cookie_sign_in_or_redirect(edge, body, kind):
    answer = edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=body, content_type=kind)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    (row,) = edge.rows()
    assert (row.kind, row.part, row.source, row.state) == ("unsubscribe", "unsubscribe", "gateway", "waiting")


def test_the_same_click_again_is_answered_alike(edge):
    path = f"/p/u/{edge.link('unsubscribe')}"
    answers = [edge.client.post(path, data=ONE_CLICK, content_type=URLENCODED) for _ in range(3)]
    assert {(each.status_code, each.data) for each in answers} == {(200, answers[0].data)}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("purpose", "path"), [("unsubscribe", "/p/u/"), ("preferences", "/p/m/")])
def test_scanners_that_follow_links_change_nothing(edge, method, purpose, path):
    answer = edge.client.open(path + edge.link(purpose) + "?List-Unsubscribe=One-Click&confirm=yes", method=method)
    assert answer.status_code == 200
    assert edge.rows() == []


def test_the_button_of_the_page_does_what_it_says(edge):
    path = f"/p/u/{edge.link('unsubscribe')}"
    shown = edge.client.get(path).get_data(as_text=True)
    name, value = re.search(r'<input type="hidden" name="(\w+)" value="(\w+)">', shown).groups()
    assert '<form method="post">' in shown
    assert edge.client.post(path, data={name: value}).status_code == 200
    assert len(edge.rows()) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", URLENCODED),
        ("List-Unsubscribe=no", URLENCODED),
        ("list-unsubscribe=one-click", URLENCODED),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        (b"\xff\xfe\x00", "multipart/form-data; boundary="),
        (b"--x\r\nContent-Disposition", "multipart/form-data; boundary=x"),
        ("a=b&" * 2000, URLENCODED),
    ],
)
def test_any_other_post_shows_the_button_and_does_nothing(edge, body, kind):
    answer = edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=body, content_type=kind)
    assert answer.status_code in {400, 413}
    assert edge.rows() == []


def test_a_body_too_large_is_refused(edge):
    answer = edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=b"x=" + b"y" * 70_000, content_type=URLENCODED)
    assert answer.status_code == 413
    assert edge.rows() == []


@pytest.mark.parametrize("path", ["/p/u/", "/p/m/"])
def test_a_link_that_is_not_ours_is_a_kind_404_that_tells_nothing(edge, path):
    """Tampered, for another purpose, by a stranger or plain garbage: the same page."""
    good = edge.link("unsubscribe" if path == "/p/u/" else "preferences")
    tampered = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    tokens = [tampered, edge.link("survey"), "x", "a" * 3000, good + "A"]
    answers = [edge.client.open(path + token, method=method) for token in tokens for method in ("GET", "POST")]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1
    assert answers[0].content_type == "text/html; charset=utf-8"
    assert edge.rows() == []


def test_with_our_database_away_nothing_is_said_to_be_done(edge, without_database):
    answer = without_database.post(f"/p/u/{edge.link('unsubscribe')}", data=ONE_CLICK, content_type=URLENCODED)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Nothing was saved" in answer.get_data(as_text=True)


def test_a_link_in_an_old_message_works_for_ever(edge):
    """C3: no end; the token names none."""
    assert edge.client.get(f"/p/u/{edge.link('unsubscribe')}").status_code == 200


def test_what_waits_cannot_be_read_in_the_table(edge):
    subject = "0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a99"
    path = f"/p/u/{edge.link('unsubscribe', subject, {'message': 'secret-message-id'})}"
    edge.client.post(path, data=ONE_CLICK, content_type=URLENCODED)
    (row,) = edge.rows()
    everything = b"|".join(str(getattr(row, column)).encode() for column in row.__table__.columns.keys())  # noqa: SIM118
    everything += row.sealed
    assert subject.encode() not in everything
    assert b"secret-message-id" not in everything


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [(None, "en"), ("es", "es"), ("de, es;q=0.5, en;q=0.3", "es"), ("fr-CA", "en"), ("es-MX,es", "es"), ("*", "en")],
)
def test_pages_speak_the_guests_language(edge, asked, spoken):
    headers = {"Accept-Language": asked} if asked else {}
    answer = edge.client.get(f"/p/u/{edge.link('unsubscribe')}", headers=headers)
    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}">' in answer.get_data(as_text=True)
    assert "Accept-Language" in answer.headers["Vary"]


def test_pages_have_no_script_and_may_load_nothing_foreign(edge):
    answer = edge.client.get(f"/p/u/{edge.link('unsubscribe')}")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    text = answer.get_data(as_text=True)
    assert "<script" not in text
    assert "style=" not in text
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_pages_style_and_picture_are_served(edge):
    assert edge.client.get("/p/edge.css").mimetype == "text/css"
    assert edge.client.get("/p/edge.svg").mimetype == "image/svg+xml"
