const AGAIN_MS = 1_500;

/** The service serves another version of the page than this one: parts that were not loaded yet are gone. */
export class Outdated extends Error {
  override readonly name = "Outdated";

  constructor() {
    super("Fillbook was upgraded while this page was open, and what belongs here is part of the new version");
  }
}

/**
 * Loads a part of the page; while the service is away, again and again, so that the part is there once it is back.
 * @throws Outdated where it will never be
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      if (await isOutdated()) throw new Outdated();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** The page as it is served now begins with another script. */
async function isOutdated(): Promise<boolean> {
  const own = document.querySelector("script[type=module][src]")?.getAttribute("src");
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const page = answer.ok ? await answer.text() : "";
    return typeof own === "string" && page.includes("<script") && !page.includes(own);
  } catch {
    return false; // nobody answers
  }
}
