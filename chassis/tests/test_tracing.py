"""Traces go through HTTP and AMQP, recorded or not."""

import re

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from crm_chassis import tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"


@pytest.fixture
def spans(monkeypatch):
    """Record spans in memory during the test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    return exporter.get_finished_spans


def test_outside_a_trace_there_is_no_traceparent():
    assert tracing.current_traceparent() is None


def test_without_an_exporter_the_callers_trace_is_carried_on():
    with tracing.server_span("GET", PARENT):
        assert tracing.current_traceparent() == PARENT
        with tracing.client_span("POST"):
            assert tracing.current_traceparent() == PARENT
    assert tracing.current_traceparent() is None


def test_without_an_exporter_a_request_still_begins_a_trace_of_its_own():
    seen = set()
    for _ in range(2):
        with tracing.server_span("GET"):
            seen.add(tracing.current_traceparent())
    assert len(seen) == 2
    assert all(re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", text) for text in seen)


@pytest.mark.parametrize(
    "text", [None, "", "junk", PARENT[:-1], "00-" + "0" * 32 + "-" + "0" * 16 + "-01", PARENT + "\n"]
)
def test_a_malformed_traceparent_is_none(text):
    assert tracing.parse_traceparent(text) is None


def test_a_batch_of_one_is_a_child_of_its_events_trace(spans):
    with tracing.consumer_span("loyalty inbox", [PARENT]):
        assert tracing.current_traceparent().split("-")[1] == PARENT.split("-")[1]
    (span,) = spans()
    assert f"{span.context.trace_id:032x}" == PARENT.split("-")[1]
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]


def test_a_larger_batch_is_one_span_with_links_to_its_events_up_to_a_bound(spans):
    with tracing.consumer_span("loyalty inbox", [PARENT, None, OTHER, *[PARENT] * 300]):
        pass
    (span,) = spans()
    assert span.parent is None
    assert [f"{link.context.trace_id:032x}" for link in span.links[:2]] == [PARENT.split("-")[1], OTHER.split("-")[1]]
    assert len(span.links) == tracing.MOST_LINKS - 1


def test_an_error_leaves_no_text_in_the_span(spans):
    with pytest.raises(ValueError), tracing.server_span("GET", None):
        raise ValueError("jane@example.com")
    assert "jane" not in spans()[0].to_json()


def test_nothing_is_exported_unless_an_endpoint_is_set(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracing.configure("loyalty")
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
