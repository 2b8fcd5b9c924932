import type { PackageManager } from "../language/language.ts";

/** The files beside a program that say which packages it asks for. */
export const PACKAGE_FILES: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ["package.json", "package-lock.json"],
  pip: [],
  go: ["go.mod", "go.sum"],
};
