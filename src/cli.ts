#!/usr/bin/env node
import packageFacts from "../package.json" with { type: "json" };
import {
  type Choices,
  type DoctorInvocation,
  helpText,
  type ImagesInvocation,
  type Invocation,
  readArguments,
  readFormat,
} from "./cli/arguments.ts";
import { describeDiagnosis, statusOfDiagnosis } from "./cli/doctor.ts";
import { allImages, describeImages, describePruning, imagesOf, printPulls } from "./cli/images.ts";
import { readLanguages } from "./cli/languageFile.ts";
import { listLanguages } from "./cli/languages.ts";
import { printFailure, printRun } from "./cli/print.ts";
import { readPackageFiles, readSourceFile, readStream } from "./cli/source.ts";
import { diagnose } from "./doctor.ts";
import { toLine, write } from "./cli/write.ts";
import { findLanguage } from "./language/catalog.ts";
import type { Language } from "./language/language.ts";
import { RunFailure } from "./run/failure.ts";
import type { RunRequest } from "./run/request.ts";
import { createImages, type Images } from "./images.ts";
import { createRunner } from "./runner.ts";

/** What a shell reports for a command that SIGPIPE ended, as it does when `head` has seen enough. */
const BROKEN_PIPE_STATUS = 141;

async function main(words: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    return await carryOut(readArguments(words), signal);
  } catch (error) {
    if (error instanceof RunFailure) return await printFailure(error, readFormat(words), process);
    throw error;
  }
}

async function carryOut(invocation: Invocation, signal: AbortSignal): Promise<number> {
  switch (invocation.command) {
    case "run": {
      const languages = await takeLanguages(invocation.choices.languageFile);
      const code = await readCode(invocation);
      return run({ ...code, language: invocation.language, languages }, invocation.choices, signal);
    }
    case "exec": {
      const languages = await takeLanguages(invocation.choices.languageFile);
      const { language, file } = await readSourceFile(invocation.file, languages);
      const asksForPackages = invocation.choices.request.packages !== undefined;
      const beside = asksForPackages
        ? await readPackageFiles(invocation.file, findLanguage(nameOf(language), languages))
        : [];
      return run({ language, languages, files: [file, ...beside], stdin: process.stdin }, invocation.choices, signal);
    }
    case "list-languages": {
      const languages = await takeLanguages(invocation.languageFile);
      await write(process.stdout, await listLanguages({ ...invocation, languages }));
      return 0;
    }
    case "list-images":
      await write(
        process.stdout,
        describeImages(await (await takeImages(invocation)).list({ signal }), invocation.json),
      );
      return 0;
    case "prune-images":
      await write(
        process.stdout,
        describePruning(await (await takeImages(invocation)).prune({ signal }), invocation.json),
      );
      return 0;
    case "pull-images":
      return pullImages(invocation, signal);
    case "doctor":
      return doctor(invocation, signal);
    case "help":
      await write(process.stdout, helpText());
      return 0;
    case "version":
      await write(process.stdout, `${packageFacts.version}\n`);
      return 0;
  }
}

async function takeImages({ languageFile, mirror, platform }: ImagesInvocation): Promise<Images> {
  return createImages({ languages: await takeLanguages(languageFile), mirror, platform });
}

async function pullImages(invocation: ImagesInvocation, signal: AbortSignal): Promise<number> {
  const { names, all, json } = invocation;
  const images = await takeImages(invocation);
  const wanted = all ? allImages(images.languages) : imagesOf(names, images.languages);
  let status = 0;
  for (const image of wanted) {
    try {
      await printPulls(images.pull(image, { signal }), json, process);
    } catch (error) {
      if (signal.aborted) return 130;
      // One that can't be had is no reason to do without the others.
      if (!(error instanceof RunFailure) || error.code !== "image-unavailable") throw error;
      status = await printFailure(error, json ? "json" : "text", process);
    }
  }
  return status;
}

async function doctor(invocation: DoctorInvocation, signal: AbortSignal): Promise<number> {
  const { isolation, json, languageFile, mirror } = invocation;
  const languages = await takeLanguages(languageFile);
  await using runner = await createRunner({ executor: "container", mirror });
  const diagnosis = await diagnose(runner, { languages, isolation, signal });
  await write(process.stdout, describeDiagnosis(diagnosis, json));
  return statusOfDiagnosis(diagnosis);
}

/** "python" of "python@3.9". */
function nameOf(language: string): string {
  return language.split("@")[0] ?? language;
}

/** The languages to choose among. Rows that can't be are told on stderr in every format: standard output is the result's. */
async function takeLanguages(path: string | undefined): Promise<readonly Language[]> {
  const { languages, refused } = await readLanguages(path);
  for (const { why } of refused) await write(process.stderr, toLine(`forgeai: ${why}`));
  return languages;
}

/** Code that comes on standard input leaves none of it for the program. */
async function readCode({
  code,
}: {
  readonly code: string | undefined;
}): Promise<Pick<RunRequest, "source" | "stdin">> {
  return code === undefined ? { source: await readStream(process.stdin) } : { source: code, stdin: process.stdin };
}

async function run(
  request: RunRequest,
  { executor, format, isRaw, mirror, request: choices }: Choices,
  signal: AbortSignal,
): Promise<number> {
  await using runner = await createRunner({ executor, mirror });
  hurry = () => {
    hurry = leave;
    void Promise.resolve(runner[Symbol.asyncDispose]()).finally(leave);
  };
  return await printRun(runner.run({ ...request, ...choices }, { signal }), format, process, isRaw);
}

/** The first signal asks the program to end, the second ends it by force, and after the third nothing is waited for. */
const stop = new AbortController();
const leave = (): void => process.exit(130);
let hurry = leave;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => (stop.signal.aborted ? hurry() : stop.abort()));
}

let readerIsGone = false;
process.stdout.on("error", () => {
  readerIsGone = true;
  stop.abort();
});

const status = await main(process.argv.slice(2), stop.signal).catch((error: unknown) => {
  if (readerIsGone) return BROKEN_PIPE_STATUS;
  throw error;
});
// Standard input may still be open, and the program that read it is gone.
process.exit(readerIsGone ? BROKEN_PIPE_STATUS : status);
