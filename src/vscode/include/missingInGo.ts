import { posix } from "node:path";
import { type Complaint, type Missing, missingData, type Sent } from "./missing.ts";

const UNDEFINED = /^undefined: ([\p{L}\p{N}_]+)$/mu;
const NO_METHOD = /\b(?:has no field or method|missing method) ([\p{L}\p{N}_]+)/u;
const NO_EMBEDDED = /^pattern ([^\s*?[\]]+): no matching files found$/m;
const NO_FILE = /(?:^|.*\s)(?:open|stat|lstat) ([^\n]+?): no such file or directory/;

/** Of other systems than the container's. A file that is named is compiled, whatever it says of itself. */
const FOREIGN =
  /_(?:aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows)(?:_\w+)?\.go$/;

const MOST_CHARACTERS = 1000;

/** What Go 1.18 and later say when a part of a package or a file isn't there. */
export function missingInGo({ file, message: whole }: Complaint, sent: Sent): readonly Missing[] {
  const message = whole.slice(0, MOST_CHARACTERS);
  const folder = posix.dirname(file) === "." ? "" : posix.dirname(file);
  const [name, method] = [UNDEFINED.exec(message)?.[1], NO_METHOD.exec(message)?.[1]];
  if (name !== undefined || method !== undefined) {
    const packageName = packageIn(sent.files.linesOf(file));
    return [{ kind: "definition", folder, name: name ?? `.${method}`, packageName }];
  }
  const embedded = NO_EMBEDDED.exec(message)?.[1];
  if (embedded !== undefined) return [{ kind: "file", paths: [posix.join(folder, embedded)] }];
  const path = NO_FILE.exec(message)?.[1];
  return path === undefined ? [] : missingData(path, sent);
}

function packageIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const name = /^package\s+([\p{L}\p{N}_]+)/u.exec(line.slice(0, MOST_CHARACTERS))?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What a file adds to its package. */
export interface Definitions {
  readonly packageName: string | undefined;
  /** Those of methods have a dot in front. */
  readonly names: ReadonlySet<string>;
}

/** Undefined for a file that can't be compiled together with a program: a test, one for other systems, another program. */
export function readDefinitions(fileName: string, source: string): Definitions | undefined {
  if (!fileName.endsWith(".go") || fileName.endsWith("_test.go") || FOREIGN.test(fileName)) return undefined;
  const lines = source.split(/\r?\n/);
  const names = definedNames(lines);
  if (names.has("main") || lines.some(isForeignConstraint)) return undefined;
  return { packageName: packageIn(lines), names };
}

function isForeignConstraint(line: string): boolean {
  return line.startsWith("//go:build ") && !/(?<![!\w])(?:linux|unix)\b/.test(line.slice(0, MOST_CHARACTERS));
}

const FUNCTION = /^func\s+(\([^)]*\)\s*)?([\p{L}\p{N}_]+)/u;
const DECLARATION = /^(?:var|const|type)\s+([\p{L}\p{N}_]+(?:\s*,\s*[\p{L}\p{N}_]+)*)/u;
const GROUP = /^(?:var|const|type)\s*\(/;
const IN_GROUP = /^(?:\t| {2,4})([\p{L}\p{N}_]+(?:\s*,\s*[\p{L}\p{N}_]+)*)/u;

/** What a file defines at its top level, as its lines look when they are formatted by gofmt. Methods have a dot in front. */
function definedNames(lines: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  let isInGroup = false;
  for (const whole of lines) {
    const line = whole.slice(0, MOST_CHARACTERS);
    const [, receiver, name] = FUNCTION.exec(line) ?? [];
    if (name !== undefined) names.add(receiver === undefined ? name : `.${name}`);
    const list = (isInGroup ? IN_GROUP : DECLARATION).exec(line)?.[1] ?? "";
    for (const each of list.split(",")) if (each !== "") names.add(each.trim());
    if (GROUP.test(line)) isInGroup = true;
    if (line.startsWith(")")) isInGroup = false;
  }
  return names;
}
