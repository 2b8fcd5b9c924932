import { posix } from "node:path";
import { type Complaint, type Missing, missingData, type Sent } from "./missing.ts";

const NO_MODULE = /ModuleNotFoundError: No module named '([\p{L}\p{N}_.]+)'(?!;)/u;
/** Python 3.13 and later put advice around where the package lies. */
const NO_NAME =
  /ImportError: cannot import name '([\p{L}\p{N}_]+)' from (?:partially initialized module )?'([\p{L}\p{N}_.]+)'.*?\((?:consider renaming '([^']*)'.*|([^()]*)\)$)/u;
const NO_FILE = /\[Errno 2\] No such file or directory: ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/;

/** An import in brackets goes on over lines; few do so over more. */
const MOST_LINES = 20;
const MOST_NAMES = 20;
const MOST_CHARACTERS = 1000;

/** What Python 3.8 and later say when a module or a file isn't there. */
export function missingInPython(complaint: Complaint, sent: Sent): readonly Missing[] {
  const [first = ""] = complaint.message.slice(0, MOST_CHARACTERS).split("\n");
  const module = NO_MODULE.exec(first)?.[1];
  if (module !== undefined) return modulesOf(complaint, module, sent).flatMap((each) => filesOf(each, sent));
  const [, name, from, advised, location = advised ?? ""] = NO_NAME.exec(first) ?? [];
  if (name !== undefined && from !== undefined) return submodule(`${from}.${name}`, location, sent);
  const path = unquote(NO_FILE.exec(first)?.[1] ?? "");
  return path === undefined ? [] : missingData(path, sent);
}

/** All modules of the statement that failed: Python names only the first of `from package.part import other` that it missed. */
function modulesOf({ file, line }: Complaint, missing: string, sent: Sent): readonly string[] {
  const statement = importAt(sent.files.linesOf(file).slice(line - 1, line - 1 + MOST_LINES));
  const [, from, imported = ""] = /\bfrom\s+([.\p{L}\p{N}_]+)\s+import\b(.*)/u.exec(statement) ?? [];
  if (from !== undefined) {
    const base = from.startsWith(".") ? missing : from;
    return isWithin(base, missing) ? [base, ...namesIn(imported).map((name) => `${base}.${name}`)] : [missing];
  }
  const all = namesIn(/\bimport\b(.*)/.exec(statement)?.[1] ?? "").filter((name) => isWithin(name, missing));
  return all.length === 0 ? [missing] : all;
}

/** The statement in one line, without comments. */
function importAt(lines: readonly string[]): string {
  const end = lines.findIndex((line) => line.includes(")"));
  const isOpen = /\bimport\s*\([^)]*$/.test(withoutComment(lines[0] ?? ""));
  return lines
    .slice(0, isOpen ? end + 1 : 1)
    .map(withoutComment)
    .join(" ");
}

function withoutComment(line: string): string {
  return line.slice(0, MOST_CHARACTERS).replace(/#.*/, "");
}

/** "(a as b, c.d)" imports a and c.d. */
function namesIn(list: string): string[] {
  const [names = ""] = list.replace(/[()]/g, " ").split(";");
  return names
    .split(",")
    .flatMap((item) => /^\s*([\p{L}\p{N}_.]+)/u.exec(item)?.[1] ?? [])
    .slice(0, MOST_NAMES);
}

function isWithin(module: string, package_: string): boolean {
  return module === package_ || module.startsWith(`${package_}.`);
}

/** A script's modules lie beside it. All packages on the way have a file of their own, or none. */
function filesOf(module: string, sent: Sent): Missing[] {
  const names = module.split(".");
  if (names.includes("")) return [];
  return names.map((_, index): Missing => {
    const path = posix.join(posix.dirname(sent.main), ...names.slice(0, index + 1));
    const isLast = index === names.length - 1;
    return { kind: "file", paths: [`${path}/__init__.py`, ...(isLast ? [`${path}.py`] : [])] };
  });
}

/** A name that a package doesn't define may be a module in its folder. */
function submodule(module: string, location: string, sent: Sent): readonly Missing[] {
  if (location === "unknown location") return filesOf(module, sent).slice(-1);
  const inside = sent.files.nameOf(location);
  if (inside === undefined || posix.basename(inside) !== "__init__.py") return [];
  const path = posix.join(posix.dirname(inside), module.slice(module.lastIndexOf(".") + 1));
  return [{ kind: "file", paths: [`${path}/__init__.py`, `${path}.py`] }];
}

/** What Python writes for a text. Undefined for one that no file's name would be. */
function unquote(quoted: string): string | undefined {
  if (quoted === "") return undefined;
  const text = quoted.slice(1, -1).replace(/\\([\\'"])/g, "$1");
  return text.includes("\\") ? undefined : text;
}
