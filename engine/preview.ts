import { join } from "node:path";
import { lastLines, type RunResult } from "../process/run";
import { changesOf, planned } from "./changes";
import { type EngineStep, readEvents } from "./events";
import { type PackFindings, packFindings, withFindings } from "./findings";
import { PulumiCli, TIME_LIMIT_MS } from "./pulumi";
import type { Change, PreviewReport } from "./report";

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
    /** Folder with the policy pack; without one nothing is evaluated. */
    readonly policies?: string;
}

/** Result of a preview, which may have failed. */
interface Preview extends Omit<PackFindings, "faults"> {
    /** What would happen to each resource, unchanged ones included; a replacement is several steps. */
    readonly steps: readonly EngineStep[];
    /** Number of resources of the program. */
    readonly resources: number;
    /** Changes that an update would make, according to the stack's state. */
    readonly changes: readonly Change[];
    /** Why the preview did not complete; empty when it did. */
    readonly errors: readonly string[];
}

/** Flags for the policy pack with a stack's configuration. */
export function policyFlags(policies: string, stack: string): string[] {
    return ["--policy-pack", policies, "--policy-pack-config", join(policies, "config", `${stack}.json`)];
}

/** Previews the program. Errors of the preview are in the result. */
export async function preview(engine: Engine, flags: readonly string[] = []): Promise<Preview> {
    const { pulumi, env, program, stack, configFile, policies } = engine;
    const args = [
        ...["preview", "--json", "--stack", stack],
        ...(configFile === undefined ? [] : ["--config-file", configFile]),
        ...(policies === undefined ? [] : policyFlags(policies, stack)),
        ...flags,
    ];
    const cli = new PulumiCli(pulumi, env, program);
    const { result, lines } = await withFindings((findings) =>
        cli.call(args, {
            timeoutMs: TIME_LIMIT_MS.preview,
            env: { ...findings, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
        }),
    );
    return previewOf(result, lines, policies !== undefined);
}

/**
 * The result of a preview, from its output.
 * @param lines The file that the policy pack wrote.
 * @param evaluated Whether there was a policy pack.
 */
export function previewOf({ code, stdout, stderr }: RunResult, lines: readonly string[], evaluated: boolean): Preview {
    const { steps, policyEvents, errors: reported } = readEvents(stdout);
    const violated = policyEvents.some(({ level }) => level === "mandatory");
    const failed = code === 0 || violated || reported.length > 0 ? reported : [lastLines(`${stdout}\n${stderr}`)];
    // Without a pack there is no file to be complete.
    const stopped = !evaluated || violated || failed.length > 0;
    const { findings, exceptions, faults } = packFindings(lines, policyEvents, stopped);
    const errors = [...failed, ...faults];
    return { steps, resources: planned(steps).length, changes: changesOf(steps), findings, exceptions, errors };
}

/**
 * A preview as a report.
 * @param against What the program was compared with, in a few words.
 */
export function reportOf(stack: string, against: string, preview: Preview): PreviewReport {
    const { resources, changes, findings, exceptions, errors } = preview;
    return { stack, against, resources, changes, findings, exceptions, errors };
}
