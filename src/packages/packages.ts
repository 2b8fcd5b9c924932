import type { PackageManager } from "../language/language.ts";
import { badRequest } from "../run/failure.ts";
import type { Job, JobFile, Plan, Shape } from "../run/plan.ts";
import { goModules } from "./goModules.ts";
import type { Installation, Installer } from "./installation.ts";
import { npm } from "./npm.ts";
import { pip } from "./pip.ts";

export const INSTALLERS: Readonly<Record<PackageManager, Installer>> = { npm, pip, go: goModules };

/**
 * What has to be installed before a program runs; undefined where it asks for nothing. Throws a `bad-request` for a language without
 * packages, for an index that is none, and for packages that don't come from an index.
 */
export function planInstallation({ language, request, run, sources }: Plan): Installation | undefined {
  const { packages: manager, name } = language;
  if (manager === undefined)
    throw badRequest(
      `ForgeAI can't install packages for ${name}.`,
      "Run it without --packages, in an image that has them.",
    );
  const index = request.packages?.index;
  if (index !== undefined) addressOf(index);
  const { packages, files } = INSTALLERS[manager].read({ files: run.job.files, sources });
  return packages.length === 0 ? undefined : { manager, wanted: packages, files, index };
}

/** The plan, in an image that has the packages. */
export function inImage(plan: Plan, { manager }: Installation, image: string): Plan {
  const { environment, beside } = INSTALLERS[manager];
  const place = ({ warm: _, ...shape }: Shape): Shape => ({
    ...shape,
    image,
    // It has been made here; nobody else has it.
    pull: "never",
    environment: environment(shape.environment),
  });
  const { compile, run } = plan;
  return {
    ...plan,
    ...(compile && { compile: { shape: place(compile.shape), job: withFiles(compile.job, beside) } }),
    run: { ...run, shape: place(run.shape) },
  };
}

/** The job with files that it lacks. */
function withFiles(job: Job, files: readonly JobFile[]): Job {
  const lacking = files.filter(({ path }) => job.files.every((file) => file.path !== path));
  return { ...job, files: [...job.files, ...lacking] };
}

/** All files that an installer reads. */
export function filesOf({ manager, files, index }: Installation): readonly JobFile[] {
  return index === undefined ? files : [...files, INSTALLERS[manager].indexFile(addressOf(index))];
}

function addressOf(index: string): URL {
  const address = URL.canParse(index) ? new URL(index) : undefined;
  if (address !== undefined && /^https?:$/.test(address.protocol) && !/\s/.test(index)) return address;
  throw badRequest(`The package index ${JSON.stringify(index)} is no address.`, "It begins with https:// or http://.");
}
