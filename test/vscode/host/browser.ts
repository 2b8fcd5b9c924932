import type { Installation } from "./installation.ts";
import type { Browser } from "./playwright.ts";

const flags = [
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  // The workbench needs nothing but its own server, and a name that can't be looked up may cost a long wait.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/** A headless Chromium. Signals are left to the caller, who has more to end than the browser. */
export async function launchBrowser({ playwright, chromium }: Installation): Promise<Browser> {
  return await playwright.chromium.launch({
    executablePath: chromium,
    args: flags,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
