import type { Isolation } from "./attacks/attack.ts";
import { describeAttacks, describeTable } from "./attacks/describeAttacks.ts";

const LEVELS: readonly Isolation[] = ["default", "gvisor"];

describeTable();
for (const isolation of LEVELS) describeAttacks({ isolation });
