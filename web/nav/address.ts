/** Where the page is: everything of it stands in the address, so that a link leads back. */
export interface Place {
  readonly view: string; // overview, positions, …
  readonly of: string | undefined; // the symbol of #/symbol/BTC%2FUSD
  readonly params: URLSearchParams; // filters; not to be changed in place
}

/**
 * Reads the part of an address behind its `#`.
 * @example placeOf("#/symbol/BTC%2FUSD?account=main").of // => "BTC/USD"
 * @example placeOf("").view // => "overview"
 * @example placeOf("#/symbol/").of // => undefined
 */
export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", ...rest] = path.split("/");
  return { view: view === "" ? "overview" : view, of: rest.join("") === "" ? undefined : decoded(rest.join("/")), params: new URLSearchParams(query) };
}

/**
 * The address of a place.
 * @example linkTo("symbol", "BTC/USD", { account: "main" }) // => "#/symbol/BTC%2FUSD?account=main"
 */
export function linkTo(view: string, of?: string, params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams(Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "")).toString();
  return `#/${view}${of === undefined ? "" : `/${encodeURIComponent(of)}`}${query === "" ? "" : `?${query}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
