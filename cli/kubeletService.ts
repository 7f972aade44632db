import { z } from "zod";
import { KUBELET_SERVICE } from "../components/monitoring/names";
import type { Read } from "../kube/read";
import type { Kubectl } from "./kubectl";

/** Namespace and name, in the form of the operator's argument. */
const PLACE = `${KUBELET_SERVICE.namespace}/${KUBELET_SERVICE.name}`;

/** Display name. */
export const KUBELET_SERVICE_TEXT = `Service ${PLACE}, with its EndpointSlices`;

/** Labels set by the operator (pkg/kubelet/controller.go of Prometheus Operator). */
const OPERATORS_OWN = { "app.kubernetes.io/managed-by": "prometheus-operator", "app.kubernetes.io/name": "kubelet" };

const serviceSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

const deploymentsSchema = z.object({
    items: z
        .array(
            z.object({
                metadata: z.object({ name: z.string(), namespace: z.string() }),
                spec: z.object({
                    template: z.object({
                        spec: z.object({
                            containers: z.array(z.object({ args: z.array(z.string()).nullish() })),
                        }),
                    }),
                }),
            }),
        )
        .nullish(),
});

/** A leftover kubelet Service of a Prometheus Operator. */
export interface KubeletService {
    /** Why it is kept; `undefined` when it can be removed. */
    readonly needed: string | undefined;
}

/**
 * Finds the Service that this stack's operator created in kube-system. It can be removed when it has the operator's
 * labels and no operator of the cluster is configured to maintain it.
 * @returns `undefined` when there is none, or it cannot be read.
 */
export async function findKubeletService(read: Read): Promise<KubeletService | undefined> {
    const answer = await read(`/api/v1/namespaces/${KUBELET_SERVICE.namespace}/services/${KUBELET_SERVICE.name}`);
    const service = answer.seen ? serviceSchema.safeParse(answer.object).data : undefined;
    if (service === undefined) {
        return undefined;
    }
    if (Object.entries(OPERATORS_OWN).some(([label, value]) => service.metadata.labels[label] !== value)) {
        return { needed: "it lacks the labels of Prometheus Operator" };
    }
    const deployments = await read("/apis/apps/v1/deployments");
    if (!deployments.seen) {
        return { needed: "your user cannot list deployments, so an operator may still maintain it" };
    }
    const operator = deploymentsSchema
        .parse(deployments.object)
        .items?.find(({ spec }) => spec.template.spec.containers.some(({ args }) => args?.some(maintainsIt) ?? false));
    return {
        needed:
            operator === undefined
                ? undefined
                : `maintained by the operator ${operator.metadata.namespace}/${operator.metadata.name}`,
    };
}

function maintainsIt(argument: string): boolean {
    return /^--kubelet-(service|object)=/.test(argument) && argument.endsWith(`=${PLACE}`);
}

/** Removes it, and the EndpointSlices that the operator created for it. */
export async function removeKubeletService(kubectl: Kubectl): Promise<void> {
    const place = ["--namespace", KUBELET_SERVICE.namespace, "--ignore-not-found"];
    await kubectl.call(["delete", "service", KUBELET_SERVICE.name, ...place]);
    // The Service owns them, so the garbage collector deletes them; this does not wait for it.
    const labels = `kubernetes.io/service-name=${KUBELET_SERVICE.name},endpointslice.kubernetes.io/managed-by=prometheus-operator`;
    await kubectl.call(["delete", "endpointslices", "--selector", labels, ...place]);
}
