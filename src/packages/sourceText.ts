/** Comments of languages that have C's, and the texts in which something may look like one. */
const COMMENT_OR_TEXT = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;

/** The code with a space for each comment. Goes by quotes and comments alone, which is enough to find imports. */
export function withoutComments(source: string): string {
  return source.replaceAll(COMMENT_OR_TEXT, (piece) => (piece.startsWith("/") ? " " : piece));
}
