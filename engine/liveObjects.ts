import { z } from "zod";
import type { Read } from "../kube/read";
import type { ObjectName } from "./state";

const resourcesSchema = z.object({
    resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

const timestamp = z.string().transform((text) => new Date(text));

const liveSchema = z.object({
    metadata: z.object({
        uid: z.string(),
        creationTimestamp: timestamp,
        deletionTimestamp: timestamp.optional(),
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
        finalizers: z.array(z.string()).default([]),
        managedFields: z
            .array(
                z.object({
                    manager: z.string().default(""),
                    operation: z.string().default(""),
                    time: timestamp.optional(),
                    subresource: z.string().default(""),
                }),
            )
            .default([]),
    }),
    status: z
        .object({
            conditions: z
                .array(z.object({ type: z.string(), status: z.string(), message: z.string().nullish() }))
                .nullish(),
        })
        .loose()
        .optional(),
});

/** Fields of a live object that identify its owner and show whether it is terminating. */
export type LiveObject = z.output<typeof liveSchema>;

/** A live object; `undefined` when there is none; `hidden` when the user cannot read it. */
type Found = LiveObject | undefined | "hidden";

/** Looks up objects by kind, through the discovery of the API server. */
export class Objects {
    private readonly discovered = new Map<string, Promise<z.output<typeof resourcesSchema> | undefined>>();

    constructor(private readonly read: Read) {}

    /** Looks up one object. @throws Error when the API server does not answer as expected. */
    public async find(object: ObjectName): Promise<Found> {
        const path = await this.pathOf(object);
        if (path === undefined) {
            return undefined;
        }
        const answer = await this.read(path);
        if (!answer.seen) {
            return "hidden";
        }
        return answer.object === undefined ? undefined : liveSchema.parse(answer.object);
    }

    /** API path of an object; `undefined` when the cluster does not serve its kind. */
    private async pathOf({ apiVersion, kind, namespace, name }: ObjectName): Promise<string | undefined> {
        const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const found = await this.discover(base);
        const resource = found?.resources.find((each) => each.kind === kind && !each.name.includes("/"));
        if (resource === undefined) {
            return undefined;
        }
        const folder = resource.namespaced ? `${base}/namespaces/${namespace ?? "default"}` : base;
        return `${folder}/${resource.name}/${name}`;
    }

    private discover(base: string) {
        const known = this.discovered.get(base);
        if (known !== undefined) {
            return known;
        }
        const found = this.read(base).then((answer) =>
            answer.seen && answer.object !== undefined ? resourcesSchema.parse(answer.object) : undefined,
        );
        this.discovered.set(base, found);
        return found;
    }
}

/** Why a deleted object still exists; empty when not known. */
export function whyStill({ metadata, status }: LiveObject): string {
    const blocking = (status?.conditions ?? [])
        .filter(({ type, status: met }) => /Remaining|Failure/.test(type) && met === "True")
        .map(({ message }) => message ?? "")
        .filter((message) => message !== "");
    const finalizers = metadata.finalizers.length === 0 ? [] : [`finalizers: ${metadata.finalizers.join(", ")}`];
    return (blocking.length > 0 ? blocking : finalizers).join("; ");
}
