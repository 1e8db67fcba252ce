import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, type ReactNode } from "react";
import { isPassing } from "@/lib/problem";
import { ConfirmProvider } from "@/ui/confirm";
import { Later } from "@/ui/Later";
import { cssVariables, theme } from "@/ui/theme";

const Notices = lazy(() => import("@/ui/Notices"));

const RETRIES = 2;
const FRESH_MS = 30_000;

const colorScheme = localStorageColorSchemeManager({ key: "maitre-color-scheme" });

/** Makes the store of what was fetched: only what may pass is tried again, and never a write. */
export function makeQueryClient(retries = RETRIES): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: (count, error) => count < retries && isPassing(error), throwOnError: false },
      mutations: { retry: false },
    },
  });
}

/** Everything that every page stands on: theme, data, notices, the confirmation dialog. */
export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colorScheme} defaultColorScheme="auto">
        <ConfirmProvider>{children}</ConfirmProvider>
        <Later>
          <Notices />
        </Later>
      </MantineProvider>
    </QueryClientProvider>
  );
}
