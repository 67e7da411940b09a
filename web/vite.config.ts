import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { fixturePlugin } from "./tests/server/vitePlugin";

/** Where `npm run dev` finds a running Lingting. */
const backend = process.env.LINGTING_URL ?? "http://127.0.0.1:8080";

/** Packages that every page needs and that change least. */
const REACT = /node_modules\/(react|react-dom|react-router|react-router-dom|@remix-run|scheduler)\//;

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === "fixture" ? [fixturePlugin()] : [])],
  server: mode === "fixture" ? {} : { proxy: { "/api": { target: backend, ws: true } } },
  build: {
    target: "es2021",
    // The largest part is the component library; it is cached apart from our own pages.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks: (id) => (REACT.test(id) ? "react" : undefined),
      },
    },
  },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          environment: "node",
          testTimeout: 30_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
}));
