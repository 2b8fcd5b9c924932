// Where an engine may listen: what ForgeAI itself looks for, so that the set-up and the programs never mean two engines.
import { fileURLToPath } from "node:url";
import { SetupFailure } from "./steps.mjs";

/** @typedef {import("../../src/container/endpoint.ts").Endpoint} Endpoint */

/** The socket that every Docker client tries first; an engine of our own listens there. */
export const standardSocket = "/var/run/docker.sock";

const endpointModule = fileURLToPath(new URL("../../src/container/endpoint.ts", import.meta.url));

/**
 * The endpoints to try. Whoever names an engine means that one and no other: then `named` says by what.
 * @returns {Promise<{ named?: string, endpoints: Endpoint[] }>}
 */
export async function findEndpoints() {
  const search = await loadSearch();
  const { candidates, attempts } = await search.findEndpoints(search.readSurroundings());
  const [attempt] = attempts;
  if (attempt !== undefined) throw new SetupFailure(`${attempt.what} can't be used: ${attempt.why}.`);
  const endpoints = candidates.map(({ endpoint }) => endpoint);
  const named = candidates.find(
    ({ endpoint, source }) => !("socketPath" in endpoint && endpoint.socketPath === source),
  );
  return named === undefined ? { endpoints } : { named: named.source, endpoints };
}

/**
 * The dependencies are there by now, and with them the compiler.
 * @returns {Promise<typeof import("../../src/container/endpoint.ts")>}
 */
async function loadSearch() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [endpointModule],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(contents).toString("base64")}`);
}
