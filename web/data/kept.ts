/** What the browser keeps for this page: as long as the tab, or beyond it. Where that is forbidden it is kept until the page is left: figures do not depend on it. */
class Kept {
  readonly #place: () => Storage;
  readonly #own = new Map<string, string>();

  constructor(place: () => Storage) {
    this.#place = place;
  }

  get(key: string): string | undefined {
    return this.#own.get(key) ?? this.#try((storage) => storage.getItem(key)) ?? undefined;
  }

  set(key: string, text: string): void {
    this.#own.set(key, text);
    this.#try((storage) => storage.setItem(key, text));
  }

  remove(key: string): void {
    this.#own.delete(key);
    this.#try((storage) => storage.removeItem(key));
  }

  /** A browser that forbids it throws as soon as it is looked at. */
  #try<T>(act: (storage: Storage) => T): T | undefined {
    try {
      return act(this.#place());
    } catch {
      return undefined;
    }
  }
}

export const keptInTab = new Kept(() => sessionStorage);
export const keptInBrowser = new Kept(() => localStorage);
