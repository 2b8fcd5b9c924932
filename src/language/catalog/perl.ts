import type { Language } from "../language.ts";

export const perl: Language = {
  id: "perl",
  name: "Perl",
  aliases: ["perl5", "pl"],
  extensions: [".pl", ".pm"],
  editorIds: ["perl"],
  versions: [
    { version: "5.42", image: "perl:5.42-slim" },
    { version: "5.36", image: "perl:5.36-slim" },
  ],
  defaultVersion: "5.42",
  fileName: "main.pl",
  run: ["perl", "{file}"],
  environment: {},
  localVersion: ["perl", "--version"],
  problems: "perl",
  syntax: {
    lineComment: "#",
    longQuotes: [],
    entryPoint: String.raw`(?:__PACKAGE__->)?main\s*\(.*\bunless\s+caller\b`,
    definition: String.raw`(?:(?:package|use|no|sub|our|__END__)\b|1;)`,
    notRun: ".pm",
  },
};
