import { isSupported } from "../../preflight/identity";
import { STACKS } from "../../settings/shared/environments";
import type { ClusterRequest, ClusterKind } from "./request";
import { examine } from "../../preflight/cluster";
import { claim } from "../../preflight/claim";
import type { ClusterFacts } from "../../preflight/facts";
import { kubectl, prerequisites, pulumi } from "../../preflight/prerequisites";
import { CannotContinue, type Ensured, providers, type ProviderSurroundings } from "./providers";
import { counts, type CheckFinding, type FindingGroup, type Report } from "../../preflight/report";
import { readSettings } from "../../preflight/readSettings";
import { StackFile } from "../../engine/stackFile";

/** Finds or creates a cluster, checks it, and assigns it to the stack. */
export async function prepare(
    args: ClusterRequest,
    kind: ClusterKind,
    surroundings: ProviderSurroundings,
): Promise<Report> {
    const { stack } = args;
    const { progress, paths } = surroundings;
    const { checkout } = paths;
    const report = (groups: readonly FindingGroup[]) => ({ command: kind, stack, changed: false, groups });
    const file = StackFile.open(checkout, stack, args.configFile);
    const provider = providers[kind];
    const programs: FindingGroup = {
        title: "Programs",
        findings: await prerequisites([...provider.needs, kubectl, pulumi], surroundings.env),
    };
    if (counts({ groups: [programs] }).fail > 0) {
        return report([programs]);
    }
    let ensured: Ensured;
    try {
        ensured = await provider.ensure(args, surroundings);
    } catch (error) {
        if (!(error instanceof CannotContinue)) {
            throw error;
        }
        return report([programs, { title: "Cluster", findings: [error.finding] }]);
    }
    const read = await readSettings(stack, file, surroundings.program);
    const { target: found } = ensured;
    const { groups, answering } = await progress.step("Checking the cluster", (step) => examine(found, read, step));
    const target = { ...found, identifier: answering?.facts.identifier };
    const others = STACKS.filter((other) => other !== stack).map((other) => ({
        stack: other,
        cluster: StackFile.open(checkout, other).cluster,
    }));
    const decision =
        answering === undefined || tooOld(answering.facts)
            ? { write: false, findings: [notWritten(stack)] }
            : claim({ stack, cluster: file.cluster }, others, target, args);
    if (decision.write) {
        file.writeCluster(target);
    }
    return {
        ...report([
            programs,
            { title: "Cluster", findings: [outcome(kind, ensured)] },
            ...groups,
            { title: `Stack ${stack}`, findings: [...read.findings, ...decision.findings] },
        ]),
        target,
        changed: ensured.outcome !== "found" || decision.write,
    };
}

function outcome(kind: ClusterKind, { outcome: done, target }: Ensured): CheckFinding {
    const { context, kubeconfig } = target;
    const where = kubeconfig === undefined ? "" : ` in ${kubeconfig}`;
    return { status: "ok", name: kind, detail: `${done}: context ${context}${where}` };
}

function tooOld({ version }: ClusterFacts): boolean {
    return version !== undefined && !isSupported(version);
}

function notWritten(stack: string): CheckFinding {
    const detail = `the settings of ${stack} were not touched, since it cannot run on this cluster`;
    return { status: "skip", name: "Cluster of the stack", detail };
}
