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
  /** How large the window is, in pixels. */
  readonly viewport?: Viewport;
}

export interface Workbench extends AsyncDisposable {
  readonly page: Page;
  /** Opens another window, as in another browser: with an extension host of its own, and without tests. */
  openAnother(target: string): Promise<Page>;
  /** Settled with a sentence when the server, the browser or the page ends. */
  readonly broken: Promise<string>;
}

export type Payload = readonly (readonly [name: string, value: string])[];

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

const usualViewport: Viewport = { width: 1400, height: 900 };

/** Milliseconds to wait for something to appear; a busy machine with two cores needs several seconds at the start. */
const patience = 20_000;

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
    const opened = await launchBrowser(installation);
    browser = opened;
    const page = await openPage(opened, options.viewport);
    const pages = [page];
    const broken = whenBroken(server, opened, page);
    await Promise.race([page.goto(workbenchUrl(server.authority, options)), rejectOnAbort(options.signal)]);
    return {
      page,
      broken,
      async openAnother(other) {
        const another = await openPage(opened, options.viewport);
        pages.push(another);
        const { extensionTestsPath: _, ...withoutTests } = options;
        await another.goto(workbenchUrl(server.authority, { ...withoutTests, target: other }));
        return another;
      },
      async [Symbol.asyncDispose]() {
        await closeGently(pages, server);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPage(browser: Browser, viewport: Viewport = usualViewport): Promise<Page> {
  const context = await browser.newContext({ viewport, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  if (process.env["FORGEAI_VSCODE_LOG"] === "1") page.on("console", (line) => console.error(line.text()));
  return page;
}

/** Closing a page ends its extension host, which lets extensions deactivate; the last one's end ends the server. */
async function closeGently(pages: readonly Page[], server: Server): Promise<void> {
  await Promise.all(pages.map((page) => page.close().catch(() => {})));
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
