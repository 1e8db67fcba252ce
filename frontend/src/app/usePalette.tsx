import { useHotkeys } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { Place } from "./navigation";

const CommandPalette = lazy(() => import("./CommandPalette"));

/** Gives the palette and the function that opens it (as Ctrl-K and ⌘K do); its code is loaded when it is first wanted. */
export function usePalette(places: Place[]): { palette: ReactNode; open: () => void } {
  const [isWanted, setWanted] = useState(false);
  const open = () => {
    if (isWanted) void import("@mantine/spotlight").then(({ spotlight }) => spotlight.open());
    setWanted(true); // mounted for the first time it opens by itself
  };
  useHotkeys([["mod+K", open]], []);
  const palette = isWanted ? (
    <Suspense fallback={null}>
      <CommandPalette places={places} />
    </Suspense>
  ) : null;
  return { palette, open };
}
