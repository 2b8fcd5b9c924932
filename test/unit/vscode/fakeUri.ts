import type { Uri } from "vscode";

/** The address of a file, as far as code without VS Code looks at it. */
export function fakeUri(path: string): Uri {
  return {
    scheme: "file",
    authority: "",
    path,
    query: "",
    fragment: "",
    fsPath: path,
    with: () => fakeUri(path),
    toString: () => `file://${path}`,
    toJSON: () => path,
  };
}
