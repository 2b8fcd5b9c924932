import { readFileSync } from "node:fs";
import * as v from "valibot";

const Environment = v.object({ registryPort: v.nullable(v.number()), gvisor: v.boolean() });

/** What `npm test` says about where the tests run; nothing is known where somebody starts mocha by hand. */
export function testEnvironment(): v.InferOutput<typeof Environment> {
  const file = process.env["FORGEAI_TEST_ENVIRONMENT"];
  if (file === undefined) return { registryPort: null, gvisor: false };
  return v.parse(Environment, JSON.parse(readFileSync(file, "utf8")));
}
