import { isRollout } from "../../settings/mesh/delivery";
import { z } from "zod";
import { refusesOutsiders } from "../../settings/mesh/serviceMesh";
import { readRollout } from "../cluster/read";
import { rolloutState } from "../rollout";
import { failed, type Outcome, passed } from "../outcome";
import type { DeepCheck } from "./check";
import type { Lab } from "./lab";
import { nameOf, POD_LIFE_SECONDS } from "./probePod";
import { RUN_LABEL } from "../subject";
import { RESULTS } from "./tasks";

/** Annotation of the pod template that starts a rollout; removed again by the second one. */
const RESTART = "x0tta6bl4.mesh/smoke-restart";

/** Timeout of a rollout (s). */
const ROLLOUT_SECONDS = 600;

/** Duration of requests before and after the rollout (s): endpoints are updated shortly after the pods. */
const MARGIN_SECONDS = 5;

/** Load: two senders, each with a request every 50 ms and a timeout of 5 s. */
const LOAD = { timeout: 5, pause: 0.05, senders: 2 } as const;

const serviceSchema = z.object({
    spec: z.object({
        clusterIP: z.string(),
        ports: z.array(z.object({ name: z.string().optional(), port: z.number() })),
    }),
});

const replicaSetsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ name: z.string() }),
            spec: z.object({
                replicas: z.number().default(1),
                template: z.object({
                    metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
                }),
            }),
        }),
    ),
});

/** Path of the mesh's Deployment. */
function deploymentPath({ expected }: Lab): string {
    return `/apis/apps/v1/namespaces/${expected.namespace}/deployments/${expected.names.deployment}`;
}

/** Starts a rollout by setting or removing the annotation, and waits until it is complete. */
async function rollOut(lab: Lab, annotation: string | null): Promise<void> {
    await lab.api.patch(deploymentPath(lab), {
        spec: { template: { metadata: { annotations: { [RESTART]: annotation } } } },
    });
    const { autoscaling } = lab.expected.mesh;
    await lab.until("the rollout", ROLLOUT_SECONDS, async () => {
        const state = rolloutState(
            await readRollout(lab.client, lab.expected),
            autoscaling.enabled ? autoscaling.minReplicas : 1,
        );
        if (state.hopeless) {
            throw new Error(`the rollout failed: ${state.detail}`);
        }
        lab.progress(`a rollout under load: ${state.detail}`);
        return state.complete || undefined;
    });
}

/** Opens the app's HTTP port for the run's namespace, whose pod sends the requests. */
async function admitLoad(lab: Lab, from: string): Promise<void> {
    const { namespace, mesh } = lab.expected;
    const name = nameOf(lab.run, "load");
    await lab.create(lab.policies(), name, {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace, labels: { [RUN_LABEL]: lab.run } },
        spec: {
            podSelector: { matchLabels: lab.workload.spec.selector.matchLabels },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from } } }],
                    ports: [{ protocol: "TCP", port: mesh.ports.http }],
                },
            ],
        },
    });
}

/** Removes the annotation and the ReplicaSet of the template that had it. */
async function restore(lab: Lab): Promise<void> {
    await lab.api.patch(deploymentPath(lab), {
        spec: { template: { metadata: { annotations: { [RESTART]: null } } } },
    });
    const sets = `/apis/apps/v1/namespaces/${lab.expected.namespace}/replicasets`;
    const { items } = replicaSetsSchema.parse(await lab.api.get(sets));
    for (const { metadata, spec } of items) {
        if (spec.template.metadata.annotations[RESTART] === lab.run && spec.replicas === 0) {
            await lab.api.remove(`${sets}/${metadata.name}`);
        }
    }
}

/** Rolls the pods out to a new template and back while requests are sent. */
async function rollUnderLoad(lab: Lab): Promise<Outcome> {
    const { namespace, names, mesh } = lab.expected;
    const found = serviceSchema.parse(await lab.api.get(`/api/v1/namespaces/${namespace}/services/${names.service}`));
    const port = found.spec.ports.find(({ name }) => name === "http")?.port ?? mesh.ports.http;
    const from = await lab.namespace();
    await admitLoad(lab, from);
    const { path } = mesh.probes.readiness;
    const task = { task: "load", host: found.spec.clusterIP, port, path, ...LOAD, seconds: POD_LIFE_SECONDS } as const;
    const probe = await lab.start({ name: "load", namespace: from, asApp: false, task });
    await lab.reported(probe, RESULTS.load);
    await lab.pause(MARGIN_SECONDS * 1000);
    const before = await lab.reported(probe, RESULTS.load);
    if (before.sent === 0 || Object.keys(before.lost).length > 0) {
        return failed(`requests fail without a rollout: ${lostText(before.lost) || "none was sent"}`);
    }
    lab.atEnd(() => restore(lab));
    await rollOut(lab, lab.run);
    await rollOut(lab, null);
    await lab.pause(MARGIN_SECONDS * 1000);
    const { sent, lost } = await lab.reported(probe, RESULTS.load);
    const count = Object.values(lost).reduce((total, one) => total + one, 0);
    return count === 0
        ? passed(`${sent} requests in two rollouts`)
        : failed(`${count} of ${sent} requests were lost: ${lostText(lost)}`);
}

/** Reasons of lost requests, e.g. `3 x Connection refused`. */
function lostText(lost: Readonly<Record<string, number>>): string {
    return Object.entries(lost)
        .map(([reason, count]) => `${count} x ${reason}`)
        .join(", ");
}

/** Check that a rollout loses no request. */
export const ROLLOUT_CHECKS: readonly DeepCheck[] = [
    {
        topic: "Rollout",
        name: "a restart under load loses no request",
        look: "rollout history deployment",
        containers: true,
        notHere: ({ mesh: { data, delivery, serviceMesh } }) => {
            if (isRollout(delivery)) {
                return "a new version takes its steps and is analyzed by the controller: npx x0 rollout watch";
            }
            if (refusesOutsiders(serviceMesh)) {
                return "strict mTLS refuses the requests, which come from outside the mesh (mesh.serviceMesh.mtls)";
            }
            return data.type === "existingClaim" && data.accessMode !== "ReadWriteMany"
                ? "the old pod has to go before the new one, since both need the claim (mesh.data)"
                : undefined;
        },
        run: rollUnderLoad,
    },
];
