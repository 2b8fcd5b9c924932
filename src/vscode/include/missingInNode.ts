import { posix } from "node:path";
import { type Complaint, type Missing, missingData, type Sent } from "./missing.ts";

const NO_MODULE = /Cannot find module '([^'\n]+)'/;
const IMPORTER = /' imported from (\/[^\n]+)/;
const REQUIRER = /\nRequire stack:\n- (\/[^\n]+)/;
const NO_FILE = /ENOENT: no such file or directory, (?:open|stat|lstat|access|copyfile) '([^'\n]+)'/;
/** What an import may say for a file above the importing one's folder. */
const ABOVE = /["'](\.\.?\/[^"'?#]{1,500})["']/g;

const MOST_CHARACTERS = 1000;

/** What Node 16 and later say when a module or a file isn't there. Packages are no files that lie beside. */
export function missingInNode({ message }: Complaint, sent: Sent): readonly Missing[] {
  const [module, importer] = [NO_MODULE.exec(message)?.[1], IMPORTER.exec(message)?.[1]];
  if (module !== undefined && importer !== undefined) return imported(module, importer, sent);
  if (module !== undefined) return required(module, REQUIRER.exec(message)?.[1], sent);
  const path = NO_FILE.exec(message)?.[1];
  return path === undefined ? [] : missingData(path, sent);
}

/** Node names the whole path. Where that leads above the program's folder, only the source says how far. */
function imported(module: string, importer: string, sent: Sent): Missing[] {
  const from = sent.files.nameOf(importer);
  if (!module.startsWith("/") || from === undefined) return [];
  const path = sent.files.nameOf(module) ?? pathAbove(module, importer, from, sent);
  return path === undefined ? [] : [{ kind: "file", paths: [path] }];
}

function pathAbove(module: string, importer: string, from: string, sent: Sent): string | undefined {
  for (const line of sent.files.linesOf(from)) {
    for (const [, specifier = ""] of line.slice(0, MOST_CHARACTERS).matchAll(ABOVE)) {
      if (posix.join(posix.dirname(importer), specifier) === module) return posix.join(posix.dirname(from), specifier);
    }
  }
  return undefined;
}

/** `require` goes by the specifier, and then adds what it may lack. */
function required(module: string, requirer: string | undefined, sent: Sent): Missing[] {
  const from = requirer === undefined ? sent.main : sent.files.nameOf(requirer);
  const isRelative = /^\.\.?(?:\/|$)/.test(module);
  const path = isRelative && from !== undefined ? posix.join(posix.dirname(from), module) : fromRoot(module, sent);
  if (path === undefined) return [];
  const bare = path.replace(/\/$/, "");
  const asFile = path === bare ? [path, `${path}.js`, `${path}.json`] : [];
  return [{ kind: "file", paths: [...asFile, `${bare}/index.js`, `${bare}/index.json`] }];
}

function fromRoot(module: string, sent: Sent): string | undefined {
  return module.startsWith("/") ? sent.files.nameOf(module) : undefined;
}
