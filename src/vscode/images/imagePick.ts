import {
  env,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  window,
} from "vscode";
import type { ImageList, ImageRow } from "../../run/imageList.ts";
import { formatBytes } from "../../run/limits.ts";
import { countImages, describeAdded, describeImage } from "./imageWords.ts";
import { missingImages, updatableImages, type UsedVersion } from "./wantedImages.ts";

/** What was chosen to be done. */
export type ImageChoice =
  | { readonly kind: "pull"; readonly images: readonly string[] }
  | { readonly kind: "remove"; readonly list: ImageList };

interface ImageItem extends QuickPickItem {
  readonly choice?: ImageChoice | undefined;
  readonly digest?: string | undefined;
}

const PULL: QuickInputButton = { iconPath: new ThemeIcon("cloud-download"), tooltip: "Pull" };
const UPDATE: QuickInputButton = { iconPath: new ThemeIcon("sync"), tooltip: "Update" };
const COPY: QuickInputButton = { iconPath: new ThemeIcon("copy"), tooltip: "Copy Digest" };

/**
 * Lists the images, and resolves with what is to be done with them; undefined where the user turns away. It is open at once, and
 * filled when the engine has answered. Rejects where that can't be asked.
 */
export async function pickImages(
  load: (signal: AbortSignal) => Promise<ImageList>,
  used: readonly UsedVersion[],
): Promise<ImageChoice | undefined> {
  const pick = window.createQuickPick<ImageItem>();
  const abort = new AbortController();
  pick.title = "Images of ForgeAI";
  pick.placeholder = "Asking the engine …";
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  try {
    const chosen = choiceIn(pick);
    const filled = load(abort.signal).then((list) => fill(pick, list, used));
    // What fails is told; what is filled is waited for no longer.
    return await Promise.race([chosen, filled.then(async () => chosen)]);
  } finally {
    abort.abort();
    pick.dispose();
  }
}

/** Shows the list. Buttons do at once what their line does when it is chosen; only the copying leaves the list open. */
async function choiceIn(pick: QuickPick<ImageItem>): Promise<ImageChoice | undefined> {
  return new Promise((resolve) => {
    pick.onDidHide(() => resolve(undefined));
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (choice !== undefined) resolve(choice);
    });
    pick.onDidTriggerItemButton(({ button, item }) => {
      if (button === COPY) void copyDigest(item.digest);
      else resolve(item.choice);
    });
    pick.show();
  });
}

function fill(pick: QuickPick<ImageItem>, list: ImageList, used: readonly UsedVersion[]): void {
  pick.placeholder = describeAdded(list);
  pick.items = [...actionItems(list, used), ...rowItems(list.rows)];
  pick.busy = false;
}

async function copyDigest(digest: string | undefined): Promise<void> {
  if (digest === undefined) return;
  await env.clipboard.writeText(digest);
  window.setStatusBarMessage("$(copy) The digest is in the clipboard.", 3000);
}

/** What can be done with several images at a time; nothing where there are none for it. */
function actionItems(list: ImageList, used: readonly UsedVersion[]): ImageItem[] {
  const missing = missingImages(list.rows, used);
  const updatable = updatableImages(list.rows);
  const ours = list.rows.filter(({ isOurs }) => isOurs).length;
  const items: ImageItem[] = [];
  if (missing.length > 0)
    items.push({
      label: "Pull What Is Missing",
      description: `${countImages(missing.length)}, of each language the version that runs here`,
      iconPath: PULL.iconPath,
      choice: { kind: "pull", images: missing },
    });
  if (updatable.length > 0)
    items.push({
      label: "Update What Is Here",
      description: countImages(updatable.length),
      iconPath: UPDATE.iconPath,
      choice: { kind: "pull", images: updatable },
    });
  if (ours > 0)
    items.push({
      label: "Remove What ForgeAI Added",
      description: `${countImages(ours)}, ${formatBytes(list.addedBytes)}`,
      iconPath: new ThemeIcon("trash"),
      choice: { kind: "remove", list },
    });
  return items;
}

function rowItems(rows: readonly ImageRow[]): ImageItem[] {
  const now = new Date();
  const ofLanguages = rows.filter(({ kind }) => kind === "language");
  const others = rows.filter(({ kind }) => kind !== "language");
  return [
    separator("Languages"),
    ...ofLanguages.map((row) => rowItem(row, now)),
    ...(others.length === 0 ? [] : [separator("Made by ForgeAI, or no longer used")]),
    ...others.map((row) => rowItem(row, now)),
  ];
}

function separator(label: string): ImageItem {
  return { label, kind: QuickPickItemKind.Separator };
}

/** What a registry doesn't have can't be pulled. */
function rowItem(row: ImageRow, now: Date): ImageItem {
  const canPull = row.kind === "language";
  const buttons = [...(canPull ? [row.isHere ? UPDATE : PULL] : []), ...(row.digest === undefined ? [] : [COPY])];
  const choice = canPull ? ({ kind: "pull", images: [row.image] } as const) : undefined;
  const iconPath = new ThemeIcon(row.isHere ? "pass-filled" : "circle-large-outline");
  return { ...describeImage(row, now), iconPath, buttons, choice, digest: row.digest };
}
