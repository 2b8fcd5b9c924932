import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** What is asked of the host on its command line, in the words of desktop VS Code. */
export interface CommandLine {
  readonly extensionDevelopmentPaths: readonly string[];
  readonly extensionTestsPath: string;
  /** A folder or a .code-workspace file; none is an empty window. */
  readonly target: string | undefined;
  readonly userDataFolder: string | undefined;
  readonly extensionsFolder: string | undefined;
  readonly disableExtensions: boolean;
  /** On which the extension host lets a debugger attach. */
  readonly inspectorPort: string | undefined;
}

const options = {
  extensionDevelopmentPath: { type: "string", multiple: true },
  extensionTestsPath: { type: "string" },
  "folder-uri": { type: "string" },
  "user-data-dir": { type: "string" },
  "extensions-dir": { type: "string" },
  "disable-extensions": { type: "boolean" },
  "inspect-extensions": { type: "string" },
} as const;

/** Flags that only mean something to a desktop program (`--no-sandbox`, `--disable-updates`, …) are let through unread. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
  const text = (name: keyof typeof options): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const path = (name: keyof typeof options): string | undefined => {
    const value = text(name);
    return value === undefined ? undefined : toPath(value);
  };

  const extensionTestsPath = path("extensionTestsPath");
  if (extensionTestsPath === undefined)
    throw new Error("--extensionTestsPath is missing: this host does nothing but run tests");
  const developed = values["extensionDevelopmentPath"];
  const [firstPositional] = positionals;
  return {
    extensionDevelopmentPaths: Array.isArray(developed) ? developed.map((value) => toPath(String(value))) : [],
    extensionTestsPath,
    target: path("folder-uri") ?? (firstPositional === undefined ? undefined : resolve(firstPositional)),
    userDataFolder: path("user-data-dir"),
    extensionsFolder: path("extensions-dir"),
    disableExtensions: values["disable-extensions"] === true,
    inspectorPort: text("inspect-extensions"),
  };
}

function toPath(value: string): string {
  return value.startsWith("file:") ? fileURLToPath(value) : resolve(value);
}
