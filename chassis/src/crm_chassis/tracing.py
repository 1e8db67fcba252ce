"""Traces through HTTP and AMQP by W3C traceparent; spans leave the process only where an OTLP endpoint is set.

Without an endpoint nothing is recorded, but a trace's id still travels: it joins the log lines of all services.
"""

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.util.types import AttributeValue

MOST_LINKS = 128
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_tracer = trace.get_tracer("crm_chassis")


def configure(service: str) -> None:
    """Export this process's spans if OTEL_EXPORTER_OTLP_ENDPOINT is set; call once, after a fork."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  dear to import
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def current_traceparent() -> str | None:
    """Give the current span as a W3C traceparent, None outside any trace."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def parse_traceparent(text: str | None) -> SpanContext | None:
    """Read a W3C traceparent; None where there is none or it is malformed."""
    match = _TRACEPARENT.fullmatch(text or "")
    if match is None:
        return None
    context = SpanContext(
        int(match[1], 16), int(match[2], 16), is_remote=True, trace_flags=TraceFlags(int(match[3], 16))
    )
    return context if context.is_valid else None


def server_span(
    name: str, traceparent: str | None = None, **attributes: AttributeValue
) -> AbstractContextManager[Span]:
    """Open the span of one served request: child of the caller's ``traceparent``, else a new trace."""
    return _span(name, SpanKind.SERVER, parse_traceparent(traceparent), (), **attributes)


def client_span(name: str, **attributes: AttributeValue) -> AbstractContextManager[Span]:
    """Open the span of one outgoing request under the current one; send ``current_traceparent`` from within."""
    return _span(name, SpanKind.CLIENT, None, (), **attributes)


def consumer_span(name: str, traceparents: Sequence[str | None]) -> AbstractContextManager[Span]:
    """Open the span of one batch: child of a single event's trace, or one span with links to the events' traces."""
    if len(traceparents) == 1:
        return _span(name, SpanKind.CONSUMER, parse_traceparent(traceparents[0]))
    links = (
        [Link(parent) for text in traceparents[:MOST_LINKS] if (parent := parse_traceparent(text))] if _is_on() else []
    )
    return _span(name, SpanKind.CONSUMER, None, links)


@contextmanager
def _span(
    name: str,
    kind: SpanKind,
    parent: SpanContext | None,
    links: Sequence[Link] = (),
    **attributes: AttributeValue,
) -> Iterator[Span]:
    """Make a span current; where nothing is exported, only the ids of its trace."""
    context = None if parent is None else trace.set_span_in_context(NonRecordingSpan(parent))
    if _is_on():
        with _tracer.start_as_current_span(
            name, context, kind, attributes, links, record_exception=False, set_status_on_exception=False
        ) as span:
            yield span
        return
    span = NonRecordingSpan(parent or _continued())
    token = contexts.attach(trace.set_span_in_context(span))
    try:
        yield span
    finally:
        contexts.detach(token)


def _continued() -> SpanContext:
    """Give the current trace's ids, or new ones."""
    current = trace.get_current_span().get_span_context()
    if current.is_valid:
        return current
    return SpanContext(secrets.randbits(128) | 1, secrets.randbits(64) | 1, is_remote=False)


def _is_on() -> bool:
    """Say whether spans are recorded here: a provider was set by ``configure`` or by a test."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
