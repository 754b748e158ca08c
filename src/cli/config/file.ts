import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node as YamlNode } from "yaml";
import { nameProblem, shown } from "../../core/model/index.ts";
import { BadValue, shownPath, UnknownKey, type Said } from "./settings.ts";
import { isEach, isKey, KEYS, SPEC, type Node } from "./spec.ts";

const OLD = new Map(KEYS.flatMap(({ path, key }) => key.old.map((old): [string, string] => [old, path])));

/**
 * What a configuration file says. Scalars are read as text, so that no amount passes through a float.
 * @throws BadValue, UnknownKey, with the line and the column
 */
export function saidByFile(text: string, file: string): Said[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const said = error.code === "MULTIPLE_DOCS" ? "a second document begins: leave out the line ---" : error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "");
    throw new BadValue(`${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}: ${said}`);
  }
  return new Walk(document, lines, file).all();
}

class Walk {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #said = new Map<string, Said>(); // by key and name

  constructor(document: Document, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  all(): Said[] {
    this.#section(SPEC, [], undefined, this.#document.contents);
    return [...this.#said.values()];
  }

  /** @param parts the path of the section, `*` in the place of a name @param name that stands for it */
  #section(node: Node, parts: readonly string[], name: string | undefined, of: unknown): void {
    const content = this.#plain(of);
    const at = shownPath(parts.join("."), name);
    if (content === null || content === undefined || (isScalar(content) && content.value === "")) return; // an empty section says nothing
    const siblings = isEach(node) ? [] : Object.keys(node);
    if (!isMap(content)) {
      const keys = isEach(node) ? `the name of ${node.called === "account" ? "an" : "a"} ${node.called}` : siblings.join(", ");
      throw new BadValue(`${this.#place(content)}: ${at || "content"}: holds keys, each on a line of its own with its value after a colon: ${keys}`);
    }
    for (const { key, value } of content.items) {
      const keyNode = this.#plain(key);
      if (!isScalar(keyNode) || typeof keyNode.value !== "string") throw new BadValue(`${this.#place(keyNode)}: ${at || "content"}: a key is a word`);
      const word = keyNode.value;
      if (isEach(node)) {
        const problem = nameProblem(word);
        if (problem !== undefined) throw new BadValue(`${this.#place(keyNode)}: ${at}: the name ${shown(word)} ${problem}`);
        this.#section(node.each, [...parts, "*"], word, value);
        continue;
      }
      const old = OLD.get([...parts, word].join("."));
      const inner = Object.hasOwn(node, word) ? (node as Readonly<Record<string, Node>>)[word] : undefined;
      if (old !== undefined) this.#value(old, undefined, keyNode, value);
      else if (inner === undefined) throw new UnknownKey(this.#place(keyNode), [...(at === "" ? [] : [at]), word].join("."), siblings);
      else if (isKey(inner)) this.#value([...parts, word].join("."), name, keyNode, value);
      else this.#section(inner, [...parts, word], name, value);
    }
  }

  #value(path: string, name: string | undefined, key: unknown, of: unknown): void {
    const content = this.#plain(of);
    const where = this.#place(hasPlace(content) ? content : key);
    const id = shownPath(path, name);
    const before = this.#said.get(id);
    if (before !== undefined) throw new BadValue(`${where}: ${id}: is said at ${before.where} already: leave one of the two out`);
    this.#said.set(id, { path, name, text: this.#text(content, where, id), where });
  }

  #text(content: unknown, where: string, id: string): string {
    if (content === null || content === undefined) return "";
    if (isScalar(content) && typeof content.value === "string") return content.value.trim();
    if (!isSeq(content)) throw new BadValue(`${where}: ${id}: holds one value, not keys`);
    const texts = content.items.map((item) => {
      const one = this.#plain(item);
      if (!isScalar(one) || typeof one.value !== "string") throw new BadValue(`${this.#place(one)}: ${id}: is a list of single values`);
      if (one.value.includes(",")) throw new BadValue(`${this.#place(one)}: ${id}: ${shown(one.value)} holds a comma: write each value as one of the list`);
      return one.value.trim();
    });
    return texts.length === 0 ? "none" : texts.join(",");
  }

  /** What an alias stands for; anything else as it is. */
  #plain(of: unknown): unknown {
    return isAlias(of) ? of.resolve(this.#document) : of;
  }

  #place(of: unknown): string {
    const range = (of as YamlNode | null)?.range;
    const { line, col } = this.#lines.linePos(range?.[0] ?? 0);
    return `${this.#file}:${line}:${col}`;
  }
}

function hasPlace(of: unknown): boolean {
  const range = (of as YamlNode | null | undefined)?.range;
  return range !== null && range !== undefined;
}
