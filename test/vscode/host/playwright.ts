// The part of playwright-core's interface that is used here. It comes with the host's folder, not with the project's
// packages, so its own declarations are not there to import.

export interface Playwright {
  readonly chromium: { launch(options: LaunchOptions): Promise<Browser> };
}

export interface LaunchOptions {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly handleSIGINT: boolean;
  readonly handleSIGTERM: boolean;
  readonly handleSIGHUP: boolean;
}

export interface Browser {
  newContext(options: {
    readonly viewport: { readonly width: number; readonly height: number };
    readonly permissions: readonly string[];
  }): Promise<{ newPage(): Promise<Page> }>;
  on(event: "disconnected", listener: () => void): unknown;
  close(): Promise<void>;
}

export interface Page {
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
  goto(url: string): Promise<unknown>;
  locator(selector: string, options?: TextFilter): Locator;
  close(): Promise<void>;
  on(event: "crash", listener: () => void): unknown;
  on(event: "console", listener: (line: { text(): string }) => void): unknown;
  screenshot(options?: { readonly path: string }): Promise<Uint8Array>;
  setDefaultTimeout(milliseconds: number): void;
}

export interface Keyboard {
  /** A key or a chord, as in `Control+Shift+M`. */
  press(keys: string): Promise<void>;
  type(text: string): Promise<void>;
  insertText(text: string): Promise<void>;
  down(key: string): Promise<void>;
  up(key: string): Promise<void>;
}

/** Places are in pixels of the page. */
export interface Mouse {
  move(x: number, y: number, options?: { readonly steps: number }): Promise<void>;
  click(x: number, y: number): Promise<void>;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Locator {
  first(): Locator;
  all(): Promise<Locator[]>;
  locator(selector: string, options?: TextFilter): Locator;
  filter(options: TextFilter): Locator;
  waitFor(options?: {
    readonly state?: "attached" | "detached" | "visible" | "hidden";
    readonly timeout?: number;
  }): Promise<void>;
  click(options?: { readonly button?: "right"; readonly timeout?: number }): Promise<void>;
  hover(): Promise<void>;
  fill(text: string, options?: { readonly timeout: number }): Promise<void>;
  count(): Promise<number>;
  isVisible(): Promise<boolean>;
  boundingBox(): Promise<Box | null>;
  innerText(): Promise<string>;
  getAttribute(name: string): Promise<string | null>;
  allInnerTexts(): Promise<string[]>;
}

interface TextFilter {
  readonly hasText?: string | RegExp;
}
