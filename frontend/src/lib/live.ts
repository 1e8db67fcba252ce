import { useEffect, useRef } from "react";
import { API_BASE } from "./http";

/** The subjects of the live stream (gateway: live/topics.py). */
export const TOPICS = ["guest", "order", "reservation", "metrics", "segment", "points", "review", "campaign", "job", "location"] as const;
export type Topic = (typeof TOPICS)[number];

/** One change as the stream tells it: its type, when, about which guest (null: about none). */
export interface Change {
  topic: Topic;
  type: string;
  customer_id: string | null;
}

interface Listener {
  onChange: (change: Change) => void;
  /** Messages may be missing: what is shown must be fetched anew. */
  onReload: () => void;
}

const REOPEN_MS = 15_000;

/** Follows the stream while the component is there. The browser resumes it by Last-Event-ID; where it gives up (RFC: WHATWG HTML 9.2.3) we open another. */
export function useStream(listener: Listener, enabled: boolean): void {
  const current = useRef(listener);
  useEffect(() => {
    current.current = listener;
  });
  useEffect(() => {
    if (!enabled || !("EventSource" in globalThis)) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource | undefined;
    const open = (isAgain: boolean) => {
      source = new EventSource(`${API_BASE}/stream`);
      for (const topic of TOPICS) source.addEventListener(topic, (event) => tell(topic, (event as MessageEvent<string>).data));
      source.addEventListener("reload", (event) => reload((event as MessageEvent<string>).data));
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(() => open(true), REOPEN_MS);
      };
      if (isAgain) current.current.onReload();
    };
    const tell = (topic: Topic, data: string) => {
      const { type, customer_id = null } = JSON.parse(data) as Omit<Change, "topic">;
      current.current.onChange({ topic, type, customer_id });
    };
    const reload = (data: string) => {
      const { spread_ms: spread = 0 } = JSON.parse(data) as { spread_ms?: number };
      setTimeout(() => current.current.onReload(), Math.random() * spread);
    };
    open(false);
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [enabled]);
}
