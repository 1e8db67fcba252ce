import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { startTexts } from "@/lib/i18n";
import { server } from "./handlers";

// What jsdom lacks and Mantine asks for.
const media = (query: string) => ({ matches: false, media: query, onchange: null, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined, dispatchEvent: () => false }); // prettier-ignore
vi.stubGlobal("matchMedia", media);
vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} }); // prettier-ignore
vi.stubGlobal("scrollTo", () => undefined);
Element.prototype.scrollIntoView = () => undefined;

configure({ asyncUtilTimeout: 8000, getElementError: (message) => new Error(message?.slice(0, 600)) });

beforeAll(async () => {
  server.listen({ onUnhandledRequest: "error" });
  await startTexts();
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
