/**
 * Text for a notification, where VS Code makes links of `[words](command:…)`, and a click on one runs any command.
 * File names and what a program printed come from people and programs that nobody trusts.
 */
export function toPlainMessage(text: string): string {
  return text.replaceAll("](", "] (");
}
