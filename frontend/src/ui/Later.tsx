import { type ReactNode, Suspense, useEffect, useState } from "react";

/** Shows its content once the page stands and the browser has a moment: for what the first view does not need. */
export function Later({ children }: { children: ReactNode }) {
  const [isTime, setTime] = useState(false);
  useEffect(() => {
    if (!("requestIdleCallback" in globalThis)) {
      const timer = setTimeout(() => setTime(true), 300);
      return () => clearTimeout(timer);
    }
    const handle = requestIdleCallback(() => setTime(true), { timeout: 2000 });
    return () => cancelIdleCallback(handle);
  }, []);
  return isTime ? <Suspense fallback={null}>{children}</Suspense> : null;
}
