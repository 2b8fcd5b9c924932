import type { Language } from "../language.ts";

export const bash: Language = {
  id: "bash",
  name: "Bash",
  aliases: ["sh", "shell", "shellscript"],
  extensions: [".sh", ".bash"],
  editorIds: ["shellscript"],
  versions: [
    { version: "5.3", image: "bash:5.3" },
    { version: "5.2", image: "bash:5.2" },
  ],
  defaultVersion: "5.3",
  fileName: "main.sh",
  run: ["bash", "{file}"],
  environment: {},
  localVersion: ["bash", "--version"],
  problems: "bash",
  syntax: {
    lineComment: "#",
    longQuotes: [],
    // A script has none, and hardly ever only defines things.
    entryPoint: "(?!)",
    definition: "(?!)",
  },
};
