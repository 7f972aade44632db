import { kubectl as kubectlCommand } from "../../kube/kubectl";
import { reader } from "../../kube/read";
import { STACKS } from "../../settings/shared/environments";
import type { ClusterRequest } from "../../cli/cluster/request";
import { examine, type Examined } from "../cluster";
import { CannotContinue, type Surroundings } from "../../cli/cluster/providers";
import { existingTarget } from "../../cli/cluster/providers/existing";
import { claim } from "../claim";
import { helm, kubectl, prerequisites, pulumi } from "../prerequisites";
import type { Finding, Report } from "../report";
import { type Read, readSettings } from "../readSettings";
import { StackFile } from "../../engine/stackFile";
import type { Target } from "../../engine/target";
import { chartFindings } from "./chart";
import { datastoreFindings } from "./datastore";
import { imageFindings } from "./images";
import { pulumiFindings } from "./pulumi";
import { secretFindings } from "./secrets";
import { spireFindings } from "./spire";

/** Tells what would fail in `pulumi up`, and why. Changes nothing. */
export async function diagnose(args: Pick<ClusterRequest, "stack" | "configFile">, surroundings: Surroundings): Promise<Report> {
    const { stack } = args;
    const { progress, paths } = surroundings;
    const { checkout } = paths;
    const file = StackFile.open(checkout, stack, args.configFile);
    const read = await readSettings(stack, file);
    const target = targetOf(stack, file, surroundings.env);
    const [programs, backend, examined] = await Promise.all([
        prerequisites([{ ...pulumi, required: true }, kubectl, helm], surroundings.env),
        pulumiFindings(stack, file, surroundings),
        "finding" in target
            ? undefined
            : progress.step("Looking at the cluster", (step) => examine(target, read, step)),
    ]);
    const identity = "finding" in target ? target.finding : identityFinding(stack, file, target, examined, checkout);
    return {
        command: "doctor",
        stack,
        target: "finding" in target ? undefined : target,
        changed: false,
        groups: [
            { title: `Stack ${stack}`, findings: [...read.findings, identity] },
            { title: "Programs", findings: programs },
            { title: "Pulumi", findings: backend },
            ...(examined?.groups ?? []),
            { title: "What the settings name", findings: await namedThings(read, examined) },
        ],
    };
}

/** The stack's cluster, or why there is none. */
function targetOf(stack: string, { cluster }: StackFile, env: NodeJS.ProcessEnv): Target | { finding: Finding } {
    const { context, kubeconfig } = cluster;
    if (context === undefined) {
        const detail = `${stack} has no cluster yet: cluster.context is not set`;
        const fix = `npx x0 cluster kind --stack ${stack}\nor a cluster of yours: npx x0 cluster existing --stack ${stack} --context <name>`;
        return { finding: { status: "fail", name: "Cluster of the stack", detail, fix } };
    }
    try {
        return existingTarget({ context, kubeconfig }, env);
    } catch (error) {
        if (!(error instanceof CannotContinue)) {
            throw error;
        }
        return { finding: error.finding };
    }
}

/** Is the cluster that the context leads to the stack's own? */
function identityFinding(
    stack: string,
    file: StackFile,
    target: Target,
    examined: Examined | undefined,
    checkout: string,
): Finding {
    const name = "Cluster of the stack";
    const facts = examined?.answering?.facts;
    if (facts === undefined) {
        return { status: "skip", name, detail: `context ${target.context} does not answer` };
    }
    if (file.cluster.identifier === undefined) {
        const command = `npx x0 cluster existing --stack ${stack} --context ${target.context}`;
        return {
            status: "warn",
            name,
            detail: "cluster.identifier is not set, so an update cannot tell when the context leads elsewhere",
            fix: command + (target.kubeconfig === undefined ? "" : ` --kubeconfig ${target.kubeconfig}`),
        };
    }
    const others = STACKS.filter((other) => other !== stack).map((other) => ({
        stack: other,
        cluster: StackFile.open(checkout, other).cluster,
    }));
    const live = { ...file.cluster, context: target.context, identifier: facts.identifier };
    const { findings } = claim({ stack, cluster: file.cluster }, others, live, { repoint: false, share: false });
    return findings[0] ?? { status: "skip", name, detail: kubectlCommand(target) };
}

async function namedThings({ settings, plan }: Read, examined: Examined | undefined): Promise<Finding[]> {
    if (settings === undefined || plan === undefined) {
        return [];
    }
    const chart = await chartFindings(settings);
    if (examined?.answering === undefined) {
        return chart;
    }
    const { facts, send } = examined.answering;
    const read = reader(send);
    const findings = await Promise.all([
        spireFindings(read, settings),
        secretFindings(read, settings),
        datastoreFindings(read, settings),
    ]);
    return [...findings.flat(), ...chart, ...imageFindings(facts, plan)];
}
