import { messageOf } from "./bounds.ts";
import { bytes, utf16Offset } from "./columns.ts";
import type { Place, Problem, RelatedPlace } from "./problem.ts";
import type { SentFiles } from "./sent-files.ts";

/** `./main.go:5:2: undefined: x`; a file whose packages can't be found has no `./`. */
const ERROR = /^(?:vet: )?(.+?):(\d+)(?::(\d+))?: (.*)$/;
/** Enough for the ceiling on problems, however long a hostile text is. */
const MAX_ERRORS = 100;

interface CompileError {
  readonly place: Place;
  readonly severity: Problem["severity"];
  readonly message: string[];
  readonly related: RelatedPlace[];
}

/** What the compiler and `go vet` printed. */
export function compileErrors(lines: readonly string[], files: SentFiles): Problem[] {
  const first = lines.find((line) => line !== "") ?? "";
  // A program can print the like, but a compiler prints nothing else.
  if (!/^(?:# |go: )/.test(first) && errorIn(first, files, false) === undefined) return [];
  const errors = readErrors(lines, files);
  return errors
    .filter(({ message }) => message[0] !== "too many errors")
    .map(({ place, severity, message, related }) => ({ ...place, severity, message: messageOf(message), related }));
}

function readErrors(lines: readonly string[], files: SentFiles): CompileError[] {
  const errors: CompileError[] = [];
  let isVet = false;
  let isInPackage = false;
  for (const line of lines) {
    if (errors.length >= MAX_ERRORS) break;
    if (line.startsWith("# ")) {
      isInPackage = true;
      isVet = line.startsWith("# [");
    } else if (line.startsWith("\t")) addContinuation(errors.at(-1), line.trim(), files);
    else {
      const error = errorIn(line, files, isInPackage);
      if (error !== undefined) errors.push({ ...error, severity: isVet ? "warning" : "error", related: [] });
    }
  }
  return errors;
}

function addContinuation(error: CompileError | undefined, text: string, files: SentFiles): void {
  const other = errorIn(text, files, true);
  if (other === undefined) error?.message.push(text);
  else error?.related.push({ ...other.place, message: messageOf(other.message) });
}

/** Without a column it may be a line of the program's log, unless the compiler is known to speak. */
function errorIn(
  line: string,
  files: SentFiles,
  isCompiler: boolean,
): Pick<CompileError, "place" | "message"> | undefined {
  const [, path = "", number, column, message = ""] = ERROR.exec(line) ?? [];
  const place = files.place(path, Number(number));
  if (place === undefined || (column === undefined && !isCompiler && !path.startsWith("./"))) return undefined;
  return { place: withByteColumn(place, Number(column), files), message: [message] };
}

function withByteColumn(place: Place, column: number, files: SentFiles): Place {
  const offset = utf16Offset(files.line(place.file, place.line) ?? "", column - 1, bytes);
  return offset === undefined ? place : { ...place, column: offset + 1 };
}
