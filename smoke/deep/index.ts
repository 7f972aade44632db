import { workloadKind } from "../../components/mesh/workloadKind";
import { CoreV1Api } from "@kubernetes/client-node";
import { CannotRun, messageOf } from "../../errors";
import { kubectl } from "../../kube/kubectl";
import { shellWord } from "../../shell";
import type { Result } from "../check";
import { found, lookup } from "../cluster/lookup";
import { nothingRuns } from "../cluster/nodes";
import { unwantedBy } from "../evaluate";
import { failed, type Outcome, passed, skipped } from "../outcome";
import { ADMISSION_CHECKS } from "./admission";
import { DeepApi } from "./api";
import type { DeepCheck } from "./check";
import { IDENTITY_CHECKS } from "./identity";
import { Lab, type LabArgs } from "./lab";
import { MONITORING_DEEP_CHECKS } from "./monitoring";
import { NETWORK_CHECKS } from "./network";
import { NoPython } from "./podState";
import { RUN_LABEL } from "../subject";
import { Unreachable } from "./prometheus";
import { ROLLOUT_CHECKS } from "./rollout";
import { STORAGE_CHECKS } from "./storage";
import { parseWorkload, type MeshWorkload } from "./workload";

export type { DeepOptions } from "./options";

/**
 * Every deep check, in the order of the report. Monitoring comes before the probe pods, which Prometheus would find; the
 * rollout comes last, since it opens a port that the network's checks want closed.
 */
export const DEEP_CHECKS: readonly DeepCheck[] = [
    ...ADMISSION_CHECKS,
    ...MONITORING_DEEP_CHECKS,
    ...IDENTITY_CHECKS,
    ...NETWORK_CHECKS,
    ...STORAGE_CHECKS,
    ...ROLLOUT_CHECKS,
];

/** Input of a run of the deep checks. */
export interface DeepRun extends Omit<LabArgs, "workload"> {
    /** Texts; a check whose topic or name contains one is skipped. */
    readonly skip: readonly string[];
}

/**
 * Runs checks one after the other, and removes everything that they created.
 * @returns a result for each check, and one for the removal.
 * @throws CannotRun if there is no Deployment as a model for probe pods, and after an interrupt.
 */
export async function runDeep(checks: readonly DeepCheck[], run: DeepRun): Promise<Result[]> {
    const { client, target, expected, signal } = run;
    const nodes = await lookup("nodes", new CoreV1Api(client.configuration).listNode());
    const simulated = nodes.ok && nothingRuns(found(nodes.value.items));
    const planned = checks.map((check) => ({ check, reason: reasonFor(check, run, simulated) }));
    const lab = new Lab({ ...run, workload: await readWorkload(run) });
    const result = (check: Pick<DeepCheck, "topic" | "name" | "look">, finding: Outcome): Result => ({
        topic: check.topic,
        name: check.name,
        command: `${kubectl(target)} -n ${shellWord(expected.namespace)} ${check.look}`,
        finding,
    });
    const results: Result[] = [];
    try {
        if (planned.some(({ reason }) => reason === undefined)) {
            await lab.sweep();
        }
        for (const { check, reason } of planned) {
            if (signal.aborted) {
                break;
            }
            run.onProgress?.(`${check.topic}: ${check.name}`);
            results.push(result(check, reason === undefined ? await outcomeOf(check, lab) : skipped(reason)));
        }
    } finally {
        run.onProgress?.("Removing what the checks created");
        const faults = await lab.cleanUp();
        const look = `get all,networkpolicies --all-namespaces --selector ${RUN_LABEL}=${lab.run}`;
        const removal = { topic: "Clean-up", name: "nothing is left", look };
        results.push(result(removal, faults.length === 0 ? passed() : failed(faults.join("; "))));
    }
    if (signal.aborted) {
        throw interrupted(results.at(-1)?.finding);
    }
    return results;
}

/** Error after an interrupt, which states whether everything that the checks created was removed. */
function interrupted(removal: Outcome | undefined): CannotRun {
    return new CannotRun(
        removal?.status === "failed"
            ? `interrupted; not everything could be removed: ${removal.detail}`
            : "interrupted; everything that the checks created was removed",
        "run it again: it also removes what an earlier run left",
    );
}

/** The mesh's Deployment or Rollout. @throws CannotRun when it cannot be read. */
async function readWorkload({ client, expected: { stack, namespace, names, mesh } }: DeepRun): Promise<MeshWorkload> {
    const { apiVersion, kind } = workloadKind(mesh);
    const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s/${names.deployment}`;
    const deployment = await lookup(`${kind} ${names.deployment}`, new DeepApi(client).get(path));
    if (!deployment.ok) {
        throw new CannotRun(`the deep checks need the app: ${deployment.reason}`, `pulumi up --stack ${stack}`);
    }
    return parseWorkload(deployment.value);
}

/** Why a check is skipped; `undefined` if it is not. */
function reasonFor(check: DeepCheck, { expected, options, skip }: DeepRun, simulated: boolean): string | undefined {
    return (
        unwantedBy(skip, check) ??
        check.notHere?.(expected, options) ??
        (check.containers && simulated ? "simulated nodes: no container runs" : undefined)
    );
}

/** Outcome of a check. An error that is not about the cluster results in a skip, with a suggested fix. */
async function outcomeOf(check: DeepCheck, lab: Lab): Promise<Outcome> {
    try {
        return await check.run(lab);
    } catch (error) {
        if (error instanceof NoPython) {
            return skipped(`${error.message}: give one that has it, --probe-image IMAGE`);
        }
        return error instanceof Unreachable ? skipped(error.message) : failed(messageOf(error));
    }
}
