import type { Language } from "../language.ts";

export const python: Language = {
  id: "python",
  name: "Python",
  aliases: ["py", "python3"],
  extensions: [".py", ".pyw"],
  editorIds: ["python"],
  versions: [
    { version: "3.14", image: "python:3.14-alpine" },
    { version: "3.9", image: "python:3.9-alpine" },
  ],
  defaultVersion: "3.14",
  fileName: "main.py",
  run: ["python3", "{file}"],
  // Unbuffered: output is seen when it is printed, not when the program ends.
  environment: { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHON_COLORS: "0", PYTHONIOENCODING: "utf-8" },
  localVersion: ["python3", "--version"],
  problems: "python",
  packages: "pip",
  syntax: {
    lineComment: "#",
    longQuotes: ['"""', "'''"],
    entryPoint: String.raw`if\b[\s(]*(?:__name__\s*==|["']__main__["']\s*==)`,
    definition: String.raw`(?:(?:import|from|def|async\s+def|class)\b|@|type\s+\w|[\w\u0080-\uffff]+\s*(?::|\+?=(?!=)))`,
    frame: String.raw`(?:(?:try|else|finally)\s*:|(?:except|elif)\b|if\s+(?:typing\.)?TYPE_CHECKING\b|if\s+sys\.(?:version_info|platform)\b)`,
    prose: String.raw`[rRuU]?["']`,
  },
};
