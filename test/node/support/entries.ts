import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { pooled } from "../../../process/pooled";
import { MESH_IDENTITY } from "../../../settings/spire/identityConstraints";
import { waitFor } from "../machine/daemon";

const KIND = { group: "spire.spiffe.io", version: "v1alpha1", plural: "clusterstaticentries" } as const;

/** Beginning of the names of the entries that the tests add. */
const PREFIX = "other-";

/** Entries that are created at the same time. */
const PARALLEL = 20;

/** Longest wait until the controller manager has made all entries (s). */
const MADE_SECONDS = 300;

/** A ClusterStaticEntry, as far as it matters here. */
const entrySchema = z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.looseObject({ spiffeID: z.string(), selectors: z.array(z.string()) }),
    status: z.object({ rendered: z.boolean().default(false) }).optional(),
});

type Entry = z.output<typeof entrySchema>;

/**
 * Entries like that of the mesh, of as many other workloads: the same parent, so that every agent gets them, but
 * another SPIFFE ID and another ServiceAccount.
 */
export function otherEntries({ spec }: Entry, count: number) {
    return Array.from({ length: count }, (_, index) => ({
        apiVersion: `${KIND.group}/${KIND.version}`,
        kind: "ClusterStaticEntry",
        metadata: { name: `${PREFIX}${index}` },
        spec: {
            ...spec,
            spiffeID: `${spec.spiffeID}-${PREFIX}${index}`,
            selectors: spec.selectors.map((selector) =>
                selector.startsWith("k8s:sa:") ? `${selector}-${PREFIX}${index}` : selector,
            ),
        },
    }));
}

/** Adds registration entries of other workloads, and removes them again. */
export class OtherEntries {
    private readonly api: CustomObjectsApi;

    public constructor(kubeconfig: string) {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        this.api = config.makeApiClient(CustomObjectsApi);
    }

    /** Creates entries, and waits until the controller manager has made each of them at the SPIRE server. */
    public async add(count: number): Promise<void> {
        const mesh = (await this.list()).find(({ metadata }) => metadata.name === MESH_IDENTITY);
        if (mesh === undefined) {
            throw new Error("the mesh has no static entry");
        }
        await pooled(otherEntries(mesh, count), PARALLEL, (body) =>
            this.api.createClusterCustomObject({ ...KIND, body }),
        );
        await waitFor(`${count} entries`, MADE_SECONDS, async () => {
            const made = (await this.others()).filter(({ status }) => status?.rendered === true);
            return made.length === count;
        });
    }

    /** Removes them. */
    public async remove(): Promise<void> {
        await Promise.all(
            (await this.others()).map(({ metadata: { name } }) =>
                this.api.deleteClusterCustomObject({ ...KIND, name }),
            ),
        );
    }

    private async others(): Promise<Entry[]> {
        return (await this.list()).filter(({ metadata }) => metadata.name.startsWith(PREFIX));
    }

    private async list(): Promise<Entry[]> {
        return z.object({ items: z.array(entrySchema) }).parse(await this.api.listClusterCustomObject(KIND)).items;
    }
}
