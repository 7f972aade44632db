import { clusterRequests, type Send } from "../../kube/request";
import type { Step } from "../../terminal/progress";
import type { ClusterFacts } from "../facts";
import { settledFacts } from "../freshNodes";
import type { FindingGroup } from "../report";
import type { StackReading } from "../readSettings";
import type { Target } from "../../engine/target";
import { clockFindings } from "./clock";
import { connectionFinding } from "./connection";
import { extensionFindings } from "./extensions";
import { flavourFindings } from "./flavour";
import { kubeletFindings } from "./kubelet";
import { networkFindings } from "./network";
import { nodeFindings } from "./nodes";
import { permissionFindings } from "./permissions";
import { podSecurityFindings } from "./podSecurity";
import { rootMountFindings } from "./rootMount";
import { storageFindings } from "./storage";
import { versionFindings } from "./version";

/** A cluster that was checked. */
export interface Examined {
    /** What was found. */
    readonly groups: readonly FindingGroup[];
    /** Its facts, and the means to send further requests; `undefined` when it does not answer. */
    readonly answering?: { readonly facts: ClusterFacts; readonly send: Send };
}

/**
 * Checks a cluster against what a stack needs. Changes nothing.
 * @param step Told what takes long.
 */
export async function examine(
    target: Target,
    { settings, plan }: Pick<StackReading, "settings" | "plan">,
    step: Step,
): Promise<Examined> {
    const send = await clusterRequests(target);
    const connection = await connectionFinding(target, send);
    if (connection.status !== "ok") {
        return { groups: [{ title: "Connection", findings: [connection] }] };
    }
    const facts = await settledFacts(send, step);
    const [permissions, podSecurity, kubelets] = await Promise.all([
        plan === undefined ? [] : permissionFindings(send, plan),
        podSecurityFindings(send),
        kubeletFindings(facts, settings),
    ]);
    return {
        answering: { facts, send },
        groups: [
            {
                title: "Connection",
                findings: [connection, ...versionFindings(facts), ...flavourFindings(facts, settings), ...permissions],
            },
            {
                title: "Cluster services",
                findings: [
                    ...storageFindings(facts, plan?.claims),
                    ...(plan === undefined ? [] : extensionFindings(facts, plan)),
                    ...podSecurity,
                    ...networkFindings(facts),
                ],
            },
            {
                title: "Nodes",
                findings: [
                    ...nodeFindings(facts, settings),
                    ...rootMountFindings(facts, settings),
                    ...clockFindings(facts, Date.now()),
                    ...kubelets,
                ],
            },
        ],
    };
}
