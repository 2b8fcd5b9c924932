import { isImageName } from "../language/image-name.ts";
import type { Language } from "../language/language.ts";
import { badRequest } from "./failure.ts";

/**
 * Languages whose official images come from a mirror: "registry.example/hub" makes `python:3.14-alpine` be
 * `registry.example/hub/library/python:3.14-alpine`. Images that name a registry or an owner stay as they are.
 */
export function throughMirror(languages: readonly Language[], prefix: string): readonly Language[] {
  return languages.map((language) => ({
    ...language,
    versions: language.versions.map((row) => ({ ...row, image: nameInMirror(row.image, prefix) })),
  }));
}

/** Official images lie in a folder of their own, "library", which mirrors, unlike engines, don't add by themselves. */
function nameInMirror(image: string, prefix: string): string {
  return image.includes("/") ? image : `${prefix}/library/${image}`;
}

/** Throws a `bad-request` unless it is a registry's host, which goes by a dot, a port or "localhost", and what path there is. */
export function checkMirror(prefix: string): void {
  const [host = ""] = prefix.split("/");
  // The name of an image behind it shows whether names can begin so; one with a tag or a digest can't be gone on with.
  if ((/[.:]/.test(host) || host === "localhost") && isImageName(`${prefix}/library/image`)) return;
  throw badRequest(
    `${JSON.stringify(prefix.slice(0, 100))} can't be the beginning of a mirror's images.`,
    'It is a registry and a path, without "https://" and without a tag: "registry.example:5000/mirror".',
  );
}
