import { isObject } from "../engine/field";
import { groupKindOf, kindName, RELEASE, type GroupKind } from "../kubernetes/kinds";
import type { Source } from "../kubernetes/subject";
import { readRelease, unknownInput } from "./release";
import { render } from "./render";
import { readTarget, type ReleaseTarget } from "./target";
import type { Rendering } from "../kubernetes/rendering";

/** Whether a kind is a Helm release. */
export function isRelease(type: GroupKind): boolean {
    return kindName(type) === kindName(RELEASE);
}

/** Sources by release, rendered once: every rule needs them. */
const known = new WeakMap<Source, Promise<readonly Source[]>>();

/** The release itself, which records whether its chart could be rendered, and every object of its chart. */
export function releaseSources(release: Source): Promise<readonly Source[]> {
    const before = known.get(release);
    if (before !== undefined) {
        return before;
    }
    const sources = lookInto(release);
    known.set(release, sources);
    return sources;
}

async function lookInto(release: Source): Promise<Source[]> {
    const fallback = release.fallbackName ?? "release";
    const properties = isObject(release.body) ? release.body : {};
    const target = release.provider === undefined ? undefined : readTarget(release.provider);
    const { name = fallback, namespace: own } = properties;
    const namespace = own === undefined || own === "" ? target?.namespace : own;
    // A release has no metadata of its own; with it, messages and exceptions name it like any other object.
    const body = { ...properties, metadata: { name, namespace } };
    const rendering = await renderingOf(release.body, fallback, target);
    const self: Source = { ...release, body, rendering };
    if (rendering.type !== "rendered") {
        return [self];
    }
    const of = `Release ${typeof namespace === "string" ? `${namespace}/` : ""}${String(name)}`;
    const objects = rendering.objects.map(({ body: object, template }): Source => {
        const origin = template === undefined ? of : `${of}, template ${template}`;
        return {
            ...groupKindOf(String(object.apiVersion), String(object.kind)),
            body: object,
            origin,
            stack: release.stack,
        };
    });
    return [self, ...objects];
}

async function renderingOf(body: unknown, fallbackName: string, target?: ReleaseTarget): Promise<Rendering> {
    const path = unknownInput(body);
    if (path !== undefined) {
        return { type: "unknown", path };
    }
    const inputs = readRelease(body, fallbackName, target?.namespace);
    return typeof inputs === "string" ? { type: "failed", reason: inputs } : render(inputs, target);
}
