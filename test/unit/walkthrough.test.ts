import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";

const Step = v.object({
  id: v.string(),
  title: v.string(),
  description: v.string(),
  media: v.union([v.object({ markdown: v.string() }), v.object({ svg: v.string(), altText: v.string() })]),
  completionEvents: v.array(v.string()),
});

const Manifest = v.object({
  contributes: v.object({
    commands: v.array(v.object({ command: v.string() })),
    configuration: v.array(v.object({ properties: v.record(v.string(), v.unknown()) })),
    walkthroughs: v.tuple([v.object({ title: v.string(), steps: v.array(Step) })]),
  }),
});

const Sequence = v.object({ commands: v.array(v.object({ command: v.string(), args: v.optional(v.unknown()) })) });

/** Commands of VS Code itself that the walkthrough leads to. */
const BUILT_IN = [
  "runCommands",
  "editor.action.insertSnippet",
  "workbench.action.files.newUntitledFile",
  "workbench.action.openSettings",
  "workbench.actions.view.problems",
];

const { contributes } = v.parse(Manifest, JSON.parse(readFileSync("package.json", "utf8")));
const { steps } = contributes.walkthroughs[0];
const commands = contributes.commands.map(({ command }) => command);
const settings = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));

interface Call {
  readonly command: string;
  readonly argument: unknown;
}

/** What the buttons of a step do; those that do several things, one after the other. */
function callsOf({ description }: (typeof steps)[number]): Call[] {
  return [...description.matchAll(/\]\(command:([^?)]+)(?:\?([^)]*))?\)/g)].flatMap(([, command = "", argument]) => {
    const call = { command, argument: argument && JSON.parse(decodeURIComponent(argument)) };
    if (command !== "runCommands") return [call];
    const sequence = v.parse(Sequence, call.argument).commands.map((each) => ({ ...each, argument: each.args }));
    return [call, ...sequence];
  });
}

describe("The walkthrough", () => {
  it("has a button and a picture or a page for each step", () => {
    for (const step of steps) {
      assert.ok(callsOf(step).length > 0, step.id);
      assert.ok(existsSync("markdown" in step.media ? step.media.markdown : step.media.svg), step.id);
    }
  });

  it("calls no command that isn't there", () => {
    for (const step of steps) {
      for (const { command } of callsOf(step))
        assert.ok([...commands, ...BUILT_IN].includes(command), `${step.id}: ${command}`);
    }
  });

  it("ticks each step off when its button has been pressed", () => {
    for (const step of steps) {
      const called = callsOf(step).map(({ command }) => `onCommand:${command}`);
      assert.ok(
        step.completionEvents.some((event) => called.includes(event)),
        step.id,
      );
    }
  });

  it("waits for no event that can't come", () => {
    const events = [
      ...[...commands, ...BUILT_IN].map((command) => `onCommand:${command}`),
      ...settings.map((name) => `onSettingChanged:${name}`),
    ];
    for (const event of steps.flatMap(({ completionEvents }) => completionEvents))
      assert.ok(events.includes(event), event);
  });

  it("names only settings that are there", () => {
    for (const { media } of steps) {
      const text = readFileSync("markdown" in media ? media.markdown : media.svg, "utf8");
      for (const [name] of text.matchAll(/\bforgeai\.[\w.]*\w/g)) assert.ok(settings.includes(name), name);
    }
  });
});
