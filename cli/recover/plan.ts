import { z } from "zod";
import type { Read } from "../../kube/read";
import { Objects } from "../../engine/liveObjects";
import {
    describeObject,
    describeResource,
    objectNameOf,
    type PendingOperation,
    RELEASE_TYPE,
    type Resource,
    type StackState,
} from "../../engine/state";
import { type HelmRevision, helmRevisions } from "../../kube/helmReleases";
import { judgeRelease } from "./helm";
import { doubts, type Intent, type CutWindow } from "./proof";

/** Decision about one pending operation. */
export type Decision = {
    /** Kind and name. */
    readonly object: string;
    /** E.g. `creating`. */
    readonly operation: string;
    /** The reason. */
    readonly why: string;
    readonly resource: Resource;
} & (
    | { readonly action: "adopt"; readonly id: string }
    /** The pending operation is dropped: the next update repeats it. */
    | { readonly action: "clear" }
    /** The object is being deleted: the command waits for the deletion. */
    | { readonly action: "wait" }
    /** The record of a pending helm revision is removed, then as `clear`. */
    | { readonly action: "unlock"; readonly namespace: string; readonly record: HelmRevision }
    | { readonly action: "refuse" }
);

/** Input of the decisions. */
export interface Evidence {
    readonly state: StackState;
    readonly read: Read;
    /** End of the stack's last successful update. */
    readonly lastSuccess: Date | undefined;
    /** Value of the `environment` label. */
    readonly environment: string;
    /** Objects that the user confirmed, as `Kind namespace/name` or `Kind name`. */
    readonly vouched: readonly string[];
}

/** Types that exist only in the state, and can be recreated. */
const INNER_TYPES = /^(pulumi|random):/;

/** Decides on every pending operation. Changes nothing. */
export async function decide(evidence: Evidence): Promise<Decision[]> {
    const objects = new Objects(evidence.read);
    const decisions: Decision[] = [];
    for (const pending of evidence.state.pending) {
        decisions.push(await decideOne(pending, evidence, objects));
    }
    return decisions;
}

async function decideOne(pending: PendingOperation, evidence: Evidence, objects: Objects): Promise<Decision> {
    const { resource, type: operation } = pending;
    const about = { object: describeResource(resource), operation, resource };
    if (!resource.custom || INNER_TYPES.test(resource.type)) {
        return { ...about, action: "clear", why: "it is in no cluster; the update recreates it" };
    }
    if (resource.type === RELEASE_TYPE) {
        return decideRelease(about, evidence);
    }
    switch (operation) {
        case "creating":
            return decideCreate(about, evidence, objects);
        case "deleting":
            return decideDelete(about, objects);
        default:
            return { ...about, action: "clear", why: "the refresh reads the result" };
    }
}

type About = Pick<Decision, "object" | "operation" | "resource">;

async function decideDelete(about: About, objects: Objects): Promise<Decision> {
    const name = objectNameOf(about.resource);
    const live = name === undefined ? undefined : await objects.find(name);
    return live !== undefined && live !== "hidden" && live.metadata.deletionTimestamp !== undefined
        ? { ...about, action: "wait", why: "it is being deleted" }
        : { ...about, action: "clear", why: live === undefined ? "it is gone" : "the refresh reads that it exists" };
}

async function decideCreate(about: About, evidence: Evidence, objects: Objects): Promise<Decision> {
    const { resource } = about;
    const name = objectNameOf(resource);
    if (name === undefined) {
        return { ...about, action: "refuse", why: `objects of type ${resource.type} cannot be looked up` };
    }
    const id = name.namespace === undefined ? name.name : `${name.namespace}/${name.name}`;
    const owner = ownerOf(evidence.state.resources, resource, id);
    if (owner !== undefined) {
        return { ...about, action: "clear", why: owner };
    }
    if (takesOver(evidence.state.resources, resource)) {
        return { ...about, action: "clear", why: "it outlives stacks: every update adopts an existing one" };
    }
    const live = await objects.find(name);
    if (live === undefined) {
        return { ...about, action: "clear", why: "it was not created" };
    }
    if (live === "hidden") {
        return { ...about, action: "refuse", why: "your user cannot read it" };
    }
    if (evidence.vouched.includes(describeObject(name))) {
        return { ...about, action: "adopt", id, why: "you confirmed it with --adopt" };
    }
    const found = doubts(live, intentOf(resource), windowOf(resource, evidence), evidence.environment);
    return found.length === 0
        ? { ...about, action: "adopt", id, why: "the interrupted update created it" }
        : { ...about, action: "refuse", why: found.join("; ") };
}

