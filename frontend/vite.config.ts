import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { precompressed, scriptBudget } from "./build/plugins.ts";

const gateway = process.env.CRM_GATEWAY ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/admin/customers/",
  plugins: [react(), scriptBudget(250), precompressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false, manifest: true },
  server: { port: 5173, proxy: { "/admin/customers/api": gateway } },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    testTimeout: 15_000,
  },
});
