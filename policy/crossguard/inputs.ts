import type { StackValidationArgs } from "@pulumi/policy";
import { isRelease, releaseSources } from "../helm/sources";
import type { Source } from "../kubernetes/subject";
import { plainProps } from "./policyInfo";
import { parseTypeToken, stackOfUrn } from "./typeToken";

/** A resource as the SDK hands it to a policy. */
interface Resource {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: object;
}

/** What a stack holds. */
export interface StackSources {
    /** Its Kubernetes objects, and those in its Helm releases. */
    readonly sources: readonly Source[];
    /** The resource that each comes from, by body. */
    readonly urns: ReadonlyMap<unknown, string>;
}

/** What the policies of a pack share about the resources that they are shown, one policy after another. */
export interface Inputs {
    /** A resource to be judged, `undefined` when it is no Kubernetes object. */
    readonly resource: (resource: Resource) => Source | undefined;
    /** The whole stack, by the inputs of its resources where those were shown before, else by their outputs. */
    readonly stack: (args: Pick<StackValidationArgs, "resources">) => Promise<StackSources>;
}

/** Remembers what a pack is shown. Rules share what they find out about a source, so the same inputs have only one. */
export function packInputs(): Inputs {
    const byUrn = new Map<string, Source>();
    const byBody = new WeakMap<object, Source>();
    let stack: { readonly own: readonly Source[]; readonly all: Promise<StackSources> } | undefined;

    const sourceOf = ({ type, name, urn, props }: Resource): Source | undefined => {
        const body = plainProps(props);
        const before = byBody.get(body);
        if (before !== undefined) {
            return before;
        }
        const parsed = parseTypeToken(type);
        if (parsed === undefined) {
            return undefined;
        }
        const source = { ...parsed, body, fallbackName: name, stack: stackOfUrn(urn) };
        byBody.set(body, source);
        return source;
    };
    return {
        resource: (resource) => {
            const source = sourceOf(resource);
            if (source !== undefined) {
                byUrn.set(resource.urn, source);
            }
            return source;
        },
        stack: ({ resources }) => {
            const urns = new Map<Source, string>();
            for (const resource of resources) {
                // Outputs hold what others set in the live object, e.g. an autoscaler's replicas.
                const source = byUrn.get(resource.urn) ?? sourceOf(resource);
                if (source !== undefined) {
                    urns.set(source, resource.urn);
                }
            }
            const own = [...urns.keys()];
            if (stack?.own.length !== own.length || stack.own.some((source, index) => source !== own[index])) {
                stack = { own, all: expand(urns) };
            }
            return stack.all;
        },
    };
}

/** Adds the objects in Helm releases. */
async function expand(resources: ReadonlyMap<Source, string>): Promise<StackSources> {
    const sources: Source[] = [];
    const urns = new Map<unknown, string>();
    for (const [resource, urn] of resources) {
        for (const source of isRelease(resource) ? await releaseSources(resource) : [resource]) {
            sources.push(source);
            urns.set(source.body, urn);
        }
    }
    return { sources, urns };
}
