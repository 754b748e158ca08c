import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The page, built into dist/web: nothing inline, for its policy allows none; what a view alone needs comes when the view is opened. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/web/",
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL("../dist/web", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
