import { useState } from "react";
import { RouterProvider } from "react-router";
import { makeQueryClient, Providers } from "./providers";
import { makeRouter } from "./routes";

/** The console. */
export function App() {
  const [client] = useState(() => makeQueryClient());
  const [router] = useState(makeRouter);
  return (
    <Providers client={client}>
      <RouterProvider router={router} />
    </Providers>
  );
}
