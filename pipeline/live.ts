import { join } from "node:path";
import { localPaths } from "../process/paths";
import { type Engine, preview, reportOf } from "../engine/preview";
import type { Change, PreviewReport } from "../engine/report";

/** The stack itself, with the CLI, backend and credentials of the caller. */
export function liveEngine(stack: string, configFile?: string): Engine {
    return { pulumi: "pulumi", env: process.env, program: localPaths().checkout, stack, configFile };
}

/** Previews the stack itself with the policy pack and saves the plan, secrets encrypted, unless the preview fails. */
export async function planReport(engine: Engine, plan: string): Promise<PreviewReport> {
    const policies = join(engine.program, "policy");
    const found = await preview({ ...engine, policies }, ["--save-plan", plan]);
    return reportOf(engine.stack, "the state of the stack", found);
}

/**
 * Compares the live objects with the program, and changes neither them nor the state. A change that is also proposed
 * without reading the live objects is no drift: the program is ahead of the stack.
 */
export async function driftReport(engine: Engine): Promise<PreviewReport> {
    const found = await preview(engine, ["--refresh"]);
    const differs = found.errors.length === 0 && found.changes.length > 0;
    const ahead = differs ? (await preview(engine)).changes : [];
    const known = new Set(ahead.map(fingerprint));
    const changes = found.changes.map((change) => ({ ...change, undeployed: known.has(fingerprint(change)) }));
    return reportOf(engine.stack, "the live objects", { ...found, changes });
}

function fingerprint({ op, object, details }: Change): string {
    return JSON.stringify([op, object, details.map(({ path, after }) => [path, after])]);
}
