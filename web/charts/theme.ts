import { useEffect, useState } from "react";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Whether the system is dark: a chart is drawn anew when that turns. */
export function useTheme(): boolean {
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const turn = () => setDark(dark.matches);
    dark.addEventListener("change", turn);
    return () => dark.removeEventListener("change", turn);
  }, []);
  return isDark;
}

/** The colour of a token as the page has it now, as `rgb(…)`: what draws on a canvas of its own does not know OKLCH. */
export function tokenColour(name: string): string {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (context === null) return "gray";
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
