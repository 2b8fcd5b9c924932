import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import * as v from "valibot";
import { configurationPath, readConfiguration, type Surroundings } from "./endpoint.ts";

/** What an engine passes on to a registry, as its API has it. A secret: for one pull, and for nobody's eyes. */
export type Credentials =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** What is known of the user at a registry. */
export interface Login {
  /** Undefined where there are none: the registry is then asked anonymously. */
  readonly credentials?: Credentials;
  /** Why credentials that there may be could not be had; it only matters where the registry wants some. Holds no secret. */
  readonly trouble?: string;
}

const HELPER_MS = 10_000;

/** Far more than a token, and far less than what would be felt in memory. */
const MOST_HELPER_BYTES = 64 * 1024;

/** How Docker's configuration calls its own registry. */
export const DOCKER_HUB = "https://index.docker.io/v1/";

/** The user name by which helpers say that the secret is an identity token. */
const TOKEN_USER = "<token>";

/** Entries are read one by one: a broken one is of no concern to other registries. */
const Configuration = v.object({
  auths: v.optional(v.record(v.string(), v.unknown()), {}),
  credHelpers: v.optional(v.record(v.string(), v.string()), {}),
  credsStore: v.optional(v.string(), ""),
});

const Entry = v.object({ auth: v.optional(v.string(), ""), identitytoken: v.optional(v.string(), "") });

const HelperAnswer = v.object({ Username: v.string(), Secret: v.string() });

/** Why there are no credentials, in words that hold no secret: parsers quote what they read, so theirs are never among them. */
class Trouble extends Error {
  override readonly name = "Trouble";
}

/**
 * Looks up the credentials for an image's registry as the docker command does: by a helper that the user's Docker configuration
 * names, or in the configuration itself. Read anew each time and kept nowhere. Rejects only with the signal's reason.
 */
export async function findLogin(image: string, surroundings: Surroundings, signal: AbortSignal): Promise<Login> {
  const registry = registryOf(image);
  try {
    const { auths, credHelpers, credsStore } = await readLogins(surroundings);
    const helper = credHelpers[registry] || credsStore;
    const credentials =
      helper === "" ? readEntry(auths, registry) : await askHelper(helper, registry, surroundings, signal);
    return credentials === undefined ? {} : { credentials };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Trouble) return { trouble: error.message };
    throw error;
  }
}

/** The registry that an image's name begins with, as Docker's configuration calls it. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return !isHost || first === "docker.io" || first === "index.docker.io" ? DOCKER_HUB : first;
}

async function readLogins(surroundings: Surroundings): Promise<v.InferOutput<typeof Configuration>> {
  try {
    return v.parse(Configuration, await readConfiguration(surroundings));
  } catch (error) {
    if (isCode(error, "ENOENT")) return { auths: {}, credHelpers: {}, credsStore: "" };
    throw new Trouble(`Docker's configuration ${configurationPath(surroundings)} can't be read: mend it`);
  }
}

function readEntry(auths: Readonly<Record<string, unknown>>, registry: string): Credentials | undefined {
  const found = auths[registry] ?? Object.entries(auths).find(([address]) => hostOf(address) === hostOf(registry))?.[1];
  if (found === undefined) return undefined;
  const entry = v.safeParse(Entry, found);
  if (!entry.success) throw new Trouble(`Docker's configuration has no log-in for ${registry} that can be read`);
  const { auth, identitytoken } = entry.output;
  if (identitytoken !== "") return { identitytoken, serveraddress: registry };
  if (auth === "") return undefined;
  const [, username, password] = /^([^:]+):([^\0]*)\0*$/s.exec(Buffer.from(auth, "base64").toString()) ?? [];
  if (username === undefined || password === undefined)
    throw new Trouble(`Docker's configuration has no log-in for ${registry} that can be read`);
  return { username, password, serveraddress: registry };
}

/** Old entries are whole addresses. */
function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
}

async function askHelper(
  name: string,
  registry: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const helper = `docker-credential-${name}`;
  const answer = await runHelper(await findHelper(helper, surroundings), registry, surroundings, signal);
  if (answer.failure !== undefined) {
    if (/credentials not found/i.test(answer.output)) return undefined;
    throw new Trouble(`the credential helper ${helper} ${answer.failure}`);
  }
  const { Username, Secret } = readAnswer(helper, answer.output);
  if (Secret === "") return undefined;
  return Username === TOKEN_USER
    ? { identitytoken: Secret, serveraddress: registry }
    : { username: Username, password: Secret, serveraddress: registry };
}

/** Its words are quoted nowhere: whatever they are, there may be a secret in them. */
function readAnswer(helper: string, output: string): v.InferOutput<typeof HelperAnswer> {
  try {
    return v.parse(HelperAnswer, JSON.parse(output));
  } catch {
    throw new Trouble(`the credential helper ${helper} answers something that isn't credentials`);
  }
}

/**
 * The helper's path. Looked for here and in absolute folders only: Windows would look into the current folder first,
 * and a relative folder is one of whatever project is open.
 */
async function findHelper(helper: string, { environment, platform }: Surroundings): Promise<string> {
  if (!/^[\w.-]+$/.test(helper))
    throw new Trouble(`${JSON.stringify(helper)} can't be the name of a credential helper`);
  const file = platform === "win32" && !helper.endsWith(".exe") ? `${helper}.exe` : helper;
  const folders = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const path = join(folder, file);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Trouble(`the credential helper ${helper}, which Docker's configuration names, isn't on the PATH`);
}

interface HelperRun {
  readonly output: string;
  /** Said behind the helper's name. */
  readonly failure?: string;
}

/** The registry goes over standard input, and no shell is between. */
async function runHelper(
  path: string,
  registry: string,
  { environment, home }: Surroundings,
  signal: AbortSignal,
): Promise<HelperRun> {
  return new Promise((resolve) => {
    const options = { cwd: home, env: environment, timeout: HELPER_MS, maxBuffer: MOST_HELPER_BYTES, signal };
    const child = execFile(path, ["get"], { ...options, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      resolve(error === null ? { output: stdout } : { output: stdout, failure: explain(error, stdout, stderr) });
    });
    // One that ends without reading has its say by its status.
    child.stdin?.on("error", () => undefined).end(registry);
  });
}

/** Helpers say on either stream what went wrong. */
function explain(error: Error, stdout: string, stderr: string): string {
  if (isCode(error, "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")) return "answers without end";
  if ("killed" in error && error.killed === true) return `did not answer within ${HELPER_MS / 1000} s`;
  // Half an answer may hold the secret.
  const words = [stderr, stdout].map((text) => text.trim()).find((text) => text !== "" && !text.includes("{"));
  return words === undefined ? "failed without a word" : `failed: ${words.slice(0, 200)}`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
