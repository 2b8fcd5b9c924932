/** What tools put in front of a message: a code, the class of the error, or who speaks. */
const PREFIXES = [
  /^[A-Z]{1,4}\d{2,5}:? /,
  /^(?:[\w.]+\.)?\w*(?:Error|Exception|Warning)(?: \[\w+\])?: /,
  /^(?:parsing error|parsing failed|syntax error): /i,
];

/** What tools put behind it: a rule's name, or the place once more. */
const SUFFIXES = [/ \[[\w-]+\]$/, / \([^()]* line \d+\)['"]?$/, / \(\d+:\d+\)$/, /[.!…]$/];

/**
 * Whether two tools say the same: but for case, blanks, kinds of quotes, the end of the sentence, and what tools put around it.
 * What only means the same in other words is another message.
 */
export function isSameMessage(one: string, other: string): boolean {
  const bare = bareMessage(one);
  return bare !== "" && bare === bareMessage(other);
}

function bareMessage(message: string): string {
  let text = message.replaceAll(/\s+/g, " ").trim();
  for (const suffix of SUFFIXES) text = text.replace(suffix, "");
  // Twice, as they stand in any order.
  for (const prefix of [...PREFIXES, ...PREFIXES]) text = text.replace(prefix, "");
  return text.replaceAll(/["'`‘’“”]/g, "").toLowerCase();
}
