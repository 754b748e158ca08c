import { watchFiles } from "../runtime/index.ts";
import { readTokens, tokensPath } from "./token-file.ts";
import { idOf, isToken, standingOf, type Token } from "./token.ts";

/** Who a text belongs to, or why it lets nobody in. */
export type Found = { readonly token: Token } | { readonly why: "unknown" | "expired" | "revoked" };

/** The tokens of a data folder as they are now: what `fillbook token` changes holds within a second. */
export class LiveTokens {
  readonly #dataDir: string;
  readonly #onProblem: (error: Error) => void;
  readonly #onChange: () => void;
  readonly #unwatch: () => void;
  #byId = new Map<string, Token>();
  #isRequired = false;

  private constructor(dataDir: string, onChange: () => void, onProblem: (error: Error) => void, everyMs: number | undefined) {
    this.#dataDir = dataDir;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.#unwatch = watchFiles([tokensPath(dataDir)], () => this.#readAgain(), everyMs);
  }

  /**
   * Reads the tokens, and follows their file. While it cannot be read nobody gets in.
   * @param onProblem told when it can no longer be read
   * @throws TokensUnreadable when it cannot be read now
   */
  static open(dataDir: string, { onChange, onProblem, everyMs }: { readonly onChange: () => void; readonly onProblem: (error: Error) => void; readonly everyMs?: number | undefined }): LiveTokens {
    const tokens = new LiveTokens(dataDir, onChange, onProblem, everyMs);
    try {
      tokens.#take(readTokens(dataDir));
    } catch (error) {
      tokens.close();
      throw error;
    }
    return tokens;
  }

  /** Whether nobody gets in without one: from the first token on, also when all were revoked, or their file has gone. */
  get isRequired(): boolean {
    return this.#isRequired;
  }

  /** Whether there is one that lets somebody in. */
  hasValid(nowNs: bigint): boolean {
    return [...this.#byId.values()].some((token) => standingOf(token, nowNs) === "valid");
  }

  /** All of them, as they are kept: without what would let anybody in. */
  list(): Token[] {
    return [...this.#byId.values()];
  }

  /** The token that a text is. */
  find(text: string, nowNs: bigint): Found {
    const id = idOf(text);
    const token = id === undefined ? undefined : this.#byId.get(id);
    if (!isToken(text, token)) return { why: "unknown" };
    const standing = standingOf(token, nowNs);
    return standing === "valid" ? { token } : { why: standing };
  }

  /** Whether a token that was found is still as it was. */
  isStill(token: Token, nowNs: bigint): boolean {
    const now = this.#byId.get(token.id);
    return now !== undefined && standingOf(now, nowNs) === "valid" && grants(now) === grants(token);
  }

  close(): void {
    this.#unwatch();
  }

  #readAgain(): void {
    try {
      this.#take(readTokens(this.#dataDir));
    } catch (error) {
      this.#isRequired = true;
      this.#byId = new Map();
      this.#onProblem(error as Error);
    }
    this.#onChange();
  }

  #take(tokens: readonly Token[]): void {
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
    this.#isRequired ||= tokens.length > 0;
  }
}

function grants({ hash, scopes, accounts }: Token): string {
  return JSON.stringify([hash, scopes, accounts]);
}
