import type { Language } from "../language.ts";

export const php: Language = {
  id: "php",
  name: "PHP",
  aliases: [],
  extensions: [".php"],
  editorIds: ["php"],
  versions: [
    { version: "8.4", image: "php:8.4-cli-alpine" },
    { version: "8.2", image: "php:8.2-cli-alpine" },
  ],
  defaultVersion: "8.4",
  fileName: "main.php",
  // Messages go to stderr and once only, whatever a configuration says.
  run: ["php", "-d", "display_errors=stderr", "-d", "log_errors=0", "-d", "html_errors=0", "{file}"],
  environment: {},
  localVersion: ["php", "--version"],
  problems: "php",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: [],
    entryPoint: "(?!)",
    definition: String.raw`(?:(?:abstract|final|readonly)\s+)*(?:class|interface|trait|enum|function|namespace|use|const|declare|(?:require|include)(?:_once)?)\b`,
    prose: String.raw`(?:<\?php\b|\?>)`,
  },
};
