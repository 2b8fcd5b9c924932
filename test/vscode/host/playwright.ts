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
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  count(): Promise<number>;
  innerText(): Promise<string>;
  getAttribute(name: string): Promise<string | null>;
  allInnerTexts(): Promise<string[]>;
}

interface TextFilter {
  readonly hasText?: string | RegExp;
}
