import type { PullEvent } from "./event.ts";

/** An image that languages need, or that ForgeAI pulled or made. */
export interface ImageRow {
  /** As the engine knows it: "python:3.14-alpine"; the id of one that has no name any more. */
  readonly image: string;
  /** Who needs it: "python@3.14". */
  readonly neededBy: readonly string[];
  /**
   * "language": one that a language needs. "snapshot": made of such a one to make it quick. "packages": with the packages of a
   * program. "former": pulled by ForgeAI, and needed by no language, or no longer what its name means.
   */
  readonly kind: ImageKind;
  readonly isHere: boolean;
  /** Whether ForgeAI pulled or made it: only that is pruned. */
  readonly isOurs: boolean;
  /** What it holds, in words: the packages, or the image that it makes quick. */
  readonly contents?: string;
  readonly id?: string;
  /** By which a registry knows it. */
  readonly digest?: string;
  /** "linux/amd64". */
  readonly platform?: string;
  /** As engines count it: with the layers that it shares with others, in bytes. */
  readonly sizeBytes?: number;
  readonly createdAt?: Date;
}

export type ImageKind = "language" | "snapshot" | "packages" | "former";

export interface ImageList {
  readonly rows: readonly ImageRow[];
  /** What the engine's disk holds only because of ForgeAI, in bytes: what pruning frees. */
  readonly addedBytes: number;
}

/** An image has been asked for anew. */
export interface PulledEvent {
  readonly type: "pulled";
  readonly image: string;
  /** "new": it wasn't here. "updated": its name means another one now. "current": it is as it was. */
  readonly change: "new" | "updated" | "current";
}

/** An image that makes a language quick is being made, or has been. */
export interface WarmingEvent {
  readonly type: "warming" | "warmed";
  readonly image: string;
}

export type ImageEvent = PullEvent | PulledEvent | WarmingEvent;

export interface PruneReport {
  /** By name, or by id where there was none. */
  readonly removed: readonly string[];
  /** What could not be removed, and why. */
  readonly kept: readonly { readonly image: string; readonly why: string }[];
  /** By the engine's own count before and after. */
  readonly freedBytes: number;
}
