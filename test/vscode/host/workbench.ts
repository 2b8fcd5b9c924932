import { resolve } from "node:path";
import { launchBrowser } from "./browser.ts";
import { findInstallation } from "./installation.ts";
import type { Browser, Page } from "./playwright.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

export interface WorkbenchOptions extends ServerOptions {
  /** A folder or a .code-workspace file; none is an empty window. */
  readonly target?: string | undefined;
  readonly extensionDevelopmentPaths?: readonly string[];
  /** A module in whose `run` the extension host runs tests; `onTestsEnd` is told 0 when it resolves and 1 when it rejects. */
  readonly extensionTestsPath?: string;
  readonly onTestsEnd?: (exitCode: number) => void;
  /** Other entries of the url's payload, as VS Code reads them. */
  readonly payload?: Payload;
}

export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** Settled with a sentence when the server or the page ends without being asked to. */
  readonly broken: Promise<string>;
}

export type Payload = readonly (readonly [name: string, value: string])[];

const viewport = { width: 1400, height: 900 };

/** Starts a server and a browser, and opens VS Code's workbench in it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const installation = findInstallation();
  const server = await startServer(installation, options);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server[Symbol.asyncDispose]();
  };
  try {
    options.signal?.throwIfAborted();
    browser = await launchBrowser(installation);
    const context = await browser.newContext({ viewport, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    const broken = whenBroken(server, browser, page);
    await page.exposeFunction("codeAutomationExit", (code) => options.onTestsEnd?.(Number(code)));
    options.signal?.throwIfAborted();
    await page.goto(workbenchUrl(server.authority, options));
    return { page, broken, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function whenBroken(server: Server, browser: Browser, page: Page): Promise<string> {
  return await Promise.race([
    server.ended.then((lastLines) => `the VS Code server ended\n${lastLines}`),
    new Promise<string>((settle) => page.on("crash", () => settle("the page of VS Code crashed"))),
    new Promise<string>((settle) => browser.on("disconnected", () => settle("the browser ended"))),
  ]);
}

export function workbenchUrl(authority: string, options: WorkbenchOptions): string {
  const onServer = (path: string): string => `vscode-remote://${authority}${encodeURI(resolve(path))}`;
  const payload: Payload = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...(options.extensionDevelopmentPaths ?? []).map((path) => ["extensionDevelopmentPath", onServer(path)] as const),
    ...(options.extensionTestsPath === undefined
      ? []
      : [["extensionTestsPath", onServer(options.extensionTestsPath)] as const]),
    ...(options.payload ?? []),
  ];
  const url = new URL(`http://${authority}/`);
  if (options.target === undefined) url.searchParams.set("ew", "true");
  else
    url.searchParams.set(options.target.endsWith(".code-workspace") ? "workspace" : "folder", resolve(options.target));
  url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}
