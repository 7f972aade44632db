import { z } from "zod";
import { helmRevisions, isPending } from "../../kube/helmReleases";
import { reader } from "../../kube/read";
import { RELEASE } from "../../components/monitoring/names";
import { environmentOf } from "../../settings/shared/environments";
import type { Api, ApiResponse } from "../controlPlane/api";
import { LOCAL_CRDS, MADE_LOCALLY } from "./crds";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const namespaceSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

const listSchema = z.object({ items: z.array(z.unknown()) });

/**
 * Whether monitoring on the embedded cluster belongs to this stack: a cluster has one, owned by the first stack.
 * @param namespace Namespace of Prometheus.
 */
export async function ownsMonitoring(api: Api, stack: string, namespace: string): Promise<boolean> {
    const answer = await api.send("GET", `/api/v1/namespaces/${namespace}`);
    if (answer.status === 404) {
        return true;
    }
    const { metadata } = namespaceSchema.parse(JSON.parse(expect(answer, 200).body));
    return metadata.labels.environment === environmentOf(stack)?.name;
}

/** Whether Helm has a record of the chart's release. */
export async function hasRelease(api: Api, namespace: string): Promise<boolean> {
    return (await revisions(api, namespace)).length > 0;
}

/**
 * Releases a Helm release of an interrupted run, by removing the record of its pending revision. Nothing else uses the
 * cluster, and no other run is in progress.
 */
export async function freeRelease(api: Api, namespace: string): Promise<void> {
    const held = (await revisions(api, namespace)).filter(isPending);
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    await Promise.all(held.map(async ({ secret }) => expect(await api.send("DELETE", `${path}/${secret}`), 200, 404)));
}

/** Revisions of the chart's release. */
async function revisions(api: Api, namespace: string) {
    const read = reader(async (path) => {
        const { status, body } = await api.send("GET", path);
        return { status, object: JSON.parse(body) as unknown };
    });
    return (await helmRevisions(read, namespace, RELEASE)) ?? [];
}

/** Creates the missing CRDs of the operator's kinds, so that the stack's objects can be created. */
export async function makeCrds(api: Api): Promise<void> {
    await Promise.all(LOCAL_CRDS.map(async (crd) => expect(await api.send("POST", CRDS, crd), 201, 409)));
}

/** Whether a CRD of the local run exists, which has fewer fields than the chart's own. */
export async function hasLocalCrds(api: Api): Promise<boolean> {
    const selector = Object.entries(MADE_LOCALLY).map((pair) => pair.join("="));
    const answer = await api.send("GET", `${CRDS}?labelSelector=${encodeURIComponent(selector.join(","))}`);
    return listSchema.parse(JSON.parse(expect(answer, 200).body)).items.length > 0;
}

function expect(answer: ApiResponse, ...statuses: number[]): ApiResponse {
    if (!statuses.includes(answer.status)) {
        throw new Error(`the embedded cluster answers ${answer.status}: ${answer.body.slice(0, 300)}`);
    }
    return answer;
}
