import { join } from "node:path";
import { localPaths } from "../process/paths";
import { type Engine, preview } from "../engine/preview";
import type { Change, Report } from "../engine/report";

/** The stack itself: the CLI, backend and credentials of whoever calls. */
export function liveEngine(stack: string, configFile?: string): Engine {
    return { pulumi: "pulumi", env: process.env, program: localPaths().checkout, stack, configFile };
}

/** Previews the stack itself with the policy pack and saves the plan, secrets encrypted, unless the preview fails. */
export async function planReport(engine: Engine, plan: string): Promise<Report> {
    const policies = join(engine.program, "policy");
    const { steps, changes, findings, exceptions, errors } = await preview({ ...engine, policies }, [
        "--save-plan",
        plan,
    ]);
    const against = "the state of the stack";
    return {
        stack: engine.stack,
        against,
        resources: steps.length,
        changes,
        findings,
        exceptions,
        errors,
    };
}

/**
 * Compares the live objects with the program; nothing is changed, the state neither. A change that is proposed without a
 * look at the live objects, too, is no drift: the program is ahead of the stack.
 */
export async function driftReport(engine: Engine): Promise<Report> {
    const { steps, changes, errors } = await preview(engine, ["--refresh"]);
    const differs = errors.length === 0 && changes.length > 0;
    const ahead = differs ? (await preview(engine)).changes : [];
    const known = new Set(ahead.map(fingerprint));
    return {
        stack: engine.stack,
        against: "the live objects",
        resources: steps.length,
        changes: changes.map((change) => ({ ...change, undeployed: known.has(fingerprint(change)) })),
        findings: [],
        exceptions: 0,
        errors,
    };
}

function fingerprint({ op, object, details }: Change): string {
    return JSON.stringify([op, object, details.map(({ path, after }) => [path, after])]);
}
