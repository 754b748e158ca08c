const AGAIN_MS = 1_500;

/** Loads a part of the page; while the service is away, again and again, so that the part is there once it is back. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
