import { z } from "zod";
import { environmentOf } from "../../settings/environments";
import type { Api, ApiResponse } from "../cluster/api";
import { localCrds, MADE_LOCALLY } from "./crds";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const namespaceSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

const listSchema = z.object({ items: z.array(z.unknown()) });

/**
 * Whether monitoring on the embedded cluster is, or will be, this stack's: a cluster holds one, and the stack that came
 * first has it.
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

/** Makes the CRDs of the operator's kinds that are not there, so that the stack's objects can be. */
export async function makeCrds(api: Api): Promise<void> {
    await Promise.all(localCrds.map(async (crd) => expect(await api.send("POST", CRDS, crd), 201, 409)));
}

/** Whether a CRD of the local run is there, which knows fewer fields than the chart's own. */
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
