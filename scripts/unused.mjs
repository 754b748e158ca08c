// Dead code: what a file exports and nobody uses. `npm run check` runs it.
//
// Reported are: a function, class or constant that no other file imports (an index that only passes it on is no use);
// a value that an index passes on and nobody outside of its folder takes from there; a type that is named nowhere but
// where it is declared. Tests, benches and examples count as users; src/index.ts is the library's door, used by others.
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const LIBRARY = "src/index.ts";

const configOf = (folder) => ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, folder, "tsconfig.json"), ts.sys.readFile).config, ts.sys, join(root, folder));
const { options, fileNames } = configOf("test");
const program = ts.createProgram([...fileNames, ...configOf("web").fileNames], options);
const checker = program.getTypeChecker();
const files = program.getSourceFiles().filter((file) => !file.isDeclarationFile && !file.fileName.includes("/node_modules/"));
const pathOf = (file) => relative(root, file.fileName).replaceAll("\\", "/");
const isIndex = (path) => path.endsWith("/index.ts");

/** Symbol → the files that name it, but for imports and for indexes that pass it on. */
const users = new Map();
/** `index path + name` of everything that is imported through an index from outside of its folder. */
const entered = new Set();

for (const file of files) collect(file, pathOf(file));

const problems = files
  .filter((file) => /^(src|web)\//.test(pathOf(file)) && !pathOf(file).endsWith(".test.ts") && !pathOf(file).endsWith(".config.ts") && pathOf(file) !== LIBRARY)
  .flatMap((file) => (isIndex(pathOf(file)) ? unusedDoors(file) : unusedExports(file)));
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function collect(file, path) {
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) enter(node, path);
    else if (ts.isImportTypeNode(node)) enterAll(node.argument.literal, path);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) enterAll(node.arguments[0], path);
    else if (ts.isIdentifier(node)) use(resolved(checker.getSymbolAtLocation(node)), node, path);
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(file);
}

function use(symbol, node, path) {
  if (symbol === undefined || node.parent.name === node || (ts.isExportSpecifier(node.parent) && path !== LIBRARY)) return;
  const paths = users.get(symbol) ?? new Set();
  users.set(symbol, paths.add(path));
  // `{ a }` names a property and uses a variable at once
  if (ts.isShorthandPropertyAssignment(node.parent)) use(resolved(checker.getShorthandAssignmentValueSymbol(node.parent)), { parent: {} }, path);
}

function enter(declaration, path) {
  const { moduleSpecifier } = declaration;
  if (moduleSpecifier === undefined) return;
  const clause = ts.isImportDeclaration(declaration) ? declaration.importClause?.namedBindings : declaration.exportClause;
  if (clause === undefined || ts.isNamespaceImport(clause) || ts.isNamespaceExport(clause)) enterAll(moduleSpecifier, path);
  else for (const { propertyName, name } of clause.elements) entered.add(`${targetOf(moduleSpecifier)} ${(propertyName ?? name).text}`);
}

function enterAll(specifier, path) {
  const module = specifier === undefined ? undefined : checker.getSymbolAtLocation(specifier);
  if (module === undefined) return;
  for (const symbol of checker.getExportsOfModule(module)) {
    entered.add(`${targetOf(specifier)} ${symbol.name}`);
    users.set(resolved(symbol), (users.get(resolved(symbol)) ?? new Set()).add(path));
  }
}

function targetOf(specifier) {
  const declaration = checker.getSymbolAtLocation(specifier)?.declarations?.[0];
  return declaration === undefined ? "" : pathOf(declaration.getSourceFile());
}

function resolved(symbol) {
  return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function exportsOf(file) {
  const module = checker.getSymbolAtLocation(file);
  return module === undefined ? [] : checker.getExportsOfModule(module);
}

function unusedExports(file) {
  const path = pathOf(file);
  return exportsOf(file).flatMap((symbol) => {
    const target = resolved(symbol);
    const by = users.get(target) ?? new Set();
    const used = target.flags & ts.SymbolFlags.Value ? [...by].some((user) => user !== path) : by.size > 0;
    return used || !declaredIn(target, file) ? [] : [`${path}: ${symbol.name} is exported, and no other file uses it`];
  });
}

function unusedDoors(file) {
  const path = pathOf(file);
  return exportsOf(file).flatMap((symbol) => {
    const value = resolved(symbol).flags & ts.SymbolFlags.Value;
    return !value || entered.has(`${path} ${symbol.name}`) ? [] : [`${path}: ${symbol.name} is passed on, and nobody outside of ${dirname(path)} takes it`];
  });
}

function declaredIn(symbol, file) {
  return symbol.declarations?.some((declaration) => declaration.getSourceFile() === file) ?? false;
}
