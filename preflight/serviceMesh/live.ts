import { z } from "zod";
import type { JoinedServiceMesh } from "../../settings/mesh/serviceMesh";
import { labelSelector } from "../../components/shared/labels";
import type { Read } from "../../kube/read";
import { oldestMinor } from "../kubernetesVersion";

/** Keys with text values, as labels and annotations are. */
const texts = z.record(z.string(), z.string()).default({});

const selectorSchema = z.object({
    matchLabels: texts,
    matchExpressions: z
        .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
        .default([]),
});

const webhookConfigurationSchema = z.object({
    metadata: z.object({ name: z.string(), labels: texts }),
    webhooks: z
        .array(
            z.object({
                name: z.string(),
                namespaceSelector: selectorSchema.prefault({}),
                objectSelector: selectorSchema.prefault({}),
            }),
        )
        .default([]),
});

const daemonSetSchema = z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) });

const namespaceSchema = z.object({
    metadata: z.object({
        labels: texts,
        annotations: texts,
        managedFields: z.array(z.object({ manager: z.string().default(""), fieldsV1: z.unknown() })).default([]),
    }),
});

const configMapSchema = z.object({ data: texts });

/** A label selector of an admission webhook. */
export type WebhookSelector = z.output<typeof selectorSchema>;

/** A MutatingWebhookConfiguration, as far as it decides about injection. */
export type WebhookConfiguration = z.output<typeof webhookConfigurationSchema>;

/** A namespace, as far as it joins a mesh. */
export type LiveNamespace = z.output<typeof namespaceSchema>;

/** What the API server says; `hidden` where these credentials may not read it, so that nothing is judged by it. */
export type Seen<T> = { readonly value: T } | "hidden";

/** What of a service mesh is in the cluster. */
export interface LiveServiceMesh {
    /** Names of the mesh's kinds that the cluster has. */
    readonly kinds: Seen<readonly string[]>;
    readonly webhooks: Seen<readonly WebhookConfiguration[]>;
    readonly daemonSets: Seen<readonly z.output<typeof daemonSetSchema>[]>;
    /** The mesh's own namespace; `undefined` before the first update. */
    readonly namespace: Seen<LiveNamespace | undefined>;
    /** Existing namespaces whose pods call the app, by name. */
    readonly callers: ReadonlyMap<string, LiveNamespace>;
    /** Oldest minor version of Kubernetes; `undefined` where it may not be read. */
    readonly minor: number | undefined;
    /** A ConfigMap's data by namespace and name; `undefined` where there is none. */
    readonly configMap: (
        namespace: string,
        name: string,
    ) => Promise<Seen<Readonly<Record<string, string>> | undefined>>;
}

/** CustomResourceDefinitions that the objects of each type belong to. */
export const KINDS: Readonly<Record<JoinedServiceMesh["type"], readonly string[]>> = {
    istioSidecar: ["peerauthentications.security.istio.io"],
    istioAmbient: ["peerauthentications.security.istio.io", "authorizationpolicies.security.istio.io"],
    linkerd: ["servers", "authorizationpolicies", "meshtlsauthentications", "networkauthentications"].map(
        (name) => `${name}.policy.linkerd.io`,
    ),
};

/** Pods that call the app: those with the labels, or all of the namespace. */
export interface Caller {
    readonly namespace: string;
    readonly podLabels?: Readonly<Record<string, string>>;
}

/**
 * Reads what a service mesh consists of.
 * @param namespace The mesh's own namespace.
 * @param callers Pods that call the app.
 */
export async function readServiceMesh(
    read: Read,
    { type }: Pick<JoinedServiceMesh, "type">,
    namespace: string,
    callers: readonly Caller[],
): Promise<LiveServiceMesh> {
    const namespaceOf = (name: string) => one(read, `/api/v1/namespaces/${name}`, namespaceSchema);
    const [minor, webhooks, daemonSets, own, kinds, ...found] = await Promise.all([
        oldestMinor(read),
        list(read, "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", webhookConfigurationSchema),
        list(read, "/apis/apps/v1/daemonsets", daemonSetSchema),
        namespaceOf(namespace),
        existingKinds(read, KINDS[type]),
        ...callers.map(async (caller) => ({
            name: caller.namespace,
            there: (await isThere(read, caller)) ? seenValue(await namespaceOf(caller.namespace)) : undefined,
        })),
    ]);
    return {
        kinds,
        webhooks,
        daemonSets,
        namespace: own,
        callers: new Map(found.flatMap(({ name, there }) => (there === undefined ? [] : [[name, there]]))),
        minor,
        configMap: async (of, name) => {
            const seen = await one(read, `/api/v1/namespaces/${of}/configmaps/${name}`, configMapSchema);
            return seen === "hidden" ? seen : { value: seen.value?.data };
        },
    };
}

/** Whether a caller with labels has a pod: the default ones name Traefik, which most clusters do not have. */
async function isThere(read: Read, { namespace, podLabels }: Caller): Promise<boolean> {
    if (podLabels === undefined) {
        return true;
    }
    const selector = encodeURIComponent(labelSelector(podLabels));
    const pods = await list(
        read,
        `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}&limit=1`,
        z.looseObject({}),
    );
    return (seenValue(pods) ?? []).length > 0;
}

/** What is seen, or nothing where it is hidden. */
export function seenValue<T>(seen: Seen<T>): T | undefined {
    return seen === "hidden" ? undefined : seen.value;
}

async function one<T>(read: Read, path: string, schema: z.ZodType<T>): Promise<Seen<T | undefined>> {
    const answer = await read(path);
    return answer.seen ? { value: schema.safeParse(answer.object).data } : "hidden";
}

async function list<T>(read: Read, path: string, schema: z.ZodType<T>): Promise<Seen<readonly T[]>> {
    const seen = await one(read, path, z.object({ items: z.array(schema).nullish() }));
    return seen === "hidden" ? seen : { value: seen.value?.items ?? [] };
}

async function existingKinds(read: Read, names: readonly string[]): Promise<Seen<readonly string[]>> {
    const answers = await Promise.all(
        names.map(async (name) => ({
            name,
            answer: await read(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`),
        })),
    );
    return answers.some(({ answer }) => !answer.seen)
        ? "hidden"
        : { value: answers.flatMap(({ name, answer }) => (answer.seen && answer.object !== undefined ? [name] : [])) };
}
