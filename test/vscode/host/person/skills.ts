import type { Page } from "../playwright.ts";
import { clickCodeLens, clickInEditor, readCodeLenses, readErrorAtMouse } from "./editor.ts";
import { isAnswering, paste, press, readFocus, type } from "./keyboard.ts";
import { chooseInMenu, clickEditorAction, openEditorMenu, openExplorerMenu, openRunMenu, readMenu } from "./menus.ts";
import { answerNotification, readNotifications } from "./notifications.ts";
import { clickOutputLink, clickProblem, readOutput, readProblems } from "./panel.ts";
import { choose, openFile, readChoice, readQuestion, readQuickPick, runCommand } from "./questions.ts";
import { closeTerminal, readTerminal, typeInTerminal } from "./terminal.ts";
import { openWalkthrough, pressWalkthroughButton, readWalkthrough } from "./walkthrough.ts";
import { clickStatusBarItem, readSettings, readStatusBar, screenshot, trustWorkspace } from "./window.ts";

/** What a person at a window can be asked for. All arguments are texts, as they are shown, with plain spaces. */
export const SKILLS = {
  answerNotification,
  choose,
  chooseInMenu,
  clickCodeLens,
  clickEditorAction,
  clickInEditor,
  clickOutputLink,
  clickProblem,
  clickStatusBarItem,
  closeTerminal,
  isAnswering,
  openEditorMenu,
  openExplorerMenu,
  openFile,
  openRunMenu,
  openWalkthrough,
  paste,
  press,
  pressWalkthroughButton,
  readChoice,
  readCodeLenses,
  readErrorAtMouse,
  readFocus,
  readMenu,
  readNotifications,
  readOutput,
  readProblems,
  readQuestion,
  readQuickPick,
  readSettings,
  readStatusBar,
  readTerminal,
  readWalkthrough,
  runCommand,
  screenshot,
  trustWorkspace,
  type,
  typeInTerminal,
} as const satisfies Readonly<Record<string, (page: Page, ...texts: string[]) => Promise<unknown>>>;

export type Skills = typeof SKILLS;

export type Skill = keyof Skills;

export function isSkill(name: unknown): name is Skill {
  return typeof name === "string" && Object.hasOwn(SKILLS, name);
}
