import type { CaseTable } from "../support/types";
import { app } from "./app";
import { capacity } from "./capacity";
import { metrics } from "./metrics";
import { objectives } from "./objectives";
import { spireAgent } from "./spireAgent";
import { spireServer } from "./spireServer";
import { users } from "./users";

/** The cases of all alerts, by groups of rules. */
export const TABLES: readonly CaseTable[] = [users, objectives, app, capacity, spireServer, spireAgent, metrics];
