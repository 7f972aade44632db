import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Read } from "../../kube/read";
import type { LocalPaths } from "../../process/paths";
import type { Environment } from "../../settings/shared/environments";
import { CannotRun } from "../../errors";
import type { Place } from "../../engine/place";
import { MONITORING_CRDS } from "../crds";
import { findKubeletService, type KubeletService } from "../kubeletService";
import { counted } from "../../terminal/counted";

/** Labels of everything that this program creates. */
const OWN = "app.kubernetes.io/managed-by=pulumi,app.kubernetes.io/part-of=x0tta6bl4-mesh";

/** API path of all CRDs. */
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const namespacesSchema = z.object({
    items: z.array(z.object({ metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }) })),
});

const crdsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ name: z.string() }),
            spec: z.object({
                group: z.string(),
                names: z.object({ plural: z.string() }),
                versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
            }),
        }),
    ),
});

const crdNamesSchema = z.object({
    items: z.array(z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ group: z.string() }) })),
});

const listSchema = z.object({
    items: z.array(z.unknown()),
    metadata: z.object({ remainingItemCount: z.number().optional() }),
});

/** A CRD that a destroy kept. */
export interface KeptCrd {
    readonly name: string;
    /** Why it is kept; `undefined` when it can be removed. */
    readonly needed: string | undefined;
}

/** Leftovers of a destroyed stack. */
export interface Leftovers {
    readonly namespaces: readonly string[];
    /** Namespaces with the stack's name that this backend did not create, since it has no update of the stack. */
    readonly strange: readonly string[];
    readonly crds: readonly KeptCrd[];
    /** Names of the CRDs of the monitoring chart: kept, since another Prometheus Operator may need them. */
    readonly monitoringCrds: readonly string[];
    /** The kubelet Service created by the operator of the monitoring chart; `undefined` when there is none. */
    readonly kubeletService: KubeletService | undefined;
    /** Files and folders of this checkout. */
    readonly files: readonly string[];
}

/**
 * Finds the leftovers of a destroyed stack in its cluster and checkout. Changes nothing.
 * @param place The stack, and whether its backend has any update of it: a stack of the same name in another backend
 * creates the same namespaces, and they may be in use.
 */
export async function leftovers(
    place: Pick<Place, "stack" | "embedded"> & { readonly known: boolean },
    environment: Environment,
    read: Read,
    paths: LocalPaths,
): Promise<Leftovers> {
    const namespaces = namespacesSchema
        .parse(await list(read, "/api/v1/namespaces"))
        .items.map(({ metadata: { name, labels } }) => ({ name, environment: labels.environment }));
    const ofStack = namespaces.filter((each) => each.environment === environment.name).map(({ name }) => name);
    const other = namespaces.find(({ name }) => !place.known || !ofStack.includes(name));
    const found = crdsSchema.parse(await list(read, CRDS));
    const crds = await Promise.all(
        found.items.map(async ({ metadata: { name }, spec }): Promise<KeptCrd> => {
            if (other !== undefined) {
                return { name, needed: `in use by ${other.environment ?? "another stack"} (namespace ${other.name})` };
            }
            const version = spec.versions.find(({ served }) => served)?.name ?? "";
            const path = `/apis/${spec.group}/${version}/${spec.names.plural}?limit=1`;
            const { items, metadata } = listSchema.parse(await get(read, path));
            const count = items.length + (metadata.remainingItemCount ?? 0);
            return {
                name,
                needed: count === 0 ? undefined : `${counted(count, "object")} of this kind would be deleted with it`,
            };
        }),
    );
    return {
        namespaces: place.known ? ofStack : [],
        strange: place.known ? [] : ofStack,
        crds,
        monitoringCrds: crdNamesSchema
            .parse(await get(read, CRDS))
            .items.filter(({ spec }) => spec.group === MONITORING_CRDS)
            .map(({ metadata: { name } }) => name),
        // As with namespaces: without an update in this backend, it may belong to a stack in another backend.
        kubeletService: place.known ? await findKubeletService(read) : undefined,
        files: localFiles(place, paths),
    };
}

function localFiles({ stack, embedded }: Pick<Place, "stack" | "embedded">, { root }: LocalPaths): string[] {
    const own = embedded ? [`outputs.${stack}.json`, `updating.${stack}`] : [];
    return [`preview-${stack}`, ...own].map((name) => join(root, name)).filter(existsSync);
}

function list(read: Read, path: string): Promise<unknown> {
    return get(read, `${path}?labelSelector=${encodeURIComponent(OWN)}`);
}

async function get(read: Read, path: string): Promise<unknown> {
    const answer = await read(path);
    if (!answer.seen) {
        throw new CannotRun(`your user cannot list ${path.replace(/\?.*/, "")}`, "request that permission");
    }
    return answer.object ?? { items: [], metadata: {} };
}
