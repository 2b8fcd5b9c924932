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

  /**
   * Reads the notifications in the list under the bell, once `expected` is in one of them: VS Code pops none up while an
   * extension is under development.
   */
  async readNotifications(expected: string): Promise<Notification[]> {
    await this.#openNotifications();
    await this.#notifications(expected).first().waitFor();
    const items = await this.#notifications().all();
    const read = await Promise.all(items.map((item) => readNotification(item)));
    await this.#closeNotifications();
    return read;
  }

  /** Presses a button of a notification that is in the list under the bell. */
  async answerNotification(expected: string, button: string): Promise<void> {
    await this.#openNotifications();
    await this.#notifications(expected)
      .locator(".notification-list-item-buttons-container .monaco-button", { hasText: button })
      .first()
      .click();
    await this.#closeNotifications();
  }

  #notifications(text = ""): Locator {
    return this.#page.locator(".notifications-center .notification-list-item", { hasText: text });
  }

  async #openNotifications(): Promise<void> {
    if ((await this.#notificationList().count()) === 0) await this.#bell().click();
  }

  async #closeNotifications(): Promise<void> {
    const list = this.#notificationList();
    // It closes by itself when the last one has been answered; a click that comes too late opens it again.
    while ((await list.count()) > 0) {
      await this.#bell().click();
      await list.waitFor({ state: "hidden", timeout: 1000 }).catch(() => {});
    }
  }

  #notificationList(): Locator {
    return this.#page.locator(".notifications-center.visible");
  }

  #bell(): Locator {
    return this.#page.locator('[id="status.notifications"]');
  }

  /** What the settings editor shows, once one of the settings has `expected` in its name. */
  async readSettings(expected: string): Promise<ShownSettings> {
    const editor = this.#page.locator(".settings-editor");
    const labels = editor.locator(".setting-item .setting-item-label");
    await labels.filter({ hasText: expected }).first().waitFor();
    const [whose = ""] = await shown(editor.locator(".settings-tabs-widget .action-label.checked"));
    return { whose, names: (await shown(labels)).toSorted() };
  }

  /** What a terminal shows that is in view, once `expected` is there. */
  async readTerminal(expected: string): Promise<string> {
    const rows = this.#page.locator(".terminal-wrapper.active .xterm-rows > div");
    await rows.filter({ hasText: expected }).first().waitFor();
    return (await shown(rows)).join("\n");
  }

  /** The placeholder of the list to choose from that is open. */
  async readQuestion(expected: string): Promise<string> {
    const input = this.#page.locator(`.quick-input-widget input.input[placeholder*=${JSON.stringify(expected)}]`);
    await input.waitFor();
    return (await input.getAttribute("placeholder")) ?? "";
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

export interface ShownSettings {
  /** "User" or "Workspace". */
  readonly whose: string;
  readonly names: readonly string[];
}

/** A notification as it is read. */
export interface Notification {
  readonly message: string;
  /** "Source: ForgeAI" on one with buttons. */
  readonly source: string;
  readonly buttons: readonly string[];
  /** How many links are in the message. */
  readonly links: number;
}

async function readNotification(item: Locator): Promise<Notification> {
  const message = item.locator(".notification-list-item-message");
  return {
    message: (await shown(message)).join(""),
    source: (await shown(item.locator(".notification-list-item-source"))).join(""),
    buttons: await shown(item.locator(".notification-list-item-buttons-container .monaco-button")),
    links: await message.locator("a").count(),
  };
}

/** VS Code shows spaces as no-break spaces. */
async function shown(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map((text) => text.replaceAll("\u00A0", " "));
}