/** Why an object is in the state already, if it is: under the same URN since a later update, or under another one. */
function ownerOf(resources: readonly Resource[], { urn, type }: Resource, id: string): string | undefined {
    const owner = resources.find((each) => each.type === type && each.id === id && each.pendingReplacement !== true);
    if (owner === undefined) {
        return undefined;
    }
    return owner.urn === urn
        ? "the state has it already"
        : `the state has it as ${owner.urn.split("::").at(-1) ?? ""}: a rename needs an alias`;
}

/** Whether a resource's provider lets creates adopt existing objects. */
function takesOver(resources: readonly Resource[], { provider = "" }: Resource): boolean {
    const urn = provider.split("::").slice(0, -1).join("::");
    const inputs = resources.find((resource) => resource.urn === urn)?.inputs;
    return inputs?.upsertExistingObjects === true || inputs?.upsertExistingObjects === "true";
}

const texts = z.record(z.string(), z.unknown()).nullish();

const intentSchema = z.object({ metadata: z.object({ labels: texts, annotations: texts }) });

function intentOf({ inputs }: Resource): Intent {
    const metadata = intentSchema.safeParse(inputs).data?.metadata;
    const plain = (given: Record<string, unknown> | null | undefined, skip: string) =>
        Object.fromEntries(
            Object.entries(given ?? {}).filter(
                (entry): entry is [string, string] => typeof entry[1] === "string" && !entry[0].startsWith(skip),
            ),
        );
    return {
        labels: plain(metadata?.labels, "pulumi.com/"),
        annotations: plain(metadata?.annotations, "pulumi.com/"),
    };
}

function windowOf({ parent, provider = "", dependencies }: Resource, { state, lastSuccess }: Evidence): CutWindow {
    const urns = new Set([parent, provider.split("::").slice(0, -1).join("::"), ...(dependencies ?? [])]);
    return {
        lastSuccess,
        dependencies: state.resources
            .filter(({ urn, custom, created }) => urns.has(urn) && custom && created !== undefined)
            .map(({ created }) => new Date(created ?? 0)),
        stateWritten: state.writtenAt ?? new Date(0),
    };
}

const releaseSchema = z.object({ name: z.string(), namespace: z.string() });

async function decideRelease(about: About, { state, read, lastSuccess }: Evidence): Promise<Decision> {
    const { resource, operation } = about;
    const found = releaseSchema.safeParse(resource.inputs);
    if (!found.success) {
        return { ...about, action: "refuse", why: "its name and namespace are not in the state" };
    }
    const { name, namespace } = found.data;
    const inState = operation !== "creating" || state.resources.some(({ urn }) => urn === resource.urn);
    const records = await helmRevisions(read, namespace, name);
    if (records === undefined) {
        return { ...about, action: "refuse", why: `your user cannot list the Secrets of namespace ${namespace}` };
    }
    const verdict = judgeRelease(records, inState, { lastSuccess });
    switch (verdict.verdict) {
        case "none":
            return { ...about, action: "clear", why: inState ? "the refresh reads it" : "it was not installed" };
        case "adopt":
            return {
                ...about,
                action: "adopt",
                id: `${namespace}/${name}`,
                why: "the interrupted update installed it",
            };
        case "unlock": {
            const { record } = verdict;
            const why = `helm's revision ${record.revision} is ${record.status}: its record is removed`;
            return { ...about, action: "unlock", namespace, record, why };
        }
        case "refuse":
            return { ...about, action: "refuse", why: verdict.reason };
    }
}
