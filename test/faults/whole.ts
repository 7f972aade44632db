import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { z } from "zod";
import { objectNameOf, RELEASE_TYPE } from "../../engine/state";
import { helmRevisions } from "../../kube/helmReleases";
import type { Bed } from "./bed";

/** Paths of the kinds of the program, whose objects are all labelled. */
const KINDS = [
    ...["configmaps", "secrets", "services", "serviceaccounts", "resourcequotas", "persistentvolumeclaims"].map(
        (plural) => `/api/v1/namespaces/faults/${plural}`,
    ),
    "/apis/apps/v1/namespaces/faults/deployments",
    "/apis/networking.k8s.io/v1/namespaces/faults/networkpolicies",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/api/v1/namespaces",
];

const SELECTOR = "?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dpulumi";

const listSchema = z.object({
    items: z
        .array(
            z.object({
                metadata: z.object({ name: z.string(), uid: z.string(), namespace: z.string().optional() }),
                data: z.record(z.string(), z.unknown()).nullish(),
            }),
        )
        .nullish(),
});

/** What must survive a fault: the claim, the key and the namespace, each by what tells it from a new one. */
export interface Treasures {
    readonly namespace: string | undefined;
    readonly claim: string | undefined;
    /** SHA-256 of the Secret's data. */
    readonly key: string | undefined;
}

async function list(bed: Bed, path: string) {
    const answer = await bed.read(path + SELECTOR);
    return listSchema.parse(answer.seen ? answer.object : {}).items ?? [];
}

/** Reads what must survive. */
export async function treasures(bed: Bed): Promise<Treasures> {
    const [secrets, claims, namespaces] = await Promise.all(
        [
            "/api/v1/namespaces/faults/secrets",
            "/api/v1/namespaces/faults/persistentvolumeclaims",
            "/api/v1/namespaces",
        ].map((path) => list(bed, path)),
    );
    const data = secrets?.find(({ metadata }) => metadata.name === "keys")?.data;
    return {
        namespace: namespaces?.find(({ metadata }) => metadata.name === "faults")?.metadata.uid,
        claim: claims?.find(({ metadata }) => metadata.name === "data")?.metadata.uid,
        key: data === undefined ? undefined : createHash("sha256").update(JSON.stringify(data)).digest("hex"),
    };
}

/**
 * Asserts that program, state and cluster agree: nothing is pending, lost, doubled, orphaned or held.
 * @param text What the recovery printed, for the message.
 */
export async function assertWhole(bed: Bed, text: string): Promise<void> {
    assertState(bed, text);
    const preview = await bed.pulumi(["preview", "--refresh", "--expect-no-changes"]);
    assert.equal(preview.code, 0, `it has not converged\n${text}\n${preview.stdout}\n${preview.stderr}`);
    await assertNoOrphans(bed, text);
    const [newest] = (await helmRevisions(bed.read, "faults", "faults")) ?? [];
    assert.equal(newest?.status, "deployed", `the Helm release\n${text}`);
}

/** Asserts that the state is empty, and the cluster has nothing of the program. */
export async function assertEmpty(bed: Bed, text: string): Promise<void> {
    assertState(bed, text);
    assert.deepEqual(
        bed.state().resources.filter(({ custom }) => custom),
        [],
        text,
    );
    await assertNoOrphans(bed, text);
}

function assertState(bed: Bed, text: string): void {
    const { pending, resources } = bed.state();
    assert.deepEqual(pending, [], text);
    const real = resources.filter(({ custom }) => custom);
    for (const values of [
        real.map(({ urn }) => urn),
        real.flatMap(({ type, id }) => (id === "none" ? [] : `${type} ${id ?? ""}`)),
    ]) {
        assert.equal(
            new Set(values).size,
            values.length,
            `the state has something twice\n${text}\n${values.join("\n")}`,
        );
    }
}

async function assertNoOrphans(bed: Bed, text: string): Promise<void> {
    const live = (await Promise.all(KINDS.map((path) => list(bed, path)))).flat();
    const names = live
        .map(({ metadata: { namespace, name } }) => (namespace === undefined ? name : `${namespace}/${name}`))
        .sort();
    const recorded = bed
        .state()
        .resources.filter((resource) => resource.type !== RELEASE_TYPE && objectNameOf(resource) !== undefined)
        .map(({ id = "" }) => id)
        .sort();
    assert.deepEqual(names, recorded, `objects of the cluster and of the state\n${text}`);
}
