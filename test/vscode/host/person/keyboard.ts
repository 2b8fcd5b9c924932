import type { Page } from "../playwright.ts";

/** Presses keys, one chord after the other, as in `Control+K Control+Enter`. */
export async function press(page: Page, keys: string): Promise<void> {
  for (const chord of keys.split(" ")) await page.keyboard.press(chord);
}

/** Types into whatever has the focus, key by key, so that suggestions and closing brackets come as they do. */
export async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
}

/** Puts text in at once, as pasting does. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.keyboard.insertText(text);
}

/** Where keys may go to. Looked at in this order: what is in other parts may be an editor, too. */
const PARTS = [
  ["question", ".quick-input-widget"],
  ["output", ".output-view"],
  ["terminal", ".terminal-wrapper"],
  ["problems", ".markers-panel"],
  ["explorer", ".explorer-folders-view"],
  ["editor", ".part.editor .monaco-editor"],
] as const;

export type FocusedPart = (typeof PARTS)[number][0] | "elsewhere";

/** Where the keys go that are pressed now. */
export async function readFocus(page: Page): Promise<FocusedPart> {
  for (const [part, selector] of PARTS) if ((await page.locator(`${selector} :focus`).count()) > 0) return part;
  return "elsewhere";
}

/** Milliseconds after which nobody would say any more that the window answers. */
const answerLimit = 3_000;

/** Whether a key that is pressed shows in the editor, which is left as it was. */
export async function isAnswering(page: Page): Promise<boolean> {
  const mark = "§";
  await page.keyboard.insertText(mark);
  const seen = page.locator(".part.editor .view-line", { hasText: mark }).first();
  const answered = await seen.waitFor({ timeout: answerLimit }).then(
    () => true,
    () => false,
  );
  await page.keyboard.press("Backspace");
  return answered;
}
