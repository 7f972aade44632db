import { parseSettings, type Settings } from "../settings";
import { UserError } from "../errors";
import { type Plan, planOf, type Program } from "./plan";
import { type CheckFinding, fromRefusal } from "./report";
import type { StackFile } from "../engine/stackFile";
import { counted } from "../terminal/counted";

/** A stack's settings and what an update would create from them; both `undefined` while a setting is invalid. */
export interface StackReading {
    readonly settings?: Settings;
    readonly plan?: Plan;
    readonly findings: readonly CheckFinding[];
}

/** Reads the settings as the program does, and runs it without a cluster to see what it would create. */
export async function readSettings(stack: string, file: StackFile, program: Program): Promise<StackReading> {
    // The program must not read the cluster: the checks do that.
    const cluster = JSON.stringify({ context: "none", checkReachable: false });
    const values = { ...file.values, cluster };
    try {
        const settings = parseSettings({ stack, values, secretKeys: file.secretKeys });
        const plan = await planOf(program, stack, values);
        const detail = `${file.path} is valid: ${counted(plan.objects.length, "object")}${plan.charts.length > 0 ? " and a Helm chart" : ""}`;
        return { settings, plan, findings: [{ status: "ok", name: "Settings", detail }] };
    } catch (error) {
        // Wrong settings, or a packed chart that is not the one they name.
        if (!(error instanceof UserError)) {
            throw error;
        }
        return { findings: [fromRefusal("Settings", error.message.trim().replace(/\n{2,}/g, "\n"))] };
    }
}
