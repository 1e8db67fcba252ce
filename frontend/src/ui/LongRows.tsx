import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

interface LongRowsProps {
  count: number;
  /** Draws the rows from one place to before another. */
  draw: (from: number, to: number) => ReactNode;
}

const ROW_HEIGHT = 53;

/** Draws those rows of a long table that are near the window, and leaves room for the others. */
export default function LongRows({ count, draw }: LongRowsProps) {
  const head = useRef<HTMLTableRowElement>(null);
  const [scrollMargin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin((head.current?.getBoundingClientRect().top ?? 0) + globalThis.scrollY), []);
  const virtual = useWindowVirtualizer({ count, estimateSize: () => ROW_HEIGHT, overscan: 20, scrollMargin });
  const near = virtual.getVirtualItems();
  const [first, last] = [near[0], near[near.length - 1]];
  return (
    <>
      <tr ref={head} aria-hidden style={{ height: first ? first.start - scrollMargin : 0 }} />
      {first && last ? draw(first.index, last.index + 1) : null}
      <tr aria-hidden style={{ height: last ? virtual.getTotalSize() - (last.end - scrollMargin) : 0 }} />
    </>
  );
}
