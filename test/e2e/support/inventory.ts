import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../../../errors";
import type { Read } from "../../../kube/read";

const groupsSchema = z.object({
    groups: z.array(z.object({ preferredVersion: z.object({ groupVersion: z.string() }) })),
});

const resourcesSchema = z.object({
    resources: z.array(z.object({ name: z.string(), kind: z.string(), verbs: z.array(z.string()) })),
});

const listSchema = z.object({
    items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })).nullish(),
});

/** Kinds that record events and not desired objects. */
const MOMENTARY = ["Event", "ComponentStatus"];

/**
 * Number of attempts to list a kind: for a new CustomResourceDefinition, requests are rejected (429) while its storage
 * is initialized.
 */
const ATTEMPTS = 20;

async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await work();
        } catch (error) {
            if (attempt === ATTEMPTS || !messageOf(error).includes("answers 429")) {
                throw error;
            }
            await sleep(500);
        }
    }
}

/** Every object of the cluster, of every kind that can be listed, as `group/version Kind namespace/name`. */
export async function everyObject(read: Read): Promise<string[]> {
    const object = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
        const answer = await patiently(() => read(path));
        if (!answer.seen) {
            throw new Error(`${path} may not be read`);
        }
        return schema.parse(answer.object);
    };
    const { groups } = await object("/apis", groupsSchema);
    const bases = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
    const all = await Promise.all(
        bases.map(async (base) => {
            const { resources } = await object(base, resourcesSchema);
            const listable = resources.filter(
                ({ name, kind, verbs }) => !name.includes("/") && verbs.includes("list") && !MOMENTARY.includes(kind),
            );
            const lists = await Promise.all(
                listable.map(async ({ name, kind }) =>
                    ((await object(`${base}/${name}`, listSchema)).items ?? []).map(
                        ({ metadata }) =>
                            `${base.replace(/^\/apis?\//, "")} ${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
                    ),
                ),
            );
            return lists.flat();
        }),
    );
    return all.flat().sort();
}
