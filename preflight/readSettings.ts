import { parseSettings, type Settings } from "../settings";
import { UserError } from "../errors";
import { type Plan, planOf, type Program } from "./plan";
import { type CheckFinding, fromRefusal } from "./report";
import type { StackFile } from "../engine/stackFile";

/** A stack's settings and what an update would create from them; both `undefined` while a setting is invalid. */
export interface StackReading {
    readonly settings?: Settings;
    readonly plan?: Plan;
    readonly findings: readonly CheckFinding[];
}

/** Reads the settings as the program does, and runs it without a cluster to see what it would create. */
export async function readSettings(stack: string, file: StackFile, program: Program): Promise<StackReading> {
    // The program must not look for the cluster: that is what the checks are for.
    const cluster = JSON.stringify({ context: "none", checkReachable: false });
    const values = { ...file.values, cluster };
    try {
        const settings = parseSettings({ stack, values, secretKeys: file.secretKeys });
        const plan = await planOf(program, stack, values);
        const detail = `${file.path} is valid: ${plan.objects.length} objects${plan.charts.length > 0 ? " and a Helm chart" : ""}`;
        return { settings, plan, findings: [{ status: "ok", name: "Settings", detail }] };
    } catch (error) {
        // Wrong settings, or a packed chart that is not the one they name.
        if (!(error instanceof UserError)) {
            throw error;
        }
        return { findings: [fromRefusal("Settings", error.message.trim().replace(/\n{2,}/g, "\n"))] };
    }
}
