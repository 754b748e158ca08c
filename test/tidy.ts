import { builtinModules } from "node:module";
import { posix } from "node:path";
import ts from "typescript";

/**
 * The house in rows: a folder imports only from smaller rows. `venues/<name>` stands for every venue's folder, and
 * `venues` for what stands beside them and may know them all; `core` and `index` are doors that only pass on;
 * the command comes after the library's door, for it may use the library as anybody does.
 */
const ROWS: Readonly<Record<string, number>> = {
  "core/num": 1,
  "core/model": 2,
  "core/position": 3,
  "core/market": 3,
  "core/book": 4,
  "core/pairs": 5,
  "core/opportunity": 5,
  "core/risk": 5,
  "core/performance": 5,
  "core/engine": 6,
  "core/wire": 7,
  "core/library": 7,
  core: 7.5,
  journal: 8,
  runtime: 9,
  store: 10,
  tokens: 10,
  "venues/<name>": 10,
  venues: 10.5,
  server: 11,
  index: 11.5,
  cli: 12,
};

/** What reads the time, chance or the machine. As a name on its own; `order.process` is nobody's business. */
const IMPURE_NAMES = new Set([
  "performance", "process", "Buffer", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame",
  "globalThis", "console", "fetch", "crypto", "Intl", "require",
]);
const IMPURE_MEMBERS = new Set(["Date.now", "Math.random"]);
const NODE_MODULES = new Set(builtinModules);

/**
 * What is wrong with the imports of one file, a sentence each. `path` is relative to the root, with `/`. Tests, benches
 * and examples may enter anything.
 */
export function importProblems(path: string, text: string): string[] {
  if (isTest(path)) return [];
  const imports = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  return imports.flatMap((specifier) => {
    if (!specifier.startsWith(".")) return [];
    const problem = importProblem(path, posix.join(posix.dirname(path), specifier));
    return problem === undefined ? [] : [`${path} imports ${specifier}: ${problem}`];
  });
}

function importProblem(from: string, to: string): string | undefined {
  const source = folderOf(from);
  const target = folderOf(to);
  if (source === undefined) return undefined;
  if (target === undefined) return "production code knows no file outside src";
  if (source.name === target.name) return undefined;
  if (source.name === "web") return target.name.startsWith("core") ? entered(target.folder, to) : "web knows src/core only";
  if (source.row === undefined) return `${source.name} stands in no row of the house: add it to test/tidy.ts`;
  if (target.row === undefined) return `${target.name} stands in no row of the house: add it to test/tidy.ts`;
  if (target.row > source.row) return `${target.name} stands in a later row than ${source.name}`;
  if (target.row === source.row) return `${target.name} and ${source.name} stand in one row and do not know each other`;
  return entered(target.folder, to);
}

function entered(folder: string, path: string): string | undefined {
  return path === `${folder}/index.ts` ? undefined : `${folder} is entered by its index.ts only`;
}

interface Folder {
  readonly name: string; // as the rows call it
  readonly folder: string; // its path
  readonly row: number | undefined;
}

/** The folder of the house that a file stands in; undefined outside of src and web. */
function folderOf(path: string): Folder | undefined {
  const parts = path.split("/");
  if (parts[0] === "web" || path.startsWith("src/web/")) return { name: "web", folder: parts[0] === "web" ? "web" : "src/web", row: undefined };
  if (parts[0] !== "src") return undefined;
  const inside = parts.slice(1, -1);
  const name = inside.length === 0 ? "index" : ["core", "venues"].includes(inside[0]!) ? inside.slice(0, 2).join("/") : inside[0]!;
  const kind = name.startsWith("venues/") ? "venues/<name>" : name;
  return { name, folder: name === "index" ? "src" : `src/${name}`, row: ROWS[kind] };
}

/** Where one file of src/core reads a clock, rolls dice or touches the machine: a sentence each. */
export function impurities(path: string, text: string): string[] {
  if (!path.startsWith("src/core/") || isTest(path)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string): void => {
    found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} uses ${what}: src/core knows no clock, no chance and no machine`);
  };
  const visit = (node: ts.Node): void => {
    const what = impurity(node);
    if (what !== undefined) report(node, what);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
    if (fileName.startsWith("node:") || NODE_MODULES.has(fileName)) found.push(`${path} imports ${fileName}: src/core knows no machine`);
  }
  return found;
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && IMPURE_NAMES.has(node.text) && !isMemberName(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : "";
    const member = `${node.expression.getText()}.${name}`;
    if (IMPURE_MEMBERS.has(member)) return member;
  }
  // `new Date(ms)` is arithmetic; without an argument it is the clock, with several it is the machine's time zone.
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && node.arguments?.length !== 1) return "new Date() but for `new Date(milliseconds)`";
  if (ts.isCallExpression(node) && node.expression.getText() === "Date") return "Date()";
  return undefined;
}

/** Whether an identifier only names a member: `a.process`, `{ process: 1 }`, `process(): void` in a class. */
function isMemberName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || !(path.startsWith("src/") || path.startsWith("web/"));
}
