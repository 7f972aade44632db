import { fileWord, kubectl as kubectlCommand } from "../../kube/kubectl";
import { reader } from "../../kube/read";
import { STACKS } from "../../settings/shared/environments";
import { shellCommand, shellWord } from "../../shell";
import { examine, type Examined } from "../cluster";
import { CannotContinue, existingTarget } from "../existingContext";
import { claim } from "../claim";
import { helm, kubectl, type Need, prerequisites, pulumi } from "../prerequisites";
import type { CheckFinding, Report } from "../report";
import { readSettings, type StackReading } from "../readSettings";
import type { Plan, Program } from "../plan";
import type { LocalPaths } from "../../process/paths";
import type { Progress } from "../../terminal/progress";
import { StackFile } from "../../engine/stackFile";
import type { Target } from "../../engine/target";
import { chartFindings } from "./chart";
import { datastoreFindings } from "./datastore";
import { imageFindings } from "./images";
import { meshFindings } from "./mesh";
import { portChecks } from "./ports";
import { pulumiFindings } from "./pulumi";
import { secretFindings } from "./secrets";
import { spireFindings } from "./spire";

/** The stack that is checked. */
export interface Patient {
    /** Its name, e.g. `staging`. */
    readonly stack: string;
    /** Stack file; default: `Pulumi.STACK.yaml`. */
    readonly configFile?: string;
}

/** Dependencies of the doctor. */
export interface DoctorSurroundings {
    /** Reports progress. */
    readonly progress: Progress;
    /** The checkout. */
    readonly paths: Pick<LocalPaths, "checkout">;
    /** Environment of the Pulumi CLI; `PATH` finds the programs. */
    readonly env: NodeJS.ProcessEnv;
    /** The Pulumi program, whose objects are checked. */
    readonly program: Program;
}

/** Reports what would fail in `pulumi up`, and why. Changes nothing. */
export async function diagnose({ stack, configFile }: Patient, surroundings: DoctorSurroundings): Promise<Report> {
    const { progress, paths } = surroundings;
    const { checkout } = paths;
    const file = StackFile.open(checkout, stack, configFile);
    const read = await readSettings(stack, file, surroundings.program);
    const target = targetOf(stack, file, surroundings.env);
    const [programs, backend, examined] = await Promise.all([
        prerequisites([{ ...pulumi, required: true }, kubectl, helmFor(read.plan)], surroundings.env),
        pulumiFindings(stack, file, surroundings),
        "finding" in target ? undefined : progress.step("Checking the cluster", (step) => examine(target, read, step)),
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
            { title: "What the settings refer to", findings: await namedThings(read, examined, target) },
        ],
    };
}

/**
 * The policy pack renders the charts of the stack with helm; without helm its rule `helm-release-render` stops the
 * update.
 */
export function helmFor(plan: Plan | undefined): Need {
    return { ...helm, required: plan !== undefined && plan.charts.length > 0 };
}

/** The stack's cluster, or why there is none. */
function targetOf(stack: string, { cluster }: StackFile, env: NodeJS.ProcessEnv): Target | { finding: CheckFinding } {
    const { context, kubeconfig } = cluster;
    if (context === undefined) {
        const detail = `${stack} has no cluster yet: cluster.context is not set`;
        const own = shellWord(stack);
        const fix = `npx x0 cluster kind --stack ${own}\nor a cluster of yours: npx x0 cluster existing --stack ${own} --context <name>`;
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
): CheckFinding {
    const name = "Cluster of the stack";
    const facts = examined?.answering?.facts;
    if (facts === undefined) {
        return { status: "skip", name, detail: `context ${target.context} does not answer` };
    }
    if (file.cluster.identifier === undefined) {
        const command = shellCommand("npx", "x0", "cluster", "existing", "--stack", stack, "--context", target.context);
        return {
            status: "warn",
            name,
            detail: "cluster.identifier is not set, so an update cannot detect that the context leads elsewhere",
            fix: command + (target.kubeconfig === undefined ? "" : ` --kubeconfig ${fileWord(target.kubeconfig)}`),
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

async function namedThings(
    { settings, plan }: StackReading,
    examined: Examined | undefined,
    target: Target | { finding: CheckFinding },
): Promise<CheckFinding[]> {
    if (settings === undefined || plan === undefined) {
        return [];
    }
    const chart = await chartFindings(settings);
    if (examined?.answering === undefined || "finding" in target) {
        return chart;
    }
    const { facts, send } = examined.answering;
    const read = reader(send);
    const findings = await Promise.all([
        meshFindings(read, settings),
        spireFindings(read, settings),
        secretFindings(read, settings),
        datastoreFindings(read, settings),
        portChecks(settings, examined.answering, target),
    ]);
    return [...findings.flat(), ...chart, ...imageFindings(facts, plan)];
}
