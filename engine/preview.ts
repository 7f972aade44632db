import { join } from "node:path";
import { CommandError, lastLines, run } from "../process/run";
import { changesOf } from "./changes";
import { type EngineEvents, readEvents } from "./events";
import type { Change } from "./report";

/** Time that one preview may take (ms). */
const TIMEOUT_MS = 15 * 60_000;

/** What to do where the CLI is missing. */
const NO_CLI = "The Pulumi CLI is not on PATH.\n  Install it: https://www.pulumi.com/docs/install/";

/** A Pulumi CLI and where it runs. */
export interface Engine {
    /** The executable. */
    readonly pulumi: string;
    /** Its environment: backend, passphrase, kubeconfig. */
    readonly env: NodeJS.ProcessEnv;
    /** Folder of the program. */
    readonly program: string;
    /** Stack. */
    readonly stack: string;
    /** Stack file other than the program's own. */
    readonly configFile?: string;
    /** Folder with the policy pack; without one nothing is judged. */
    readonly policies?: string;
}

/** A preview that came to an end, well or not. */
export interface Preview extends EngineEvents {
    /** What an update would do to the stack as its state has it. */
    readonly changes: readonly Change[];
}

/** Flags for the policy pack as it is configured for a stack. */
export function policyFlags(policies: string, stack: string): string[] {
    return ["--policy-pack", policies, "--policy-pack-config", join(policies, "config", `${stack}.json`)];
}

/** Previews the program; what it says of itself is in the result, also when it fails. */
export async function preview(engine: Engine, flags: readonly string[] = []): Promise<Preview> {
    const { pulumi, env, program, stack, configFile, policies } = engine;
    const args = [
        ...["preview", "--json", "--stack", stack, "--non-interactive", "--color", "never"],
        ...(configFile === undefined ? [] : ["--config-file", configFile]),
        ...(policies === undefined ? [] : policyFlags(policies, stack)),
        ...flags,
    ];
    const { code, stdout, stderr } = await run(pulumi, args, {
        cwd: program,
        env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
        allowExit: true,
        timeoutMs: TIMEOUT_MS,
    }).catch((error: unknown) => {
        throw error instanceof CommandError && error.systemCode === "ENOENT" ? new Error(NO_CLI) : error;
    });
    const events = readEvents(stdout);
    const stopped = events.findings.some(({ level }) => level === "mandatory");
    const errors =
        code === 0 || stopped || events.errors.length > 0 ? events.errors : [lastLines(`${stdout}\n${stderr}`)];
    return { ...events, errors, changes: changesOf(events.steps) };
}
