import type { Memento } from "vscode";
import { Doctor } from "./doctor.ts";
import { WindowImages } from "./images/images.ts";
import { registerLinks } from "./output/links.ts";
import type { Preferences } from "./preparation.ts";
import { Runners } from "./runners.ts";
import type { RunStateBoard } from "./lenses/runStates.ts";
import { RunSession } from "./session.ts";

/** What commands work with. */
export interface Parts extends AsyncDisposable {
  readonly session: RunSession;
  readonly preferences: Preferences;
  readonly doctor: Doctor;
  readonly images: WindowImages;
}

/** Makes all that isn't needed before the first command: VS Code's start does not even load it. */
export function createParts(preferences: Preferences, states: RunStateBoard, memento: Memento): Parts {
  const runners = new Runners();
  const session = new RunSession(runners, preferences, states);
  const links = registerLinks(session);
  const images = new WindowImages(preferences, memento);
  return {
    session,
    preferences,
    doctor: new Doctor(session.output, runners, preferences.languages),
    images,
    [Symbol.asyncDispose]: async () => {
      await session.end();
      await runners[Symbol.asyncDispose]();
      links.dispose();
      images.dispose();
      session.dispose();
    },
  };
}
