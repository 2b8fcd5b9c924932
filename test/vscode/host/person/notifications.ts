import type { Locator, Page } from "../playwright.ts";
import { shown } from "./texts.ts";

/** A notification as it is read. */
export interface Notification {
  readonly message: string;
  /** "Source: ForgeAI" on one with buttons. */
  readonly source: string;
  readonly buttons: readonly string[];
  /** How many links are in the message. */
  readonly links: number;
}

/**
 * Reads the notifications in the list under the bell, once `expected` is in one of them: VS Code pops none up while an
 * extension is under development.
 */
export async function readNotifications(page: Page, expected: string): Promise<Notification[]> {
  await openList(page);
  await notifications(page, expected).first().waitFor();
  const items = await notifications(page).all();
  const read = await Promise.all(items.map((item) => readNotification(item)));
  await closeList(page);
  return read;
}

/** Presses a button of a notification that is in the list under the bell. */
export async function answerNotification(page: Page, expected: string, button: string): Promise<void> {
  await openList(page);
  await notifications(page, expected)
    .locator(".notification-list-item-buttons-container .monaco-button", { hasText: button })
    .first()
    .click();
  await closeList(page);
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

function notifications(page: Page, text = ""): Locator {
  return page.locator(".notifications-center .notification-list-item", { hasText: text });
}

async function openList(page: Page): Promise<void> {
  if ((await list(page).count()) > 0) return;
  await bell(page).click();
  // A tip at the bell would lie over the buttons of the lowest notification.
  await page.mouse.move(0, 0);
}

async function closeList(page: Page): Promise<void> {
  // It closes by itself when the last one has been answered; a click that comes too late opens it again.
  while ((await list(page).count()) > 0) {
    await bell(page).click();
    await list(page)
      .waitFor({ state: "hidden", timeout: 1000 })
      .catch(() => {});
  }
}

function list(page: Page): Locator {
  return page.locator(".notifications-center.visible");
}

function bell(page: Page): Locator {
  return page.locator('[id="status.notifications"]');
}
