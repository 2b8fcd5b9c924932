import type { Language } from "../language.ts";
import { COMPILE_LIMITS } from "../phase-limits.ts";

/** What makes a short-lived Java start sooner and leave nothing behind. */
const QUICK = ["-XX:+UseSerialGC", "-XX:-UsePerfData"];

/** The same for Java's tools, which are over before thorough optimization pays. */
const QUICK_TOOL = [...QUICK, "-XX:TieredStopAtLevel=1"].map((flag) => `-J${flag}`).join(" ");

/**
 * Puts the classes of all sources into one archive. It starts with the class that is called like the first source, or else
 * with one that knows a method called main. Called with the archive's name and the sources.
 */
const MAKE_ARCHIVE = String.raw`set -e
program=$1; shift
classes=$program.classes
mkdir "$classes"
javac ${QUICK_TOOL} -encoding UTF-8 -proc:none -Xlint:deprecation,unchecked -d "$classes" "$@"
cd "$classes"
main=$(find . -name "$(basename "$1" .java).class" | head -n 1)
[ -n "$main" ] || main=$(find . -name '*.class' | while read -r class; do
  if tr -c 'A-Za-z' '\n' <"$class" | grep -qx main; then echo "$class"; break; fi
done)
: "${"$"}{main:?there is no class with a main method}"
main=$(echo "$main" | sed 's|^[.]/||; s|[.]class$||; s|/|.|g')
cd - >/dev/null
jar ${QUICK_TOOL} --create --no-compress --file "$program" --main-class "$main" -C "$classes" .`;

export const java: Language = {
  id: "java",
  name: "Java",
  aliases: ["jdk", "openjdk"],
  extensions: [".java"],
  editorIds: ["java"],
  versions: [
    { version: "25", image: "eclipse-temurin:25-jdk-alpine" },
    { version: "17", image: "eclipse-temurin:17-jdk-alpine" },
  ],
  defaultVersion: "25",
  fileName: "Main.java",
  compile: {
    command: ["sh", "-c", MAKE_ARCHIVE, "sh", "{artefact}", "{sources}"],
    limits: COMPILE_LIMITS,
  },
  // The encodings: Java 17 knows only the first, later ones go by a terminal's for the others.
  run: [
    "java",
    ...QUICK,
    "-Dfile.encoding=UTF-8",
    "-Dstdout.encoding=UTF-8",
    "-Dstderr.encoding=UTF-8",
    "-jar",
    "{artefact}",
  ],
  environment: {},
  localVersion: ["java", "--version"],
  problems: "java",
  syntax: {
    lineComment: "//",
    blockComment: ["/*", "*/"],
    longQuotes: ['"""'],
    // The main method stands inside a class, whatever that is called.
    entryPoint: String.raw`(?:(?:(?:public|final|abstract|sealed|strictfp)\s+)*(?:class|record|enum)\s+\w|(?:(?:public|static)\s+)*void\s+main\s*\()`,
    // There is nothing else at the outermost level.
    definition: "",
    notRun: "Test.java",
  },
};
