import type { Node, ParseError } from "jsonc-parser/lib/esm/main.js";
import { messageOf } from "../../run/failure.ts";
import { SETTING_DEFAULTS } from "../contributions.ts";
import { toVisibleText } from "../../run/visibleText.ts";

/** A setting of ForgeAI that a workspace makes and that doesn't hold. */
export interface IgnoredSetting {
  /** "forgeai.memory" */
  readonly name: string;
  /** The language that it is for, where it is for one. */
  readonly language: string | undefined;
  readonly value: unknown;
  /** As people name it: ".vscode/settings.json". */
  readonly file: string;
  /** Why: only the user's own count as long as the workspace isn't trusted, or never another than the machine's. */
  readonly why: "restricted" | "machine";
}

/** A file with settings, as it was read. */
export interface SettingsText {
  readonly file: string;
  readonly text: string;
  /** Whether they stand in its "settings", as in a .code-workspace file. */
  readonly isWorkspaceFile: boolean;
}

/** What holds for a run. */
export interface SettingsScope {
  readonly languageId: string;
  readonly isTrusted: boolean;
  /** Names that count even where the workspace isn't trusted: "forgeai.codeLens.enabled". */
  readonly honoured: ReadonlySet<string>;
}

export interface IgnoredSettings {
  readonly ignored: readonly IgnoredSetting[];
  /** Why something may be missing in the list, a line each. */
  readonly notes: readonly string[];
}

const SECTION = "forgeai";

const NAMES: ReadonlySet<string> = new Set(Object.keys(SETTING_DEFAULTS).map((name) => `${SECTION}.${name}`));

/** Their scope in the manifest is the machine's: no workspace sets them, trusted or not. */
const OF_MACHINE: ReadonlySet<string> = new Set(
  ["engine.host", "snapshots.enabled", "images.prepull", "images.mirror", "packages.index"].map(
    (name) => `${SECTION}.${name}`,
  ),
);

/** Of a value, and of whatever else a workspace may make as long as it likes. */
const MOST_CHARACTERS = 80;

/** Finds what a file sets for runs in a language and what isn't honoured; VS Code itself doesn't tell. */
export async function findIgnored(
  { file, text, isWorkspaceFile }: SettingsText,
  scope: SettingsScope,
): Promise<IgnoredSettings> {
  // Loaded when there is something to read, and not by its main file, which no bundler can follow.
  const { getNodeValue, parseTree } = await import("jsonc-parser/lib/esm/main.js");
  const errors: ParseError[] = [];
  try {
    const whole = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
    const settings = isWorkspaceFile ? propertiesOf(whole).get("settings") : whole;
    const ignored = settingsIn(settings, scope.languageId).flatMap(({ name, language, node }): IgnoredSetting[] => {
      const why = whyIgnored(name, scope);
      return why === undefined ? [] : [{ name, language, value: getNodeValue(node), file, why }];
    });
    const isWhole = errors.length === 0 || scope.isTrusted;
    return { ignored, notes: isWhole ? [] : [describeUnreadable(file, "it isn't valid JSON")] };
  } catch (error) {
    // More brackets than the parser's recursion can bear.
    return { ignored: [], notes: [describeUnreadable(file, messageOf(error))] };
  }
}

function whyIgnored(name: string, { isTrusted, honoured }: SettingsScope): IgnoredSetting["why"] | undefined {
  if (OF_MACHINE.has(name)) return "machine";
  return isTrusted || honoured.has(name) ? undefined : "restricted";
}

interface WrittenSetting {
  readonly name: string;
  readonly language: string | undefined;
  readonly node: Node;
}

/** Those for all languages, then those in blocks for this one: `"[python]": {…}`, `"[python][go]": {…}`. */
function settingsIn(settings: Node | undefined, languageId: string): WrittenSetting[] {
  const blocks = [...propertiesOf(settings)].filter(([key]) => /^(?:\[[^\]]+\])+$/.test(key));
  const fitting = blocks.filter(([key]) => key.includes(`[${languageId}]`));
  return [
    ...namedIn(settings, ""),
    ...fitting.flatMap(([, block]) => namedIn(block, "").map((each) => ({ ...each, language: languageId }))),
  ];
}

/** VS Code also takes them one in another: `"forgeai": { "memory": 4096 }`. */
function namedIn(node: Node | undefined, prefix: string): WrittenSetting[] {
  return [...propertiesOf(node)].flatMap(([key, value]) => {
    const name = prefix + key;
    if (NAMES.has(name)) return [{ name, language: undefined, node: value }];
    const isOuter = [...NAMES].some((known) => known.startsWith(`${name}.`));
    return isOuter ? namedIn(value, `${name}.`) : [];
  });
}

/** By their keys; of several with the same key the last counts, as it does for VS Code. */
function propertiesOf(node: Node | undefined): ReadonlyMap<string, Node> {
  const properties = new Map<string, Node>();
  if (node?.type !== "object") return properties;
  for (const { children: [key, value] = [] } of node.children ?? [])
    if (typeof key?.value === "string" && value !== undefined) properties.set(key.value, value);
  return properties;
}

/** What was ignored, a line each, in words that hold whatever the workspace wrote there. */
export function describeIgnored(ignored: readonly IgnoredSetting[]): string[] {
  return ignored.map(({ name, language, value, file, why }) => {
    const place = `${language === undefined ? "" : `for ${plain(language)}, `}of ${plain(file)}`;
    const setting = `${name}: ${plain(jsonOf(value))}`;
    return why === "machine"
      ? `ignored, as a workspace can't set it: ${setting} (${place})`
      : `ignored in Restricted Mode: ${setting} (${place})`;
  });
}

/** Says that what a file sets may not all be in the list. */
export function describeUnreadable(file: string, why: string): string {
  return `ignored settings of ${plain(file)} may be missing here: ${plain(why)}`;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // Nested more deeply than anybody would read.
    return "{…}";
  }
}

function plain(text: string): string {
  return toVisibleText(text, MOST_CHARACTERS);
}
