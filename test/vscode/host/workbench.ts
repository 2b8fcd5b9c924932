import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "./browser.ts";
import { findInstallation } from "./installation.ts";
import { rejectOnAbort } from "./interruption.ts";
import type { Browser, Page } from "./playwright.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

export interface WorkbenchOptions extends ServerOptions {
  /** A folder or a .code-workspace file; none is an empty window. */
  readonly target?: string | undefined;
  readonly extensionDevelopmentPaths?: readonly string[];
  /** A module whose `run` the extension host calls. */
  readonly extensionTestsPath?: string;
  /** Other entries of the url's payload, as VS Code reads them. */
  readonly payload?: Payload;
}

export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** Settled with a sentence when the server, the browser or the page ends. */
  readonly broken: Promise<string>;
}

export type Payload = readonly (readonly [name: string, value: string])[];

const viewport = { width: 1400, height: 900 };

/** Milliseconds. VS Code gives extensions five seconds to deactivate. */
const deactivationLimit = 6_000;

/** Starts a server and a browser and opens VS Code's workbench; all three are ended when it is disposed of. */
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
    if (process.env["FORGEAI_VSCODE_LOG"] === "1") page.on("console", (line) => console.error(line.text()));
    await Promise.race([page.goto(workbenchUrl(server.authority, options)), rejectOnAbort(options.signal)]);
    return {
      page,
      broken,
      async [Symbol.asyncDispose]() {
        await closeGently(page, server);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closing the page ends the extension host, which lets extensions deactivate, and that ends the server. */
async function closeGently(page: Page, server: Server): Promise<void> {
  await page.close().catch(() => {});
  await Promise.race([server.ended, delay(deactivationLimit, undefined, { ref: false })]);
}

async function whenBroken(server: Server, browser: Browser, page: Page): Promise<string> {
  return await Promise.race([
    server.ended.then((lastLines) => `the VS Code server ended\n${lastLines}`),
    new Promise<string>((settle) => page.on("crash", () => settle("the page of VS Code crashed"))),
    new Promise<string>((settle) => browser.on("disconnected", () => settle("the browser ended"))),
  ]);
}

export function workbenchUrl(authority: string, options: WorkbenchOptions): string {
  const url = new URL(`http://${authority}/`);
  const { target } = options;
  if (target === undefined) url.searchParams.set("ew", "true");
  else url.searchParams.set(target.endsWith(".code-workspace") ? "workspace" : "folder", resolve(target));
  url.searchParams.set("payload", JSON.stringify(fullPayload(authority, options)));
  return url.href;
}

function fullPayload(authority: string, options: WorkbenchOptions): Payload {
  const onServer = (path: string): string => `vscode-remote://${authority}${pathToFileURL(path).pathname}`;
  const { extensionDevelopmentPaths = [], extensionTestsPath, payload = [] } = options;
  const tests = extensionTestsPath === undefined ? [] : [extensionTestsPath];
  return [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...extensionDevelopmentPaths.map((path) => ["extensionDevelopmentPath", onServer(path)] as const),
    ...tests.map((path) => ["extensionTestsPath", onServer(path)] as const),
    ...payload,
  ];
}
