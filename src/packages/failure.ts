import { RunFailure } from "../run/failure.ts";
import type { Exit } from "../run/outcome.ts";

/** What package managers say, what it means, and what helps. The first that fits counts: the others are often said beside it. */
const REASONS: readonly { readonly pattern: RegExp; readonly why: string; readonly hint: string }[] = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|Temporary failure in name resolution|Name or service not known|NewConnectionError|Failed to establish a new connection|ConnectTimeout|Read timed out|dial tcp|i\/o timeout|no such host|network is unreachable/i,
    why: "their index can't be reached",
    hint: "Check the network of the engine's containers, or name another index with --package-index.",
  },
  {
    pattern: /no space left|ENOSPC/i,
    why: "there is no space left on the engine's disk",
    hint: "Free some: docker system df shows what takes it.",
  },
  {
    pattern: /the program requires Python/,
    why: "it is written for another version of Python",
    hint: "Choose a version that fits: forgeai lang list shows those that there are.",
  },
  {
    pattern: /\bE40[13]\b|\b40[13] (?:Unauthorized|Forbidden)|\bE40[13]\b/i,
    why: "their index doesn't give them out",
    hint: "It wants to know who asks; name one with --package-index that doesn't.",
  },
  {
    pattern:
      /\bE404\b|\bETARGET\b|No matching distribution found|\b404 Not Found|: not found|unknown revision|invalid version|cannot find module providing/i,
    why: "their index doesn't have what was asked for, or not for this version of the language",
    hint: "Check names and versions. Of Python's packages only those are installed that need no building.",
  },
  {
    pattern: /\bERESOLVE\b|ResolutionImpossible|conflicting dependencies|EBADENGINE/i,
    why: "what was asked for doesn't fit together",
    hint: "Ask for other versions.",
  },
  {
    pattern: /certificate|\bTLS\b|\bSSL\b|x509/i,
    why: "the connection to their index can't be trusted",
    hint: "Check the index's certificate, or name another index with --package-index.",
  },
];

/** How much of what a package manager says is passed on: its last lines tell the reason. */
const MOST_LINES = 12;
const MOST_CHARACTERS = 2000;

/** How an installation ended that installed nothing. */
export interface FailedInstallation {
  readonly language: string;
  readonly image: string;
  readonly exit: Exit;
  /** What the package manager printed. */
  readonly said: string;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Why packages could not be installed, in the words of who tried. */
export function packagesUnavailable({ language, image, exit, said, timeoutMs }: FailedInstallation): RunFailure {
  const { why, hint } = reasonOf({ language, image, exit, said, timeoutMs });
  const lines = said.trim().split("\n").slice(-MOST_LINES).join("\n").slice(-MOST_CHARACTERS);
  return new RunFailure({
    code: "packages-unavailable",
    message: `The packages that the program asks for could not be installed: ${why}.`,
    hint,
    tried: lines === "" ? [] : [{ what: `installing them in ${image}`, why: lines }],
  });
}

function reasonOf({ language, image, exit, said, timeoutMs }: FailedInstallation): { why: string; hint: string } {
  if (exit.stopped === "timeout")
    return { why: `that took more than ${timeoutMs / 60_000} minutes`, hint: "Try again, or ask for less." };
  if (exit.exitCode === 127 || /No module named pip\b/.test(said)) {
    return {
      why: `the image ${image} has no package manager for ${language}`,
      hint: "Leave --image out, or choose one that has it.",
    };
  }
  if (exit.refused?.memory !== undefined)
    return { why: "they take more memory to install than there is for that", hint: "Ask for less." };
  return (
    REASONS.find(({ pattern }) => pattern.test(said)) ?? {
      why: "the package manager failed",
      hint: "What it says tells more.",
    }
  );
}
