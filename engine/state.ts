import { z } from "zod";

/** A resource in a stack's state; unknown fields are preserved. */
export const resourceSchema = z.looseObject({
    urn: z.string(),
    type: z.string(),
    custom: z.boolean().default(false),
    id: z.string().optional(),
    parent: z.string().optional(),
    provider: z.string().optional(),
    dependencies: z.array(z.string()).nullish(),
    inputs: z.record(z.string(), z.unknown()).nullish(),
    outputs: z.record(z.string(), z.unknown()).nullish(),
    created: z.string().optional(),
    retainOnDelete: z.boolean().optional(),
    protect: z.boolean().optional(),
    delete: z.boolean().optional(),
    pendingReplacement: z.boolean().optional(),
});

const operationSchema = z.looseObject({ resource: resourceSchema, type: z.string() });

const exportSchema = z.looseObject({
    deployment: z
        .looseObject({
            manifest: z.looseObject({ time: z.string() }).optional(),
            resources: z.array(resourceSchema).nullish(),
            pending_operations: z.array(operationSchema).nullish(),
        })
        .nullish(),
});

/** A resource of a stack. */
export type Resource = z.infer<typeof resourceSchema>;

/** A pending operation, e.g. of an interrupted update. */
export type PendingOperation = z.infer<typeof operationSchema>;

/** The output of `pulumi stack export`. */
export type Exported = z.infer<typeof exportSchema>;

/** The state of a stack. */
export interface StackState {
    /** The exported deployment, to be changed and imported. */
    readonly exported: Exported;
    /** Every resource. */
    readonly resources: readonly Resource[];
    /** Pending operations of an interrupted update. */
    readonly pending: readonly PendingOperation[];
    /** When it was last written; `undefined` before the first update. */
    readonly writtenAt: Date | undefined;
}

/** The outputs in a state as they are stored, secrets marked; `undefined` before the first update. */
export function rootOutputs(resources: readonly Resource[]): Resource["outputs"] {
    return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
}

/** Reads the output of `pulumi stack export`. @throws ZodError when it is not one. */
export function parseState(text: string): StackState {
    const exported = exportSchema.parse(JSON.parse(text));
    const { manifest, resources, pending_operations: pending } = exported.deployment ?? {};
    // A stack without any update has the year 1 there.
    const time = new Date(manifest?.time ?? 0);
    return {
        exported,
        resources: resources ?? [],
        pending: pending ?? [],
        writtenAt: time.getTime() > 0 ? time : undefined,
    };
}

/** URN of a resource's provider, which the state has as `URN::ID`; empty where it has none. */
export function providerUrn({ provider = "" }: Pick<Resource, "provider">): string {
    return provider.split("::").slice(0, -1).join("::");
}

/** URNs of the resources that one needs: its parent, its provider, and what it depends on. */
export function neededUrns(resource: Resource): string[] {
    const { parent = "", dependencies } = resource;
    return [parent, providerUrn(resource), ...(dependencies ?? [])];
}

/** Identity of a Kubernetes resource of the state in the cluster. */
export interface ObjectName {
    /** E.g. `apps/v1`. */
    readonly apiVersion: string;
    /** E.g. `Deployment`. */
    readonly kind: string;
    /** Unset for a cluster-scoped object. */
    readonly namespace?: string;
    /** Name. */
    readonly name: string;
}

/** Type of a Helm release. */
export const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

const objectSchema = z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});

/** The Kubernetes object of a resource; `undefined` for other resources, and for an object without a name yet. */
export function objectNameOf({ type, inputs }: Pick<Resource, "type" | "inputs">): ObjectName | undefined {
    const found = objectSchema.safeParse(inputs);
    if (!type.startsWith("kubernetes:") || type === RELEASE_TYPE || !found.success) {
        return undefined;
    }
    const { apiVersion, kind, metadata } = found.data;
    return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** `Kind namespace/name`, for people. */
export function describeObject({ kind, namespace, name }: Omit<ObjectName, "apiVersion">): string {
    return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** Display name of a resource: its object's kind and name, else type and logical name. */
export function describeResource(resource: Pick<Resource, "type" | "inputs" | "urn">): string {
    const object = objectNameOf(resource);
    return object === undefined
        ? `${resource.type.split(":").at(-1) ?? ""} ${resource.urn.split("::").at(-1) ?? ""}`
        : describeObject(object);
}
