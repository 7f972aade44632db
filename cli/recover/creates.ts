import { z } from "zod";
import type { LiveObject, Objects } from "../../engine/liveObjects";
import {
    describeObject,
    neededUrns,
    type ObjectName,
    objectNameOf,
    providerUrn,
    type Resource,
} from "../../engine/state";
import type { About, Decision, Evidence } from "./decision";
import { type CutWindow, doubts, type Intent } from "./proof";

/** Decides on a pending create. */
export async function decideCreate(about: About, evidence: Evidence, objects: Objects): Promise<Decision> {
    const { resource } = about;
    const name = objectNameOf(resource);
    if (name === undefined) {
        return { ...about, action: "refuse", why: `objects of type ${resource.type} cannot be looked up` };
    }
    const owner = ownerOf(evidence.state.resources, resource, idOf(name));
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
    return judge(about, name, live, evidence, windowOf(resource, evidence));
}

/** Adopts an object that is proven to be the stack's own, or that the user confirmed, and refuses every other. */
export function judge(
    about: About,
    name: ObjectName,
    live: LiveObject,
    { vouched, environment }: Evidence,
    window: CutWindow,
): Decision {
    if (vouched.includes(describeObject(name))) {
        return { ...about, action: "adopt", id: idOf(name), why: "you confirmed it with --adopt" };
    }
    const found = doubts(live, intentOf(about.resource), window, environment);
    const update = window.attempts === undefined ? "the interrupted update" : "an update that failed";
    return found.length === 0
        ? { ...about, action: "adopt", id: idOf(name), why: `${update} created it` }
        : { ...about, action: "refuse", why: found.join("; ") };
}

/** ID of an object in the state, as the provider writes it. */
export function idOf({ namespace, name }: ObjectName): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Why an object is in the state already, if it is: under the same URN since a later update, or under another one. */
export function ownerOf(resources: readonly Resource[], { urn, type }: Resource, id: string): string | undefined {
    const owner = resources.find((each) => each.type === type && each.id === id && each.pendingReplacement !== true);
    if (owner === undefined) {
        return undefined;
    }
    return owner.urn === urn
        ? "the state has it already"
        : `the state has it as ${owner.urn.split("::").at(-1) ?? ""}: a rename needs an alias`;
}

/** Whether a resource's provider lets creates adopt existing objects. */
export function takesOver(resources: readonly Resource[], created: Resource): boolean {
    const urn = providerUrn(created);
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

/** Period in which the pending create of a resource can have reached the API server. */
export function windowOf(resource: Resource, evidence: Evidence): CutWindow {
    const { state, attempts } = evidence;
    const urns = new Set(neededUrns(resource));
    return {
        lastSuccess: attempts.lastSuccess,
        dependencies: state.resources
            .filter(({ urn, custom, created }) => urns.has(urn) && custom && created !== undefined)
            .map(({ created }) => new Date(created ?? 0)),
        stateWritten: state.writtenAt ?? new Date(0),
    };
}
