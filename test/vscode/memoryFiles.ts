import * as vscode from "vscode";

/** Files of a virtual workspace, by their paths. One that is a link is told to be one, and nothing else. */
export class MemoryFiles implements vscode.FileSystemProvider {
  readonly #files: ReadonlyMap<string, string>;
  readonly #links: ReadonlySet<string>;

  constructor(files: Readonly<Record<string, string>>, links: readonly string[] = []) {
    this.#files = new Map(Object.entries(files));
    this.#links = new Set(links);
  }

  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat({ path }: vscode.Uri): Omit<vscode.FileStat, "type"> & { readonly type: number } {
    const type = this.#typeOf(path);
    if (type === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return { type, ctime: 0, mtime: 0, size: Buffer.byteLength(this.#files.get(path) ?? "") };
  }

  readDirectory({ path }: vscode.Uri): [string, number][] {
    const front = path.endsWith("/") ? path : `${path}/`;
    const below = [...this.#files.keys()].filter((file) => file.startsWith(front));
    const names = new Set(below.map((file) => file.slice(front.length).split("/")[0] ?? ""));
    return Array.from(names, (name) => [name, this.#typeOf(front + name) ?? vscode.FileType.Unknown]);
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const content = this.#files.get(path);
    if (content === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return Buffer.from(content);
  }

  writeFile = readOnly;
  createDirectory = readOnly;
  delete = readOnly;
  rename = readOnly;

  #typeOf(path: string): number | undefined {
    const link = this.#links.has(path) ? vscode.FileType.SymbolicLink : 0;
    if (this.#files.has(path)) return vscode.FileType.File | link;
    const isFolder = [...this.#files.keys()].some((file) => file.startsWith(`${path}/`));
    return isFolder ? vscode.FileType.Directory | link : undefined;
  }
}

function readOnly(): never {
  throw vscode.FileSystemError.NoPermissions();
}
