import * as v from "valibot";
import { complaintAboutPath } from "./file-name.ts";
import { isImageName } from "./image-name.ts";

// Every message says what a field has to be, in words that end a sentence.

/** A text that passes a test. */
function text(isIt: (value: string) => boolean, expected: string): v.GenericSchema<string> {
  return v.custom<string>((value) => typeof value === "string" && isIt(value), expected);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The validator takes a list for an object. */
export const object = (expected: string): v.GenericSchema<Readonly<Record<string, unknown>>> =>
  v.custom<Readonly<Record<string, unknown>>>(isObject, expected);

const WORD = /^[a-z0-9][a-z0-9+#._-]*$/;

/** What people type for a language; behind an @ stands the version. */
export const NameWord = text((value) => WORD.test(value), "lower-case letters and digits, with +, #, ., _ or - in it");

export const Title = text(
  (value) => /^[^\s\0-\x1f\x7f@](?:[^\0-\x1f\x7f@]{0,60})$/.test(value),
  "a name of at most 61 letters, without @",
);

export const Extension = text(
  (value) => value === value.toLowerCase() && /^\.[^\s/\\\0-\x1f]+$/.test(value),
  'the end of a file name, with its dot and in lower case, like ".py"',
);

export const EditorId = text((value) => /^\S+$/.test(value), "a language id of VS Code");

export const VersionName = text((value) => /^[\w.+-]{1,60}$/.test(value), "letters, digits, ., _, + and -");

export const Image = text(isImageName, 'the name of an image, like "python:3.14-alpine"');

export const FileName = text(
  (value) => complaintAboutPath(value) === undefined,
  'the name of a file, like "main.py"; with folders before it, relative and with /',
);

const PLACEHOLDER = /\{(?:file|sources|artefact)\}/;

const Word = text(
  (value) => !value.includes("\0") && (!PLACEHOLDER.test(value) || /^\{\w+\}$/.test(value)),
  "a text without NUL, in which {file}, {sources} and {artefact} are words of their own",
);

const Program = v.pipe(
  Word,
  v.check((value) => value !== "", "the name of a program"),
);

export const Command = v.tupleWithRest([Program], Word, "a list of words, the program first");

export const Variable = text(
  (value) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(value),
  "letters, digits and _, with no digit first",
);

export const Text = text((value) => !value.includes("\0"), "a text without NUL");
