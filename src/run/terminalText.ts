/** What a terminal takes as a command rather than as text: colours and the like (ECMA-48, 5.4), and titles and links (5.6). */
const SEQUENCES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\))/g;

/** What a program printed to a terminal as it would have printed it elsewhere: without colours, and with plain ends of lines. */
export function plainTerminalText(text: string): string {
  return text.replace(SEQUENCES, "").replace(/(?<!\r)\r+\n/g, "\n");
}
