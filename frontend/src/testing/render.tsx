import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { makeQueryClient, Providers } from "@/app/providers";
import { routes } from "@/app/routes";

/** Opens the whole console at an address, as a browser would. */
export function openConsole(address = "/") {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  const client = makeQueryClient(0);
  render(
    <Providers client={client}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return { router, client, user: userEvent.setup() };
}
