import type { Locator, Page } from "./playwright.ts";

/** Milliseconds to wait for something to appear; a busy machine with two cores needs several seconds at the start. */
const patience = 20_000;

/** Uses the workbench as someone at a keyboard would. Texts are as shown, with plain spaces. */
export class Person {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    page.setDefaultTimeout(patience);
  }

  /** Resolves when the workbench can be used: the editor area is there, and the status bar under it. */
  async waitForWorkbench(): Promise<void> {
    await this.#page.locator(".monaco-workbench .part.editor").waitFor();
    await this.#page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor();
  }

  /** Runs a command by its full title, as in `View: Toggle Output`. */
  async runCommand(title: string): Promise<void> {
    await this.#page.keyboard.press("F1");
    await this.#choose(`>${title}`, title);
  }

  async openFile(name: string): Promise<void> {
    await this.#page.keyboard.press("Control+P");
    await this.#choose(name, name);
    await this.#page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
  }

  /** Types into whatever has the focus, key by key, so that suggestions and closing brackets come as they do. */
  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** Puts text in at once, as pasting does. */
  async paste(text: string): Promise<void> {
    await this.#page.keyboard.insertText(text);
  }

  async press(keys: string): Promise<void> {
    await this.#page.keyboard.press(keys);
  }

  async clickCodeLens(title: string): Promise<void> {
    await this.#page.locator(".monaco-editor .codelens-decoration a", { hasText: title }).first().click();
  }

  /** The lines of the Output panel that are in view, once `expected` is among them; the panel must be open. */
  async readOutput(expected = ""): Promise<string> {
    const lines = this.#page.locator(".pane-body.output-view .view-line");
    await lines.filter({ hasText: expected }).first().waitFor();
    return (await shown(lines)).join("\n");
  }

  /** Opens the Problems panel and reads its rows (files and problems), once `expected` is in one of them. */
  async readProblems(expected: string): Promise<string[]> {
    await this.runCommand("Problems: Focus on Problems View");
    const rows = this.#page.locator(".markers-panel .monaco-list-row");
    await rows.filter({ hasText: expected }).first().waitFor();
    return await shown(rows);
  }

  /** Waits for a notification in the list under the bell, for VS Code pops none up while an extension is under development. */
  async readNotification(expected: string): Promise<string> {
    const messages = this.#page.locator(".notifications-center .notification-list-item-message");
    await this.#page.locator('[id="status.notifications"]').click();
    const message = messages.filter({ hasText: expected }).first();
    await message.waitFor();
    const text = await message.innerText();
    await this.#page.keyboard.press("Escape");
    await this.#page.locator(".notifications-center.visible").waitFor({ state: "hidden" });
    return text;
  }

  /** Waits until an item of the status bar holds the text. */
  async readStatusBar(expected: string): Promise<string> {
    const item = this.#page.locator(".statusbar-item", { hasText: expected }).first();
    await item.waitFor();
    return await item.innerText();
  }

  /** Leaves Restricted Mode by way of the status bar and the Workspace Trust editor. */
  async trustWorkspace(): Promise<void> {
    const restricted = this.#page.locator(".statusbar-item", { hasText: "Restricted Mode" });
    await restricted.click();
    const buttons = this.#page.locator(".workspace-trust-editor .workspace-trust-buttons-row a.monaco-button", {
      hasText: /^Trust$/,
    });
    await buttons.first().click();
    await restricted.waitFor({ state: "detached" });
  }

  /** Saves the window as it is now, as a PNG. */
  async takeScreenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path });
  }

  /** Clicks the row that is named so: the one that Enter would take is the best match, which may be another. */
  async #choose(text: string, name: string): Promise<void> {
    const quickInput = this.#page.locator(".quick-input-widget");
    await this.#page.locator(".quick-input-widget input.input").fill(text);
    const named = `[aria-label=${JSON.stringify(name)}], [aria-label^=${JSON.stringify(`${name}, `)}]`;
    await this.#page.locator(`.quick-input-widget .monaco-list-row:is(${named})`).first().click();
    await quickInput.waitFor({ state: "hidden" });
  }
}

/** VS Code shows spaces as no-break spaces. */
async function shown(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map((text) => text.replaceAll("\u00A0", " "));
}
